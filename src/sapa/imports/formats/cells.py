"""One cell as text, as an amount or as a moment, whatever the program that wrote it made of it.

A spreadsheet gives numbers as floats, dates as `datetime` or as serial numbers; a CSV gives text only,
written by the habits of its country. Nothing here guesses silently: what cannot be read raises
`CellError`, which names the cell and says why.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

Cell = str | int | float | bool | date | datetime | time | timedelta

MOST_MONEY = 10**13
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
_MINOR_DIGITS = {"IDR": 0, "JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3}
_EMPTY = frozenset({"", "-", "--", "—", "n/a", "na", "null", "none", "nan", "#n/a", "tidak ada", "nihil"})
_MANGLED = re.compile(r"^\d(?:[.,]\d+)?\s*[eE]\s*\+?\s*\d{1,2}$")
_QUOTED_FORMULA = re.compile(r'^="(.*)"$', re.DOTALL)
_LONGEST_EXACT = 10**15
# No number and no date is longer; patterns would take minutes over a cell of megabytes.
_LONGEST = 120


class CellError(ValueError):
    """A cell that cannot be read: `code` is a code of `imports.words`, `value` the cell as shown."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code = code
        self.value = value[:80]


def text_of(cell: Cell) -> str:
    """The cell as a person sees it: 8.0 is "8", a moment is ISO, `="0812"` and `'0812` lose Excel's armour."""
    if isinstance(cell, str):
        text = cell.strip()
        if text[:1] == "=" and (match := _QUOTED_FORMULA.match(text)):
            return match[1].strip()
        return text[1:].lstrip() if text[:1] == "'" and text[1:2].isdigit() else text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e21 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def is_empty(text: str) -> bool:
    """Whether the text says that there is nothing."""
    return text.lower() in _EMPTY


def number_of(cell: Cell) -> str:
    """An order number or another id, whole or not at all.

    Excel keeps 15 digits: a longer id in a number cell, or one shown as 5.84E+17, has lost its end and would
    join orders of different people. Raises `CellError` id_mangled.
    """
    text = text_of(cell)
    if isinstance(cell, float):
        if abs(cell) >= _LONGEST_EXACT or not cell.is_integer():
            raise CellError("id_mangled", text)
    elif _MANGLED.match(text):
        raise CellError("id_mangled", text)
    return "" if is_empty(text) else text


def phone_of(cell: Cell) -> str:
    """A phone number as written, "" where there is none. Raises `CellError` phone_mangled for 6.28E+12."""
    text = text_of(cell)
    if _MANGLED.match(text):
        raise CellError("phone_mangled", text)
    return "" if is_empty(text) else text


def minor_digits(currency: str) -> int:
    """How many digits of `currency` are minor units (rupiah has none)."""
    return _MINOR_DIGITS.get(currency.upper(), 2)


def amount_of(cell: Cell, digits: int = 0) -> int | None:
    """An amount of money in minor units (`digits` of them), None for an empty cell.

    Raises `CellError`: not_a_number, or amount_absurd past ten billion units.
    """
    if isinstance(cell, str):
        return _amount_of_text(cell, digits) if cell else None
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise CellError("not_a_number", text_of(cell))
    return _minor(float(cell), digits, text_of(cell))


@lru_cache(maxsize=65536)
def _amount_of_text(text: str, digits: int) -> int | None:
    stripped = text_of(text)
    if is_empty(stripped):
        return None
    value = _number_in(stripped) if len(stripped) <= _LONGEST else None
    if value is None:
        raise CellError("not_a_number", stripped)
    return _minor(value, digits, stripped)


def _minor(value: float, digits: int, shown: str) -> int:
    if not abs(value) < MOST_MONEY:
        raise CellError("amount_absurd", shown)
    return int(abs(value) * 10**digits + 0.5) * (-1 if value < 0 else 1)


_CURRENCY = re.compile(r"(?i)^(?:rp\.?|idr|us\$|usd|\$|€|eur|sgd|s\$|myr|rm)\s*|\s*(?:rupiah|idr|usd|rp)$")
_SCALE = {"rb": 1e3, "ribu": 1e3, "k": 1e3, "jt": 1e6, "juta": 1e6}
_NUMBER = re.compile(r"^([+-]?)\s*([\d.,\s\u00a0]*\d)(?:,-|\.-|-)?\s*(rb|ribu|k|jt|juta)?$", re.IGNORECASE)


