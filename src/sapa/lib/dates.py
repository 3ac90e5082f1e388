"""Times and durations in words, in Indonesian and English.

Indonesian writes a dot between hours and minutes (EYD V). Every function takes aware times and the zone
in which they are read.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from sapa.lib.money import format_number

_MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_WEEKDAYS = {
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_WORDS = {
    "id": {
        "just_now": "baru saja",
        "minutes_ago": "{} mnt lalu",
        "hours_ago": "{} jam lalu",
        "yesterday": "kemarin {}",
        "today": "hari ini",
        "tomorrow": "besok",
        "in_two_days": "lusa",
        "in_days": "dalam {} hari",
        "under_a_minute": "< 1 mnt",
        "minutes": "{} mnt",
        "short_hours": "{} j",
        "hours": "{} jam",
        "days": "{} hari",
        "open_hours": "{} jam buka",
        "open_time": "{} jam buka",
        "not_open": "{}, di luar jam buka",
    },
    "en": {
        "just_now": "just now",
        "minutes_ago": "{} min ago",
        "hours_ago": "{} h ago",
        "yesterday": "yesterday {}",
        "today": "today",
        "tomorrow": "tomorrow",
        "in_two_days": "in 2 days",
        "in_days": "in {} days",
        "under_a_minute": "< 1 min",
        "minutes": "{} min",
        "short_hours": "{} h",
        "hours": "{} hours",
        "days": "{} days",
        "open_hours": "{} business hours",
        "open_time": "{} of business hours",
        "not_open": "{}, outside business hours",
    },
}
_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_WEEK = 7
_MUCH_LONGER = 2


def _known(language: str) -> str:
    return "en" if language.startswith("en") else "id"


def format_day(day: date, language: str = "id", *, with_year: bool = True) -> str:
    """`21 Nov 2026`, or `21 Nov`."""
    text = f"{day.day} {_MONTHS[_known(language)][day.month - 1]}"
    return f"{text} {day.year}" if with_year else text


def format_clock(at: datetime, zone: tzinfo, language: str = "id") -> str:
    """`14.30`; English `14:30`."""
    return at.astimezone(zone).strftime("%H:%M" if _known(language) == "en" else "%H.%M")


def zone_name(at: datetime, zone: tzinfo) -> str:
    """`WIB`, `WITA`, `WIT`; elsewhere what the zone calls itself at that moment."""
    return _ZONES.get(str(zone)) or at.astimezone(zone).tzname() or str(zone)


def format_absolute(at: datetime, zone: tzinfo, language: str = "id", *, with_zone: bool = False) -> str:
    """`21 Nov 2026 14.30`, with ` WIB` behind it where documents or another zone ask for it."""
    text = f"{format_day(at.astimezone(zone).date(), language)} {format_clock(at, zone, language)}"
    return f"{text} {zone_name(at, zone)}" if with_zone else text


def format_relative(at: datetime, now: datetime, zone: tzinfo, language: str = "id") -> str:
    """Seen from `now`: `3 mnt lalu`, `kemarin 14.30`, `Sen 09.10`, `12 Nov`; `besok 09.00`, `dalam 3 hari`."""
    return _future(at, now, zone, language) if at > now else _past(at, now, zone, language)


def _past(at: datetime, now: datetime, zone: tzinfo, language: str) -> str:
    words = _WORDS[_known(language)]
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return words["just_now"]
    if minutes < 60:
        return words["minutes_ago"].format(minutes)
    then, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    days = (today - then).days
    if days == 0:
        return words["hours_ago"].format(minutes // 60)
    clock = format_clock(at, zone, language)
    if days == 1:
        return words["yesterday"].format(clock)
    if days < _WEEK:
        return f"{_WEEKDAYS[_known(language)][then.weekday()]} {clock}"
    return format_day(then, language, with_year=then.year != today.year)


def _future(at: datetime, now: datetime, zone: tzinfo, language: str) -> str:
    words = _WORDS[_known(language)]
    then, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    days = (then - today).days
    if days > 1:
        return _later_day(then, today, language)
    return f"{words['tomorrow' if days else 'today']} {format_clock(at, zone, language)}"


def _later_day(then: date, today: date, language: str) -> str:
    words = _WORDS[_known(language)]
    days = (then - today).days
    if days == 2:
        return words["in_two_days"]
    if days < _WEEK:
        return words["in_days"].format(days)
    return format_day(then, language, with_year=then.year != today.year)


def format_due(due_at: datetime, now: datetime, zone: tzinfo, language: str = "id") -> str:
    """As `format_relative`, but midnight at a day's end is that day: `hari ini`, `besok`, never `besok 00.00`."""
    local = due_at.astimezone(zone)
    if due_at <= now or (local.hour, local.minute) != (0, 0):
        return format_relative(due_at, now, zone, language)
    words = _WORDS[_known(language)]
    day, today = (local - timedelta(seconds=1)).date(), now.astimezone(zone).date()
    days = (day - today).days
    return _later_day(day, today, language) if days > 1 else words["tomorrow" if days else "today"]


def format_duration(length: timedelta, language: str = "id") -> str:
    """`45 mnt`, `2 j 10 mnt` (below ten hours), `61 jam` (below three days), `5,2 hari`."""
    words = _WORDS[_known(language)]
    minutes = round(length.total_seconds() / 60)
    if minutes < 1:
        return words["under_a_minute"]
    if minutes < 60:
        return words["minutes"].format(minutes)
    if minutes < 72 * 60:
        return _below_days(minutes, language, "hours")
    return words["days"].format(format_number(minutes / 1440, _known(language), 1))


def _below_days(minutes: int, language: str, whole_hours: str) -> str:
    words = _WORDS[_known(language)]
    hours, rest = divmod(minutes, 60)
    if not hours:
        return words["minutes"].format(minutes)
    if hours < 10 and rest:
        return f"{words['short_hours'].format(hours)} {words['minutes'].format(rest)}"
    return _counted(words[whole_hours], round(minutes / 60), language)


def format_open(length: timedelta, language: str = "id") -> str:
    """A length of business hours, never in days: a working day is no day and night. `2 j 10 mnt`, `42 jam`."""
    minutes = round(length.total_seconds() / 60)
    return _below_days(minutes, language, "hours") if minutes else format_duration(length, language)


def format_wait(open_for: timedelta, whole: timedelta, language: str = "id", *, brief: bool = False) -> str:
    """How long somebody has been waiting, in business hours: `20 mnt`, and where the shop was closed meanwhile
    `5 jam buka`, with the whole time beside it where that is much longer (`42 jam buka (5,8 hari)`; not if `brief`).
    """
    words = _WORDS[_known(language)]
    minutes, all_minutes = round(open_for.total_seconds() / 60), round(whole.total_seconds() / 60)
    if minutes == all_minutes:
        return format_duration(whole, language)
    if minutes < 1:
        return words["not_open"].format(format_duration(whole, language))
    if minutes >= 600 or minutes % 60 == 0:
        told = _below_days(minutes, language, "open_hours")
    else:
        told = words["open_time"].format(_below_days(minutes, language, "hours"))
    if brief or all_minutes < _MUCH_LONGER * minutes:
        return told
    return f"{told} ({format_duration(whole, language)})"


def _counted(words: str, number: int, language: str) -> str:
    text = words.format(number)
    return text.removesuffix("s") if number == 1 and _known(language) == "en" else text
