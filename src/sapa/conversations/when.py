"""Later moments as people type them: `besok jam 3`, `lusa pagi`, `2 jam lagi`, `Senin`, `25 Nov 09.00`; English too. Pure.

Decided here: a day alone is its morning, 09.00; a part of the day is pagi 09.00, siang 12.00, sore 16.00, malam 19.00;
an hour from 1 to 6 without a part is the afternoon's; a bare hour that has passed today is tomorrow's; a weekday is
the next one, never today; a date without a year is the next such date.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

_NUMBERS = {"se": 1, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3}  # fmt: skip
_UNITS = {
    "menit": timedelta(minutes=1),
    "mnt": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "jam": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "hari": timedelta(days=1),
    "day": timedelta(days=1),
    "minggu": timedelta(weeks=1),
    "week": timedelta(weeks=1),
}
_PARTS = {
    "pagi": 9,
    "siang": 12,
    "sore": 16,
    "petang": 16,
    "malam": 19,
    "morning": 9,
    "noon": 12,
    "afternoon": 16,
    "evening": 19,
    "night": 19,
}
_DAYS = {"hari ini": 0, "nanti": 0, "today": 0, "tonight": 0, "besok": 1, "bsk": 1, "tomorrow": 1, "lusa": 2}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "senin monday",
            "selasa tuesday",
            "rabu wednesday",
            "kamis thursday",
            "jumat friday",
            "sabtu saturday",
            "minggu ahad sunday",
        )
    )
    for name in names.split()
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan januari january", "feb februari february", "mar maret march", "apr april", "mei may"),
            *("jun juni june", "jul juli july", "agu agustus aug august", "sep september"),
            *("okt oktober oct october", "nov november", "des desember dec december"),
        ),
        start=1,
    )
    for name in names.split()
}
_MORNING = time(9, 0)
_NOON = 12
_EARLIEST_BARE = 7

_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_LENGTH = re.compile(
    rf"\b(?:(?P<later>dalam|in)\s+)?(?P<n>{_NUMBER})\s*(?P<unit>menit|mnt|minutes?|mins?|jam|hours?|hari|days?|minggu|weeks?)"
    r"(?P<lagi>\s+(?:lagi|lg|from\s+now))?\b",
    re.I,
)
_DAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})\b", re.I)
_WEEK = re.compile(r"\b(?:minggu|pekan)\s+depan\b|\bnext\s+week\b", re.I)
_WEEKDAY = re.compile(rf"\b(?:hari\s+)?(?P<day>{'|'.join(_WEEKDAYS)})\b(?P<next>\s+depan)?", re.I)
_DATE = re.compile(
    rf"\b(?:(?:tgl|tanggal)\s*)?(?P<d>\d{{1,2}})\s+(?P<m>{'|'.join(_MONTHS)})\b(?:\s+(?P<y>\d{{4}}))?", re.I
)
_OF_MONTH = re.compile(r"\b(?:tgl|tanggal)\s*(?P<d>\d{1,2})\b", re.I)
_PART = re.compile(rf"\b(?:{'|'.join(_PARTS)})\b", re.I)
_CLOCK = re.compile(
    r"\b(?:(?P<word>jam|pukul|pkl|at)\s*)(?P<h>\d{1,2})(?:[.:](?P<m>\d{2}))?(?:\s*(?P<half>am|pm))?\b"
    r"|\b(?P<h2>\d{1,2})[.:](?P<m2>\d{2})\b|\b(?P<h3>\d{1,2})\s*(?P<half3>am|pm)\b",
    re.I,
)


def read_when(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment that these words name, later than `now` and in `zone`; None where they name none that is still to come."""
    here = now.astimezone(zone)
    found = _length(text, here)
    if found is None:
        day, clock = _day(text, here.date()), _clock(text)
        if day is None and clock is None:
            return None
        found = datetime.combine(day or here.date(), clock or _MORNING, zone)
        if found <= here and day is None:
            found += timedelta(days=1)
        elif found <= here and clock is None and day == here.date():
            found = here + timedelta(hours=2)
    return found if found > here else None


def _length(text: str, here: datetime) -> datetime | None:
    match = _LENGTH.search(text)
    if match is None or not (match["later"] or match["lagi"]):
        return None
    number = match["n"].lower()
    unit = match["unit"].lower()
    step = max((name for name in _UNITS if unit.startswith(name)), key=len)
    moment = here + (int(number) if number.isdecimal() else _NUMBERS[number]) * _UNITS[step]
    clock = _clock(text[: match.start()] + text[match.end() :]) if _UNITS[step] >= timedelta(days=1) else None
    return datetime.combine(moment.date(), clock, moment.tzinfo) if clock else moment


def _day(text: str, today: date) -> date | None:
    if match := _DATE.search(text):
        month = _MONTHS[match["m"].lower()]
        return _next_date(today, int(match["d"]), month, int(match["y"]) if match["y"] else None)
    if match := _OF_MONTH.search(text):
        return _next_date(today, int(match["d"]), None, None)
    if match := _DAY.search(text):
        return today + timedelta(days=_DAYS[match.group().lower()])
    if _WEEK.search(text):
        return today + timedelta(days=7 - today.weekday())
    if match := _WEEKDAY.search(text):
        ahead = (_WEEKDAYS[match["day"].lower()] - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead)
    return None


def _next_date(today: date, day: int, month: int | None, year: int | None) -> date | None:
    for step in range(13):
        index = today.year * 12 + today.month - 1 + step
        at_year, at_month = divmod(index, 12)
        if (month and at_month + 1 != month) or (year and at_year != year):
            continue
        try:
            found = date(at_year, at_month + 1, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _clock(text: str) -> time | None:
    part = _PART.search(text)
    of_part = _PARTS[part.group().lower()] if part else None
    for match in _CLOCK.finditer(text):
        hour = int(match["h"] or match["h2"] or match["h3"])
        minute = int(match["m"] or match["m2"] or 0)
        half = (match["half"] or match["half3"] or "").lower()
        hour = _whole_hour(hour, half, of_part, is_exact=bool(match["m2"]))
        if hour < 24 and minute < 60:
            return time(hour, minute)
    return time(of_part) if of_part is not None else None


def _whole_hour(hour: int, half: str, part: int | None, *, is_exact: bool) -> int:
    if half:
        return hour % _NOON + (_NOON if half == "pm" else 0)
    if part is not None:
        return hour + _NOON if part >= _NOON and hour < (_NOON if part > _NOON else _EARLIEST_BARE) else hour
    return hour + _NOON if not is_exact and 0 < hour < _EARLIEST_BARE else hour
