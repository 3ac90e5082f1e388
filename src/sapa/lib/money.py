"""Amounts and shares in words: `Rp12.500`, `Rp12,5 jt`, `75,6%`.

Amounts are integers in minor units of their currency; rupiah has none. Rupiah is written without a
space or a dot behind `Rp` (EYD).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_SHORT = {
    "id": ((1_000_000_000_000, " T"), (1_000_000_000, " M"), (1_000_000, " jt"), (1_000, " rb")),
    "en": ((1_000_000_000_000, "T"), (1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")),
}
_WITHOUT_MINOR_UNITS = frozenset({"IDR", "JPY", "KRW", "VND"})


def format_number(value: float | Decimal, language: str = "id", digits: int = 0) -> str:
    """`value` with thousands marked and at most `digits` decimals, half rounded up; no needless zeros."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{exact:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text.strip("-0.,") == "":
        text = "0"
    return _localised(text, language)


def _localised(text: str, language: str) -> str:
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def format_rupiah(amount: int, language: str = "id") -> str:
    """`Rp12.500`; English `Rp12,500`."""
    return f"{'-' if amount < 0 else ''}Rp{format_number(abs(amount), language)}"


def format_rupiah_short(amount: int, language: str = "id") -> str:
    """`Rp12,5 jt`, `Rp300 rb`, below a thousand in full; English `Rp12.5M`, `Rp300k`. For cards only."""
    size = abs(amount)
    for unit, word in _SHORT["en" if language == "en" else "id"]:
        # 999.950 is rounded to a million and must say so.
        if size >= unit * Decimal("0.99995"):
            number = format_number(Decimal(size) / unit, language, 1)
            return f"{'-' if amount < 0 else ''}Rp{number}{word}"
    return format_rupiah(amount, language)


def format_money(amount: int, currency: str = "IDR", language: str = "id") -> str:
    """As `format_rupiah`; other currencies with their code: `USD 12,50`."""
    if currency == "IDR":
        return format_rupiah(amount, language)
    if currency in _WITHOUT_MINOR_UNITS:
        return f"{currency} {format_number(amount, language)}"
    return f"{currency} {_localised(f'{Decimal(amount) / 100:,.2f}', language)}"


def format_percent(share: float, language: str = "id", digits: int = 1) -> str:
    """A share of 0..1 as `75,6%`; English `75.6%`."""
    return f"{format_number(Decimal(str(share)) * 100, language, digits)}%"