def _number_in(text: str) -> float | None:
    """The number a person means: 89.000, Rp 1.250.000,- , 1,250.50, (5.000), 25rb; None where there is none."""
    negative = text.startswith("(") and text.endswith(")")
    body = text.strip("()").strip()
    sign = "-" if body.startswith("-") else ""
    match = _NUMBER.match(sign + _CURRENCY.sub("", body.lstrip("-").strip()).strip())
    if match is None:
        return None
    scale = _SCALE.get((match[3] or "").lower(), 1.0)
    plain = _plain_digits(re.sub(r"[\s\u00a0]", "", match[2]), scaled=scale > 1)
    if plain is None:
        return None
    return float(plain) * scale * (-1 if negative or match[1] == "-" else 1)


def _plain_digits(text: str, *, scaled: bool) -> str | None:
    """The digits with a point for decimals: the last of two unlike marks, or a lone mark not before three digits."""
    if text.isascii() and text.isdigit():
        return text
    comma, point = text.count(","), text.count(".")
    if comma and point:
        decimal = "," if text.rfind(",") > text.rfind(".") else "."
        if text.count(decimal) > 1:
            return None
        return text.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    mark = "," if comma else "."
    parts = text.split(mark)
    grouped = 1 <= len(parts[0]) <= 3 and parts[0] != "0" and all(len(part) == 3 for part in parts[1:])
    if grouped and not (scaled and len(parts) == 2):
        return "".join(parts)
    return ".".join(parts) if len(parts) == 2 and parts[0] else None


def count_of(cell: Cell) -> int | None:
    """A whole number of pieces, 0..100000; None for an empty cell. Raises `CellError` quantity_absurd."""
    if isinstance(cell, str) and cell.isdigit() and cell.isascii() and len(cell) < 6:
        return int(cell)
    shown = text_of(cell)
    if len(shown) > _LONGEST:
        raise CellError("quantity_absurd", shown)
    match = re.match(
        r"^(-?\d[\d.,]*)\s*(?:x|pcs|pc|pack|pax|buah|bh|unit|biji|lusin|kg|gr|botol)?\.?$",
        shown,
        re.IGNORECASE,
    )
    if is_empty(shown):
        return None
    value = _number_in(match[1]) if match else None
    if value is None or not 0 <= value <= 100_000:
        raise CellError("quantity_absurd", shown)
    return int(value) if value == int(value) or value > 1 else 1


_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan januari january", "feb februari february peb pebruari", "mar maret march mrt",
            "apr april", "mei may", "jun juni june", "jul juli july", "agu agustus aug august agt ags agst",
            "sep september sept", "okt oktober oct october", "nov november nop nopember",
            "des desember dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMERIC = re.compile(r"^(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})$")
