from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sapa.lib.dates import (
    format_absolute,
    format_day,
    format_due,
    format_duration,
    format_open,
    format_relative,
    format_wait,
    zone_name,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 21, 14, 30, tzinfo=JAKARTA)  # a Saturday


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JAKARTA)


def test_absolute() -> None:
    moment = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert format_absolute(moment, JAKARTA) == "21 Nov 2026 14.30"
    assert format_absolute(moment, JAKARTA, with_zone=True) == "21 Nov 2026 14.30 WIB"
    assert format_absolute(moment, ZoneInfo("Asia/Makassar"), with_zone=True) == "21 Nov 2026 15.30 WITA"
    assert format_absolute(moment, JAKARTA, "en") == "21 Nov 2026 14:30"
    assert format_day(date(2026, 8, 17)) == "17 Agu 2026"
    assert format_day(date(2026, 5, 1), "en") == "1 May 2026"
    assert zone_name(moment, ZoneInfo("Asia/Jayapura")) == "WIT"
    assert zone_name(moment, ZoneInfo("Europe/Amsterdam")) == "CET"


PAST = [
    (NOW, "baru saja", "just now"),
    (NOW - timedelta(seconds=59), "baru saja", "just now"),
    (NOW - timedelta(minutes=3), "3 mnt lalu", "3 min ago"),
    (NOW - timedelta(minutes=59), "59 mnt lalu", "59 min ago"),
    (NOW - timedelta(hours=2), "2 jam lalu", "2 h ago"),
    (at(21, 0, 5), "14 jam lalu", "14 h ago"),
    (at(20, 23, 59), "kemarin 23.59", "yesterday 23:59"),
    (at(20, 14, 30), "kemarin 14.30", "yesterday 14:30"),
    (at(16, 9, 10), "Sen 09.10", "Mon 09:10"),
    (at(15, 9, 10), "Min 09.10", "Sun 09:10"),
    (at(14, 9, 10), "14 Nov", "14 Nov"),
    (at(12, 9, 0, 10), "12 Okt", "12 Oct"),
    (at(12, 9, 0, year=2025), "12 Nov 2025", "12 Nov 2025"),
]
FUTURE = [
    (at(21, 15), "hari ini 15.00", "today 15:00"),
    (at(22, 9), "besok 09.00", "tomorrow 09:00"),
    (at(23, 9), "lusa", "in 2 days"),
    (at(24, 9), "dalam 3 hari", "in 3 days"),
    (at(27, 9), "dalam 6 hari", "in 6 days"),
    (at(28, 9), "28 Nov", "28 Nov"),
    (at(5, 9, month=1, year=2027), "5 Jan 2027", "5 Jan 2027"),
]


@pytest.mark.parametrize(("moment", "indonesian", "english"), PAST + FUTURE)
def test_relative(moment: datetime, indonesian: str, english: str) -> None:
    assert format_relative(moment, NOW, JAKARTA) == indonesian
    assert format_relative(moment.astimezone(UTC), NOW.astimezone(UTC), JAKARTA, "en") == english


def test_minutes_across_midnight_are_minutes() -> None:
    assert format_relative(at(20, 23, 50), at(21, 0, 30), JAKARTA) == "40 mnt lalu"


@pytest.mark.parametrize(
    ("moment", "indonesian"),
    [
        (at(22, 0), "hari ini"),
        (at(23, 0), "besok"),
        (at(24, 0), "lusa"),
        (at(25, 0), "dalam 3 hari"),
        (at(21, 18), "hari ini 18.00"),
        (at(21, 0), "14 jam lalu"),
    ],
)
def test_a_due_time_at_midnight_is_the_day_before_it(moment: datetime, indonesian: str) -> None:
    assert format_due(moment, NOW, JAKARTA) == indonesian


@pytest.mark.parametrize(
    ("length", "indonesian", "english"),
    [
        (timedelta(seconds=20), "< 1 mnt", "< 1 min"),
        (timedelta(minutes=45), "45 mnt", "45 min"),
        (timedelta(minutes=60), "1 jam", "1 hour"),
        (timedelta(minutes=130), "2 j 10 mnt", "2 h 10 min"),
        (timedelta(hours=9), "9 jam", "9 hours"),
        (timedelta(hours=61), "61 jam", "61 hours"),
        (timedelta(hours=61, minutes=20), "61 jam", "61 hours"),
        (timedelta(hours=71, minutes=50), "72 jam", "72 hours"),
        (timedelta(days=5, hours=5), "5,2 hari", "5.2 days"),
        (timedelta(days=17), "17 hari", "17 days"),
    ],
)
def test_durations(length: timedelta, indonesian: str, english: str) -> None:
    assert format_duration(length) == indonesian
    assert format_duration(length, "en") == english


WAITS = [
    (0.3, 0.3, "< 1 mnt", "< 1 min"),
    (20, 20, "20 mnt", "20 min"),
    (130, 130.4, "2 j 10 mnt", "2 h 10 min"),
    (45, 60, "45 mnt jam buka", "45 min of business hours"),
    (130, 150, "2 j 10 mnt jam buka", "2 h 10 min of business hours"),
    (60, 100, "1 jam buka", "1 business hour"),
    (300, 560, "5 jam buka", "5 business hours"),
    (300, 1200, "5 jam buka (20 jam)", "5 business hours (20 hours)"),
    (42 * 60, 5.8 * 1440, "42 jam buka (5,8 hari)", "42 business hours (5.8 days)"),
    (0, 13 * 60, "13 jam, di luar jam buka", "13 hours, outside business hours"),
]


@pytest.mark.parametrize(("open_for", "whole", "indonesian", "english"), WAITS)
def test_a_wait_is_said_in_business_hours(
    open_for: float, whole: float, indonesian: str, english: str
) -> None:
    length = timedelta(minutes=open_for), timedelta(minutes=whole)
    assert format_wait(*length) == indonesian
    assert format_wait(*length, "en") == english
    assert format_wait(*length, brief=True) == indonesian.partition(" (")[0]


def test_business_hours_never_become_days() -> None:
    assert format_open(timedelta(hours=100)) == "100 jam"
    assert format_open(timedelta(minutes=130)) == "2 j 10 mnt"
    assert format_open(timedelta(0)) == "< 1 mnt"
