from __future__ import annotations

import pytest

from sapa.lib.money import format_money, format_number, format_percent, format_rupiah, format_rupiah_short


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (0, "Rp0", "Rp0"),
        (999, "Rp999", "Rp999"),
        (12500, "Rp12.500", "Rp12,500"),
        (1250000, "Rp1.250.000", "Rp1,250,000"),
        (-12500, "-Rp12.500", "-Rp12,500"),
    ],
)
def test_rupiah(amount: int, indonesian: str, english: str) -> None:
    assert format_rupiah(amount) == indonesian
    assert format_rupiah(amount, "en") == english


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (500, "Rp500", "Rp500"),
        (12500, "Rp12,5 rb", "Rp12.5k"),
        (300000, "Rp300 rb", "Rp300k"),
        (999949, "Rp999,9 rb", "Rp999.9k"),
        (999950, "Rp1 jt", "Rp1M"),
        (12500000, "Rp12,5 jt", "Rp12.5M"),
        (-12500000, "-Rp12,5 jt", "-Rp12.5M"),
        (1_200_000_000, "Rp1,2 M", "Rp1.2B"),
        (3_000_000_000_000, "Rp3 T", "Rp3T"),
    ],
)
def test_short_rupiah_for_cards(amount: int, indonesian: str, english: str) -> None:
    assert format_rupiah_short(amount) == indonesian
    assert format_rupiah_short(amount, "en") == english


@pytest.mark.parametrize(
    ("share", "indonesian", "english"),
    [
        (0.756, "75,6%", "75.6%"),
        (1, "100%", "100%"),
        (0, "0%", "0%"),
        (0.125, "12,5%", "12.5%"),
        (0.0449, "4,5%", "4.5%"),
    ],
)
def test_percent(share: float, indonesian: str, english: str) -> None:
    assert format_percent(share) == indonesian
    assert format_percent(share, "en") == english


def test_numbers() -> None:
    assert format_number(1234.56, "id", 1) == "1.234,6"
    assert format_number(1234.56, "en", 1) == "1,234.6"
    assert format_number(2.5) == "3"
    assert format_number(-0.04, "id", 1) == "0"
    assert format_number(5.0, "id", 1) == "5"


def test_other_currencies_show_their_code() -> None:
    assert format_money(12500) == "Rp12.500"
    assert format_money(1250, "USD") == "USD 12,50"
    assert format_money(125000, "USD", "en") == "USD 1,250.00"
    assert format_money(1250, "JPY") == "JPY 1.250"
