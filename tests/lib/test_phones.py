"""One number, however it is written, is one E.164; what is no single number is None."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.lib.phones import format_phone, is_masked, last_digits, normalise_phone

READABLE = [
    ("081234567890", "+6281234567890"),
    ("0812-3456-7890", "+6281234567890"),
    ("0812 3456 7890", "+6281234567890"),
    ("0812.3456.7890", "+6281234567890"),
    ("(0812) 3456 7890", "+6281234567890"),
    ("62 812 3456 7890", "+6281234567890"),
    ("6281234567890", "+6281234567890"),
    ("+62 812-3456-7890", "+6281234567890"),
    ("+62 812‑3456‑7890", "+6281234567890"),
    ("(+62)81234567890", "+6281234567890"),
    ("(+62) 0812 3456 7890", "+6281234567890"),
    ("+62(0)812-3456-7890", "+6281234567890"),
    ("81234567890", "+6281234567890"),
    (81234567890, "+6281234567890"),
    (81234567890.0, "+6281234567890"),
    (8.12e10, "+6281200000000"),
    (6281234567890, "+6281234567890"),
    ("81234567890.0", "+6281234567890"),
    ("6.28123456789E+12", "+6281234567890"),
    ("'081234567890", "+6281234567890"),
    ('="081234567890"', "+6281234567890"),
    ("0811812345", "+62811812345"),
    ("62811812345", "+62811812345"),
    ("+62811812345", "+62811812345"),
    ("811812345", "+62811812345"),
    ("+62 62811812345", "+62811812345"),
    ("+62 0812 3456 7890", "+6281234567890"),
    ("6262 812 3456 7890", "+6281234567890"),
    ("62 0812 3456 7890", "+6281234567890"),
    ("062 812 3456 7890", "+6281234567890"),
    ("0062 812 3456 7890", "+6281234567890"),
    ("001 62 812 3456 7890", "+6281234567890"),
    ("wa.me/6281234567890", "+6281234567890"),
    ("https://wa.me/+6281234567890?text=Halo%20kak", "+6281234567890"),
    ("https://api.whatsapp.com/send?phone=6281234567890&text=hai", "+6281234567890"),
    ("6281234567890@s.whatsapp.net", "+6281234567890"),
    ("6281234567890:12@s.whatsapp.net", "+6281234567890"),
    ("tel:+62-812-3456-7890", "+6281234567890"),
    ("WA: 0812-3456-7890", "+6281234567890"),
    ("No. HP 0812 3456 7890", "+6281234567890"),
    ("\u202a+62 812-3456-7890\u202c", "+6281234567890"),
    ("\u2068+62\xa0812-3456-7890\u2069", "+6281234567890"),
    ("０８１２３４５６７８９０", "+6281234567890"),
    ("(021) 7581-8888", "+622175818888"),
    ("021 75818888", "+622175818888"),
    ("+62 21 75818888", "+622175818888"),
    ("2175818888", "+622175818888"),
    ("0622-7550123", "+626227550123"),
    ("0628-20123", "+6262820123"),
    ("+65 9123 4567", "+6591234567"),
    ("6591234567", "+6591234567"),
    ("0065 9123 4567", "+6591234567"),
    ("0060 12-345 6789", "+60123456789"),
    ("001 60 12-345 6789", "+60123456789"),
    ("+1 (415) 555-2671", "+14155552671"),
    ("001 415 555 2671", "+14155552671"),
    ("+52 1 55 1234 5678", "+525512345678"),
    ("+52 55 1234 5678", "+525512345678"),
    ("554188887777", "+5541988887777"),
    ("+55 41 98888-7777", "+5541988887777"),
]

UNREADABLE = [
    "",
    "   ",
    "-",
    "tidak ada",
    "Rina",
    "0812",
    "0811 1234",
    "08123456789012345",
    "+62 812 3456 7890 12345",
    "0812-3456-7890 / 0813-1111-2222",
    "0812345678 ext 12",
    "(+62)812****45",
    "*****12",
    "0812xxxx789",
    "+62 812-XXXX-7890",
    "########",
    "8.12E+10",
    "6.2812E+12",
    "US.1349876543210987",
    "261121AB12CD34",
    "20261121",
    "1500123",
    "rina@contoh.id",
    True,
    0,
    -81234567890,
    81234567890.5,
    float("nan"),
    float("inf"),
]


@pytest.mark.parametrize(("raw", "expected"), READABLE)
def test_what_people_write_is_read(raw: str | float, expected: str) -> None:
    assert normalise_phone(raw) == expected


@pytest.mark.parametrize("raw", UNREADABLE)
def test_what_is_no_single_number_is_refused(raw: str | float) -> None:
    assert normalise_phone(raw) is None


@pytest.mark.parametrize(
    ("wa_id", "expected"),
    [
        ("62811812345", "+62811812345"),
        ("6281234567890", "+6281234567890"),
        ("6591234567", "+6591234567"),
        ("84912345678", "+84912345678"),
        ("5215512345678", "+525512345678"),
        ("5491123456789", "+5491123456789"),
        ("819012345678", "+819012345678"),
    ],
)
def test_a_whatsapp_id_begins_with_its_country(wa_id: str, expected: str) -> None:
    assert normalise_phone(wa_id, international=True) == expected


def test_digits_without_a_country_are_indonesian_before_they_are_japanese() -> None:
    assert normalise_phone("819012345678") == "+62819012345678"


def test_another_region_reads_its_own_numbers() -> None:
    assert normalise_phone("012-345 6789", "MY") == "+60123456789"
    assert normalise_phone("+62 812-3456-7890", "MY") == "+6281234567890"


mobiles = st.from_regex(r"8[1-35-9][0-9]{7,10}", fullmatch=True)


def _spaced(digits: str, mark: str) -> str:
    return mark.join(digits[start : start + 4] for start in range(0, len(digits), 4))


@given(mobiles, st.sampled_from([" ", "-", ".", "\xa0", "–", ""]))
def test_every_way_of_writing_one_mobile_number_gives_one_e164(national: str, mark: str) -> None:
    ways: list[str | float] = [
        *(
            prefix + _spaced(national, mark)
            for prefix in ("0", "62", "+62", "+62 ", "(+62) ", "+62 0", "0062")
        ),
        *("6262" + national, "+6262" + national, "620" + national, "wa.me/62" + national),
        *("tel:+62" + national, f"\u202a+62 {national}\u202c", f"62{national}@s.whatsapp.net"),
        *(national, int(national), float(national), f"{national}.0", f"'0{national}"),
    ]
    assert {normalise_phone(way) for way in ways} == {f"+62{national}"}


@given(st.text(alphabet="0123456789+-() .", max_size=20))
def test_a_normalised_number_stays_as_it_is(raw: str) -> None:
    once = normalise_phone(raw)
    if once is not None:
        assert normalise_phone(once) == once
        assert normalise_phone(once.removeprefix("+"), international=True) == once


def test_more_digits_than_a_number_can_have_are_none() -> None:
    assert normalise_phone(4.9087e16) is None


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats()))
def test_no_input_raises(raw: str | float) -> None:
    found = normalise_phone(raw)
    assert found is None or (found.startswith("+") and found[1:].isdigit() and len(found) <= 16)


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+6281234567890", "+62 812-3456-7890"),
        ("+62811812345", "+62 811-812-345"),
        ("+622175818888", "+62 21 75818888"),
        ("+6591234567", "+65 9123 4567"),
        ("bukan nomor", "bukan nomor"),
    ],
)
def test_a_number_is_shown_as_people_read_it(e164: str, shown: str) -> None:
    assert format_phone(e164) == shown


def test_last_digits() -> None:
    assert last_digits("+62 812-3456-7890") == "7890"
    assert last_digits("12", 4) == "12"


@pytest.mark.parametrize(
    "value", ["B***i", "*****12", "0812xxxx45", "r***@gmail.com", "+62 812-•••-90", "####"]
)
def test_masked(value: str) -> None:
    assert is_masked(value)


@pytest.mark.parametrize("value", ["Budi", "Maxx", "rina.xx7", "0812 3456 7890", "", None, 812])
def test_not_masked(value: object) -> None:
    assert not is_masked(value)
