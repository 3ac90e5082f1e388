"""By when: the times that people of a shop name in chat.

A day is due at the midnight that ends it, a part of the day at that part's end (pagi 11.00, siang 15.00,
sore 18.00, malam midnight), N x 24 jam is N·24 hours later, `dalam 3 hari` the end of the third day from now.
A bare length (`2 hari sampai`) is no time by which anything is promised.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_NUMBERS = {
    "se": 1,
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "lima": 5,
    "enam": 6,
    "tujuh": 7,
    "delapan": 8,
    "sembilan": 9,
    "sepuluh": 10,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "a": 1,
    "an": 1,
}
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_WEEKDAYS = {
    "senin": 0,
    "selasa": 1,
    "rabu": 2,
    "kamis": 3,
    "jumat": 4,
    "jum'at": 4,
    "jum’at": 4,
    "sabtu": 5,
    "minggu": 6,
    "ahad": 6,
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("januari jan january", "februari feb february", "maret mar march", "april apr", "mei may"),
            *("juni jun june", "juli jul july", "agustus agu ags agt august aug", "september sep sept"),
            *("oktober okt october oct", "november nov", "desember des december dec"),
        ),
        start=1,
    )
    for name in names.split()
}
_PART_ENDS = {"pagi": 11, "siang": 15, "sore": 18, "petang": 18, "malam": 24, "malem": 24}
_PART_ENDS |= {"morning": 11, "noon": 12, "afternoon": 18, "evening": 24, "night": 24}

_DAY_NAMES = "|".join(map(re.escape, _WEEKDAYS))
_PARTS = "|".join(_PART_ENDS)
_MARK = (
    r"(?:dalam|dlm|dalem|within|in|maks(?:imal|imum)?|max(?:imal|imum)?|paling\s+(?:lama|lambat|telat|lmbt)"
    r"|selambat(?:-lambat)?nya|kurang\s+dari|less\s+than|at\s+most|tidak\s+lebih\s+dari|(?:tidak|gak|ga)\s+sampai)"
)
_UNIT = r"(?P<unit>menit|mnt|minutes?|mins?|jam|hours?|hrs?|hari\s+kerja|(?:working|business)\s+days?|hari|hr|days?|minggu|mgg|weeks?|bulan|months?)"
_LATER = r"(?:lagi|lg|ke\s?depan|kemudian|from\s+now)"

_TIMES_24 = re.compile(rf"\b(?P<n>{_NUMBER})\s*[x×*]\s*24\s*(?:jam|hours?|hrs?)?\b", re.I)
_LENGTH = re.compile(
    rf"\b(?P<mark>{_MARK}\s+(?:waktu\s+)?)?(?:{_NUMBER}\s*(?:-|–|s/d|sampai|hingga|to)\s*)?"
    rf"(?P<n>setengah|half\s+an|{_NUMBER})\s*{_UNIT}\b(?P<later>\s*(?:an\s*)?{_LATER}\b)?",
    re.I,
)
_CLOCK = re.compile(
    r"(?:\b(?:jam|jm|pukul|pkl|at|by|before)\s*|(?P<bare>\b))(?:\d{1,2}(?:[.:]\d{2})?\s*(?:-|–|sampai)\s*)?"
    rf"(?P<hour>\d{{1,2}})(?:[.:](?P<minute>\d{{2}}))?(?:-?an)?\s*"
    rf"(?P<part>{_PARTS}|am|pm|a\.m|p\.m)?\b\s*(?P<zone>wib|wita|wit)?(?!\s*(?:x|×|%|jam|menit|hari|pcs|rb|ribu|kg))",
    re.I,
)
_PART = re.compile(
    rf"\b(?P<lead>nanti|nt[ia]r?|entar|ntar|this|to)?\s*(?P<part>{_PARTS})(?:an)?\b(?P<tail>\s+(?:ini|nanti|hari\s+ini))?",
    re.I,
)
_PERIOD = re.compile(
    r"\b(?P<what>minggu|pekan|bulan)\s+(?P<which>ini|depan)\b|\b(?P<which_en>this|next)\s+(?P<what_en>week|month)\b",
    re.I,
)
_WEEKDAY = re.compile(
    rf"\b(?:hari\s+)?(?P<next>next\s+)?(?P<day>{_DAY_NAMES})\b(?:\s+(?P<which>depan|ini))?", re.I
)
_DAY = re.compile(
    r"\b(?P<after>(?:besok\s+)?lusa|day\s+after\s+tomorrow)\b|\b(?P<tomorrow>besok|bsk|bsok|besuk|esok|tomorrow|tmrw|tmr)\b"
    r"|\b(?P<today>h(?:a)?r[i]?\s+ini|hari\s+yang\s+sama|today|same\s+day|end\s+of\s+(?:the\s+)?day|eod)\b"
    r"|\b(?P<weekend>akhir\s+pekan|weekend)\b|\b(?P<month_end>akhir\s+bulan|end\s+of\s+(?:the\s+)?month)\b",
    re.I,
)
_DATE = re.compile(
    rf"\b(?:(?:tanggal|tgl)\.?\s*(?P<day>\d{{1,2}})(?:\s*[/-]\s*(?P<number>\d{{1,2}})|\s+(?P<month>{'|'.join(_MONTHS)})\b)?"
    rf"|(?P<day2>\d{{1,2}})\s+(?P<month2>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b)",
    re.I,
)
_PAST = re.compile(r"^\s*(?:kemarin|kmrn|lalu|yang\s+lalu|yg\s+lalu|tadi|ago)\b", re.I)
_DAY_RANGE = re.compile(
    rf"\b(?:{_DAY_NAMES})\s*(?:-|–|s/d|s\.d\.?|sd|sampai|hingga|to)\s*(?:{_DAY_NAMES})\b", re.I
)
_REPEATED = re.compile(
    r"\b(?:setiap|tiap|per|every|selamat|met|good|kemarin|last|tadi|sampai)\s*(?:hari\s+)?$", re.I
)
_VOCATIVE = re.compile(
    r"^\s*(?:kak|kakak|bu|ibu|pak|bapak|sis|min|gan|bun|bunda|mas|mbak|ka|kk|juga|semua|all|$)", re.I
)


_HINT = re.compile(
    rf"\d|\b(?:{_DAY_NAMES}|{_PARTS}|besok|bsk|bsok|besuk|esok|lusa|to(?:day|morrow|night)|tmrw?|eod|end\s+of|ha?r[i]?\s|akhir|depan|lagi|lg"
    r"|week(?:end)?|pekan|bulan|month|dalam|dlm|dalem|maks\w*|max\w*|paling|selambat\w*|within|in)\b",
    re.I,
)


def may_name_a_time(text: str) -> bool:
    """A cheap look before the thorough one: most messages name no time."""
    return bool(_HINT.search(text))


@dataclass(frozen=True, slots=True)
class Due:
    """A time by which, with the characters that say it; `today` where no later day is named."""

    start: int
    end: int
    at: datetime
    today: bool


@dataclass(frozen=True, slots=True)
class _Day:
    start: int
    end: int
    day: date


def find_due(text: str, at: datetime, zone: tzinfo) -> Due | None:
    """The time by which something is promised in one clause said at `at` (aware); None where none is named.

    Of several days the latest counts (`besok atau lusa`); an hour belongs to the day beside it.
    """
    local = at.astimezone(zone)
    lengths = list(_lengths(text, at, zone))
    if lengths:
        return max(lengths, key=lambda due: due.at)
    if _DAY_RANGE.search(text):
        return None
    days = list(_days(text, local.date()))
    day = max(days, key=lambda found: found.day, default=None)
    due = _with_hour(text, day, local) or (_end_of(day, local) if day else None)
    return due if due and due.at > at else None


def _number(word: str) -> float:
    word = word.lower()
    if word.startswith(("setengah", "half")):
        return 0.5
    return int(word) if word.isdecimal() else _NUMBERS[word]


def _lengths(text: str, at: datetime, zone: tzinfo) -> Iterator[Due]:
    for match in _TIMES_24.finditer(text):
        yield Due(
            match.start(),
            match.end(),
            (at + timedelta(hours=24 * _number(match["n"]))).astimezone(zone),
            False,
        )
    for match in _LENGTH.finditer(text):
        marked = match["mark"] or match["later"]
        if (
            marked
            and not _PAST.match(text[match.end() :])
            and not text[match.end() :].lstrip().startswith(("x", "×"))
        ):
            yield Due(match.start(), match.end(), _after(match, at, zone), False)


def _after(match: re.Match[str], at: datetime, zone: tzinfo) -> datetime:
    number, unit = _number(match["n"]), match["unit"].lower()
    if unit.startswith(("menit", "mnt", "min")) and not unit.startswith("minggu"):
        return (at + timedelta(minutes=number)).astimezone(zone)
    if unit.startswith(("jam", "hour", "hr")) and unit != "hr":
        return (at + timedelta(hours=number)).astimezone(zone)
    today = at.astimezone(zone).date()
    if "kerja" in unit or "working" in unit or "business" in unit:
        return _midnight_after(_working_days_later(today, int(number)), zone)
    days = (
        7 if unit.startswith(("minggu", "mgg", "week")) else 30 if unit.startswith(("bulan", "month")) else 1
    )
    return _midnight_after(today + timedelta(days=round(days * number)), zone)


def _working_days_later(day: date, number: int) -> date:
    while number > 0:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


def _midnight_after(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _days(text: str, today: date) -> Iterator[_Day]:
    taken: list[tuple[int, int]] = []
    for found in (
        *_periods(text, today),
        *_dates(text, today),
        *_named_days(text, today),
        *_weekdays(text, today),
    ):
        inside = any(start <= found.start < end for start, end in taken)
        if inside or _REPEATED.search(text[: found.start]) or _PAST.match(text[found.end :]):
            continue
        taken.append((found.start, found.end))
        yield found


def _periods(text: str, today: date) -> Iterator[_Day]:
    for match in _PERIOD.finditer(text):
        following = (match["which"] or match["which_en"]).lower() in ("depan", "next")
        if (match["what"] or match["what_en"]).lower() in ("bulan", "month"):
            day = _month_end(_month_end(today) + timedelta(days=1)) if following else _month_end(today)
        else:
            day = today + timedelta(days=6 - today.weekday() + 7 * following)
        yield _Day(match.start(), match.end(), day)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _dates(text: str, today: date) -> Iterator[_Day]:
    for match in _DATE.finditer(text):
        number = int(match["day"] or match["day2"])
        name = match["month"] or match["month2"]
        month = _MONTHS[name.lower()] if name else int(match["number"] or 0) or None
        day = _next_date(number, month, today)
        if day:
            yield _Day(match.start(), match.end(), day)


def _next_date(number: int, month: int | None, today: date) -> date | None:
    first = today.replace(day=1)
    for ahead in range(13):
        year, index = divmod(first.year * 12 + first.month - 1 + ahead, 12)
        if (month in (None, index + 1)) and 1 <= number <= monthrange(year, index + 1)[1]:
            day = date(year, index + 1, number)
            if day >= today:
                return day
    return None


def _named_days(text: str, today: date) -> Iterator[_Day]:
    ahead = {"after": 2, "tomorrow": 1, "today": 0, "weekend": 6 - today.weekday()}
    for match in _DAY.finditer(text):
        name = match.lastgroup or ""
        day = _month_end(today) if name == "month_end" else today + timedelta(days=ahead[name])
        yield _Day(match.start(), match.end(), day)


def _weekdays(text: str, today: date) -> Iterator[_Day]:
    for match in _WEEKDAY.finditer(text):
        if match["day"].lower() == "minggu" and re.search(
            r"(?:\d|\bse|satu|dua|tiga|empat)\s*$", text[: match.start()]
        ):
            continue
        weekday, which = (
            _WEEKDAYS[match["day"].lower()],
            (match["which"] or match["next"] or "").strip().lower(),
        )
        if which in ("depan", "next"):
            day = today + timedelta(days=7 - today.weekday() + weekday)
        else:
            day = today + timedelta(days=(weekday - today.weekday()) % 7 or (0 if which else 7))
        yield _Day(match.start(), match.end(), day)


def _end_of(day: _Day, local: datetime) -> Due:
    return Due(day.start, day.end, _midnight_after(day.day, local.tzinfo), day.day == local.date())


def _with_hour(text: str, day: _Day | None, local: datetime) -> Due | None:
    part = _part(text, has_day=day is not None)
    clock = next((match for match in _CLOCK.finditer(text) if _is_clock(match, day)), None)
    if clock is None and part is None:
        return None
    marks = [mark for mark in (day, part, clock) if mark is not None]
    start = min(mark.start if isinstance(mark, _Day) else mark.start() for mark in marks)
    end = max(mark.end if isinstance(mark, _Day) else mark.end() for mark in marks)
    part_name = (clock["part"] if clock else None) or (part["part"] if part else "")
    base = day.day if day else local.date()
    if clock:
        moment = _clock_moment(
            int(clock["hour"]), int(clock["minute"] or 0), part_name.lower(), base, local, fixed=day
        )
    else:
        moment = _part_moment(part_name.lower(), base, local, fixed=day)
    return Due(start, end, moment, base == local.date())


def _part(text: str, *, has_day: bool) -> re.Match[str] | None:
    for match in _PART.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        greeting = not match["lead"] and not match["tail"] and _VOCATIVE.match(after) and not before.strip()
        if greeting or _REPEATED.search(before) or _PAST.match(after):
            continue
        bare = not (match["lead"] or match["tail"] or has_day)
        if bare and not re.match(
            r"\s+(?:saya|sy|kami|kita|aku|tak|di(?:kabari|kirim|info|hubungi)|baru)", after, re.I
        ):
            continue
        return match
    return None


def _is_clock(match: re.Match[str], day: _Day | None) -> bool:
    if day and day.start <= match.start("hour") < day.end:
        return False
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    named = (
        match["bare"] is None or match["zone"] or (match["part"] and match["part"].lower() in ("am", "pm"))
    )
    return bool(named) and hour <= 24 and minute < 60


def _clock_moment(
    hour: int, minute: int, part: str, base: date, local: datetime, *, fixed: _Day | None
) -> datetime:
    hour = _hour_of_day(hour, part)
    moment = _at(base, hour, minute, local)
    if part or hour > 12:
        return moment if fixed or moment > local else moment + timedelta(days=1)
    if fixed and base > local.date():
        return moment
    if moment <= local and hour < 12:
        moment = _at(base, hour + 12, minute, local)
    return moment if moment > local else moment + timedelta(days=1)


def _hour_of_day(hour: int, part: str) -> int:
    if part in ("pagi", "morning", "am", "a.m"):
        return hour % 12 if hour == 12 else hour
    if part in ("malam", "malem", "night", "evening"):
        return 24 if hour == 12 else hour + 12 if 5 <= hour < 12 else hour
    if part:
        return hour + 12 if hour < 8 or (part in ("pm", "p.m") and hour < 12) else hour
    return hour + 12 if 1 <= hour <= 6 else hour


def _part_moment(part: str, base: date, local: datetime, *, fixed: _Day | None) -> datetime:
    moment = _at(base, _PART_ENDS[part], 0, local)
    return moment if fixed or moment > local else moment + timedelta(days=1)


def _at(day: date, hour: int, minute: int, local: datetime) -> datetime:
    return datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute), local.tzinfo)
