from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.lib.names import cannot_be_same, may_be_same, name_key, normalise_name


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Rina Wulandari", "Rina Wulandari"),
        ("rina wulandari", "Rina Wulandari"),
        ("RINA WULANDARI", "Rina Wulandari"),
        ("McDonald", "McDonald"),
        ("Bu Rina 🌸 (JKT)", "Rina"),
        ("Ibu Hj. Siti Aminah", "Siti Aminah"),
        ("Pak Budi Santoso langganan", "Budi Santoso"),
        ("Bpk. H. Ahmad Fauzi, S.E., M.M.", "Ahmad Fauzi"),
        ("dr. Sari Dewi Sp.OG", "Sari Dewi"),
        ("SARI DEWI S.Pd", "Sari Dewi"),
        ("Kak Andi", "Andi"),
        ("Mas Agus Jogja (cod)", "Agus"),
        ("Ko Budi", "Budi"),
        ("Rina Customer", "Rina"),
        ("Rina Shopee 2", "Rina"),
        ("Budi JKT", "Budi"),
        ("Wulandari, Rina", "Wulandari Rina"),
        ("~ Rina", "Rina"),
        ("❤️Rina❤️", "Rina"),
        ("\u202aRina\u202c", "Rina"),
        ("Ni Made Ayu", "Ni Made Ayu"),
        ("Mama Dika", "Mama Dika"),
        ("Suharto", "Suharto"),
        ("Andi", "Andi"),
        ("Bunda", "Bunda"),
        ("Kak", "Kak"),
        ("Solo", "Solo"),
        ("🌸🌸", ""),
        ("", ""),
    ],
)
def test_a_name_is_the_persons_own(raw: str, expected: str) -> None:
    assert normalise_name(raw) == expected


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (("Moh. Rizki", "MUHAMMAD RIZKI", "Muh Rizki", "Pak Mohd. Rizki", "M. Rizki"), "muhammad rizki"),
        (("Soekarno", "Sukarno", "SUKARNO"), "sukarno"),
        (("Djoko Tjahjono", "Joko Cahjono"), "joko cahjono"),
        (("Bu Rina", "Rina 🌸", "Mbak Rina JKT", "rina"), "rina"),
        (("Kak", "Bunda", "Pak", "", "🌸", "0812"), ""),
        (("René Dewi", "Rene Dewi"), "rene dewi"),
    ],
)
def test_writings_of_one_name_share_a_key(names: tuple[str, ...], key: str) -> None:
    assert {name_key(name) for name in names} == {key}


SAME = [
    ("Rina Wulandari", "Ibu Rina Wulandari", 1.0),
    ("Rina Wulandari", "Wulandari Rina", 0.9),
    ("Rina Wulandari", "R. Wulandari", 0.85),
    ("Rina W", "Rina Wulandari", 0.85),
    ("M. Rizki", "Muhammad Rizki", 0.85),
    ("Moch Rizki Ramadhan", "Rizki Ramadhan", 0.85),
    ("Rina Wulandri", "Rina Wulandari", 0.9),
    ("rinawulandari", "Rina Wulandari", 0.9),
    ("Soekarno", "Sukarno", 1.0),
    ("Bu Tuti", "Astuti", 0.6),
    ("Rina", "Rina Wulandari", 0.6),
]
OTHERS = [
    ("Rina Wulandari", "Budi Santoso", 0.0),
    ("Rina Wijaya", "Budi Wijaya", 0.2),
    ("Muhammad Rizki", "Muhammad Fajar", 0.2),
    ("Siti", "Siti Aminah", 0.45),
    ("Budi JKT", "Budi SBY", 0.5),
    ("Kak", "Kak", 0.0),
    ("Mama Dika", "Rina", 0.0),
    ("", "Rina", 0.0),
]


@pytest.mark.parametrize(("a", "b", "least"), SAME)
def test_names_that_may_be_one_persons(a: str, b: str, least: float) -> None:
    assert may_be_same(a, b) >= least
    assert not cannot_be_same(a, b)


@pytest.mark.parametrize(("a", "b", "most"), OTHERS)
def test_names_that_are_hardly_one_persons(a: str, b: str, most: float) -> None:
    assert may_be_same(a, b) <= most


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Rina Wulandari", "Budi Santoso"),
        ("Rina Wijaya", "Budi Wijaya"),
        ("Bu Rina", "Pak Budi"),
        ("Muhammad Rizki", "Muhammad Fajar"),
        ("Siti Aminah", "Siti Rohmah"),
    ],
)
def test_names_that_stand_against_each_other(a: str, b: str) -> None:
    assert cannot_be_same(a, b)
    assert cannot_be_same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Rina", "Rini"),  # one slip of the finger
        ("Mama Dika", "Rina Wulandari"),
        ("Toko Sage", "Tuti Handayani"),
        ("Muhammad Rizki", "Rizki Ramadhan"),
        ("Budi Santoso", "Santoso"),
        ("R", "Budi"),
        ("Kak", "Budi"),
        ("rinaw", "Rina Wulandari"),
        ("Budi JKT", "Budi SBY"),
    ],
)
def test_names_that_say_too_little_to_stand_against_each_other(a: str, b: str) -> None:
    assert not cannot_be_same(a, b)
    assert not cannot_be_same(b, a)


@given(st.text(max_size=40), st.text(max_size=40))
def test_comparison_knows_no_order_and_normalising_is_done_once(a: str, b: str) -> None:
    assert may_be_same(a, b) == may_be_same(b, a)
    assert 0 <= may_be_same(a, b) <= 1
    assert cannot_be_same(a, b) == cannot_be_same(b, a)
    assert name_key(normalise_name(a)) == name_key(a)
