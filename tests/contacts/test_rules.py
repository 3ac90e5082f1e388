"""Keys, and the components that identities add up to."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sapa.contacts.rules import Components, contradicts, is_handle, is_somebody, normalise_key, partition


@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        ("phone", "0812-3456-7890", "+6281234567890"),
        ("phone", "(+62)812****45", None),
        ("email", " Rina.Wulandari@GMAIL.com ", "rinawulandari@gmail.com"),
        ("email", "rina.w@tokosage.example", "rina.w@tokosage.example"),
        ("email", "rina@", None),
        ("instagram", "@RinaW", "rinaw"),
        ("instagram", "instagram.com/RinaW/", "rinaw"),
        ("marketplace:shopee", "pembeli01", "pembeli01"),
        ("marketplace:shopee", "B***i", None),
        ("phone", "*****12", None),
        ("nickname", "Rina", None),
        ("email", "", None),
    ],
)
def test_a_key_has_one_stored_form_or_is_no_key(kind: str, written: str, stored: str | None) -> None:
    key = normalise_key(kind, written)
    assert (key.value if key else None) == stored


@pytest.mark.parametrize(
    ("kind", "name", "somebody"),
    [
        ("phone", "", True),
        ("external", "Rina", True),
        ("external", "", False),
        ("order", "", False),
        ("order", "Budi Santoso", True),
        ("visitor", "", False),
        ("visitor", "Rina", False),
    ],
)
def test_who_is_somebody(kind: str, name: str, somebody: bool) -> None:
    assert is_somebody(kind, name) is somebody


def test_a_phone_is_contradicted_only_by_unlike_names_and_unlike_emails_together() -> None:
    rina, budi = ("Rina Wulandari", {"rina@a.example"}), ("Budi Santoso", {"budi@b.example"})
    assert contradicts(*rina, *budi)
    assert not contradicts("Rina Wulandari", {"rina@a.example"}, "Rina W", {"lain@b.example"})
    assert not contradicts("Rina Wulandari", {"rina@a.example"}, "Budi Santoso", set())
    assert not contradicts("Rina Wulandari", {"satu@a.example"}, "Budi Santoso", {"satu@a.example"})


def test_what_was_put_apart_is_not_joined_by_a_third() -> None:
    components = Components(aparts=[(1, 3)])
    assert components.join(1, 2)
    assert not components.join(2, 3)
    assert components.find(3) == 3


@settings(max_examples=200)
@given(
    links=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=20),
    aparts=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=4),
)
def test_no_partition_holds_two_that_were_put_apart(
    links: list[tuple[int, int]], aparts: list[tuple[int, int]]
) -> None:
    foes = [(a, b) for a, b in aparts if a != b]
    parts = partition(range(1, 13), links, foes)
    assert all(parts[a] != parts[b] for a, b in foes)
    if not foes:
        assert all(parts[a] == parts[b] for a, b in links)
    assert all(parts[root] == root for root in set(parts.values()))
    assert list(pairwise(sorted(parts))) == list(pairwise(range(1, 13)))


@pytest.mark.parametrize(
    ("name", "values", "answer"),
    [
        ("rinaw_90", (), True),
        ("@rina.w", (), True),
        ("rina", ("rina",), True),
        ("Rina", ("rina",), True),
        ("Rina", ("+6281234567890",), False),
        ("Rina Wulandari 2", (), False),
        ("Bu Tuti", (), False),
        ("", (), False),
    ],
)
def test_a_name_that_is_only_an_account_s(name: str, values: tuple[str, ...], answer: bool) -> None:
    assert is_handle(name, values) is answer