_NAMED = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*([A-Za-z]{3,9})\.?,?[\s\-/.]*(\d{4}|\d{2})$")
_NAMED_US = re.compile(r"^([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_DAY_NAME = re.compile(
    r"^(?:sen|sel|rab|kam|jum|sab|min|ahad|mon|tue|wed|thu|fri|sat|sun)[a-z']*\.?,?\s+", re.IGNORECASE
)
_TIME = re.compile(
    r"[\sT,]+(?:pukul|jam|at|pk\.?)?\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*"
    r"([AaPp]\.?\s?[Mm]\.?)?\s*(Z|UTC|GMT|WIB|WITA|WIT|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_OFFSETS = {"Z": 0, "UTC": 0, "GMT": 0, "WIB": 7, "WITA": 8, "WIT": 9}
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
_SERIAL = re.compile(r"^\d{5}(?:[.,]\d+)?$")


class Moments:
    """Reads the date cells of one file: its time zone and whether the day comes before the month.

    Calling it gives an aware `datetime` (a date alone is its midnight) or None for an empty cell; it raises
    `CellError`: not_a_date, no_such_date (31/02), date_absurd (a year before 1990 or after 2100).
    Serial numbers count days from 1899-12-30, as Excel and Calc do.
    """

    def __init__(self, zone: ZoneInfo, day_first: bool = True) -> None:
        self.zone = zone
        self.day_first = day_first
        self._of_text = lru_cache(maxsize=32768)(self._read_text)

    def __call__(self, cell: Cell) -> datetime | None:
        if isinstance(cell, str):
            if len(cell) == 16 and cell[13] == ":" and cell[4] == "-":
                try:
                    at = datetime.fromisoformat(cell)
                except ValueError:
                    return self._of_text(cell)
                return self._aware(at, cell)
            return self._of_text(cell) if cell else None
        if isinstance(cell, datetime):
            return self._aware(cell, text_of(cell))
        if isinstance(cell, date):
            return self._aware(datetime.combine(cell, time()), text_of(cell))
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return self._of_serial(float(cell))
        raise CellError("not_a_date", text_of(cell))

    def _aware(self, value: datetime, shown: str) -> datetime:
        if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
            raise CellError("date_absurd", shown)
        return value if value.tzinfo else value.replace(tzinfo=self.zone)

    def _of_serial(self, value: float) -> datetime:
        if not 20_000 <= value < 75_000:
            raise CellError("not_a_date", text_of(value))
        moment = _EXCEL_EPOCH + timedelta(days=value)
        rounded = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        return self._aware(rounded, text_of(value))

    def _read_text(self, raw: str) -> datetime | None:
        text = text_of(raw)
        if (plain := self._in_iso_order(text)) is not None:
            return plain
        if is_empty(text):
            return None
        if len(text) > _LONGEST:
            raise CellError("not_a_date", text)
        if _SERIAL.match(text):
            return self._of_serial(float(text.replace(",", ".")))
        return self._in_words(text)

    def _in_iso_order(self, text: str) -> datetime | None:
        """The two commonest ways of writing, read by the quick way: 2026-11-19 09:12 and 19/11/2026 09:12:00.

        A time with points goes the slow way: `fromisoformat` takes the minutes of 14.30 for a fraction.
        """
        if len(text) > 10 and text[13:14] != ":":
            return None
        if text[4:5] == "-" and len(text) >= 10:
            iso = text
        elif self.day_first and text[2:3] == text[5:6] == "/" and text[6:10].isdigit():
            iso = f"{text[6:10]}-{text[3:5]}-{text[:2]}{text[10:]}"
        else:
            return None
        try:
            return self._aware(datetime.fromisoformat(iso), text)
        except CellError:
            raise
        except ValueError:
            return None

    def _in_words(self, text: str) -> datetime:
        clock = _TIME.search(text)
        body = _DAY_NAME.sub("", (text[: clock.start()] if clock else text).strip().rstrip(",")).strip()
        parts = self._day(body)
        if parts is None:
            raise CellError("not_a_date", text)
        hour, minute, second, offset = _clock(clock) if clock else (0, 0, 0, None)
        try:
            value = datetime(*parts, hour, minute, second)  # noqa: DTZ001
        except ValueError:
            raise CellError("no_such_date", text) from None
        aware = self._aware(value, text)
        return aware if offset is None else aware.replace(tzinfo=timezone(offset))

    def _day(self, body: str) -> tuple[int, int, int] | None:
        if match := _NUMERIC.match(body):
            return self._numeric(match[1], int(match[2]), match[3])
        if match := _NAMED.match(body):
            month = _MONTHS.get(match[2].lower())
            return (_year(match[3]), month, int(match[1])) if month else None
        if match := _NAMED_US.match(body):
            month = _MONTHS.get(match[1].lower())
            return (int(match[3]), month, int(match[2])) if month else None
        return None

    def _numeric(self, first: str, second: int, last: str) -> tuple[int, int, int] | None:
        if len(first) == 4:
            return int(first), second, int(last)
        if len(first) > 2 or len(last) not in (2, 4):
            return None
        left = int(first)
        month_first = second > 12 >= left or (not self.day_first and not left > 12 >= second)
        return (_year(last), left, second) if month_first else (_year(last), second, left)


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _clock(match: re.Match[str]) -> tuple[int, int, int, timedelta | None]:
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    half = (match[4] or "").lower()[:1]
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    zone = (match[5] or "").upper()
    if not zone:
        return hour, minute, second, None
    if zone in _OFFSETS:
        return hour, minute, second, timedelta(hours=_OFFSETS[zone])
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return hour, minute, second, offset if zone[0] == "+" else -offset


def day_order(texts: list[str]) -> str:
    """What the dates themselves say of their order: dmy, mdy, mixed, or "" where every one could be either.

    A value above 12 can only be a day. Dates with the year first or the month in words do not matter;
    a file of those gives "none".
    """
    day_first = month_first = either = False
    for text in texts:
        match = _NUMERIC.match(_DAY_NAME.sub("", _TIME.sub("", text.strip())).strip())
        if match is None or len(match[1]) > 2:
            continue
        left, middle = int(match[1]), int(match[2])
        day_first |= left > 12 >= middle
        month_first |= middle > 12 >= left
        either |= left <= 12 and middle <= 12 and left != middle
    if day_first and month_first:
        return "mixed"
    if day_first or month_first:
        return "dmy" if day_first else "mdy"
    return "" if either else "none"
