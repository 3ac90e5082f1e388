from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sapa.lib.hours import (
    ALWAYS_OPEN,
    USUAL_WEEK,
    Calendar,
    Week,
    add_open_minutes,
    guess_week,
    indonesian_holiday_name,
    is_indonesian_holiday,
    is_open,
    next_opening,
    open_minutes_between,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
LONG_AGO = date(2000, 1, 1)
SPLIT_FRIDAY = Week.of(
    [*([[(480, 1020)]] * 4), [(480, 690), (780, 1020)], [(480, 720)], []],
)
SHOP = Calendar("Asia/Jakarta", ((LONG_AGO, SPLIT_FRIDAY),))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=JAKARTA)


# 16 November 2026 is a Monday.
@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (at(16, 9), at(16, 9, 45), 45),
        (at(16, 7), at(16, 9), 60),
        (at(16, 16, 30), at(17, 8, 30), 60),
        (at(20, 11), at(20, 13, 30), 60),  # Friday prayers in between
        (at(20, 11, 45), at(20, 12, 45), 0),
        (at(21, 11, 30), at(23, 8, 30), 60),  # Sunday in between
        (at(22, 6), at(22, 22), 0),
        (at(16, 0), at(23, 0), SPLIT_FRIDAY.open_minutes),
        (at(16, 9), at(16, 9), 0),
        (at(16, 10), at(16, 9), 0),
    ],
)
def test_open_minutes(start: datetime, end: datetime, minutes: float) -> None:
    assert open_minutes_between(SHOP, start, end) == minutes
    assert open_minutes_between(SHOP, start.astimezone(UTC), end.astimezone(UTC)) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        (at(16, 9), 120, at(16, 11)),
        (at(16, 16), 120, at(17, 9)),
        (at(20, 11), 60, at(20, 13, 30)),
        (at(20, 11), 30, at(20, 11, 30)),
        (at(21, 13), 120, at(23, 10)),
        (at(16, 5), 1, at(16, 8, 1)),
        (at(22, 6), 0, at(22, 6)),
    ],
)
def test_open_minutes_added(start: datetime, minutes: float, expected: datetime) -> None:
    assert add_open_minutes(SHOP, start, minutes) == expected
    assert add_open_minutes(SHOP, start, minutes).tzinfo is start.tzinfo


def test_open_and_next_opening() -> None:
    assert is_open(SHOP, at(16, 8))
    assert not is_open(SHOP, at(16, 17))
    assert not is_open(SHOP, at(20, 12))
    assert next_opening(SHOP, at(16, 9, 30)) == at(16, 9, 30)
    assert next_opening(SHOP, at(20, 12)) == at(20, 13)
    assert next_opening(SHOP, at(21, 12)) == at(23, 8)


def test_new_hours_leave_the_past_as_it_was() -> None:
    later = Week.same([(600, 900)], range(6))
    shop = Calendar("Asia/Jakarta", ((date(2026, 11, 18), later), (LONG_AGO, USUAL_WEEK)))
    assert open_minutes_between(shop, at(17, 0), at(18, 0)) == 540
    assert open_minutes_between(shop, at(18, 0), at(19, 0)) == 300
    assert shop.week_on(date(1999, 1, 1)) == USUAL_WEEK


def test_holidays_are_closed_unless_the_shop_stays_open() -> None:
    independence = date(2026, 8, 17)
    assert is_indonesian_holiday(independence)
    assert "Kemerdekaan" in str(indonesian_holiday_name(independence))
    assert not is_indonesian_holiday(date(2026, 8, 18))
    closed = Calendar("Asia/Jakarta", ((LONG_AGO, USUAL_WEEK),), is_indonesian_holiday)
    stays = Calendar("Asia/Jakarta", ((LONG_AGO, USUAL_WEEK),))
    own = Calendar("Asia/Jakarta", ((LONG_AGO, USUAL_WEEK),), frozenset({date(2026, 8, 18)}))
    monday, tuesday, wednesday = (at(day, 0, month=8) for day in (17, 18, 19))
    assert open_minutes_between(closed, monday, tuesday) == 0
    assert open_minutes_between(stays, monday, tuesday) == 540
    assert open_minutes_between(own, monday, wednesday) == 540
    assert next_opening(closed, at(17, 9, month=8)) == at(18, 8, month=8)


def test_days_on_which_the_clocks_change_have_their_true_length() -> None:
    amsterdam = ZoneInfo("Europe/Amsterdam")
    always = Calendar("Europe/Amsterdam", ((LONG_AGO, ALWAYS_OPEN),))
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    for day, hours in ((spring, 23), (autumn, 25)):
        start = datetime(day.year, day.month, day.day, tzinfo=amsterdam)
        end = datetime(day.year, day.month, day.day + 1, tzinfo=amsterdam)
        assert open_minutes_between(always, start, end) == hours * 60
        assert add_open_minutes(always, start.astimezone(UTC), hours * 60) == end
    night = Calendar("Europe/Amsterdam", ((LONG_AGO, Week.same([(120, 180), (240, 300)])),))
    noon_before = datetime(2026, 3, 28, 12, tzinfo=amsterdam)
    assert open_minutes_between(night, noon_before, noon_before + timedelta(days=1)) == 60


def test_a_shop_that_never_opens_still_has_due_times() -> None:
    shut = Calendar("Asia/Jakarta", ((LONG_AGO, Week.same([])),))
    assert open_minutes_between(shut, at(16, 0), at(30, 0)) == 0
    assert next_opening(shut, at(16, 9)) is None
    assert add_open_minutes(shut, at(16, 9), 120) == at(16, 11)


def test_times_far_off_are_no_error() -> None:
    assert open_minutes_between(SHOP, datetime(1, 1, 2, tzinfo=UTC), datetime(1980, 1, 1, tzinfo=UTC)) == 0
    assert open_minutes_between(SHOP, datetime(9000, 1, 1, tzinfo=UTC), datetime(9001, 1, 1, tzinfo=UTC)) == 0
    assert open_minutes_between(SHOP, at(16, 9), at(16, 10)) == 60


@pytest.mark.parametrize("spans", [[(500, 400)], [(0, 600), (500, 700)], [(0, 1500)], [(-5, 20)]])
def test_impossible_hours_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="Opening hours"):
        Week.same(spans)


def test_a_calendar_needs_seven_days_and_a_week() -> None:
    with pytest.raises(ValueError, match="seven days"):
        Week.of([[(480, 1020)]])
    with pytest.raises(ValueError, match="at least one week"):
        Calendar("Asia/Jakarta", ())


moments = st.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 31), timezones=st.just(JAKARTA))  # noqa: DTZ001


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(0, 20_000))
def test_adding_and_measuring_agree(start: datetime, minutes: int) -> None:
    shop = Calendar("Asia/Jakarta", ((LONG_AGO, SPLIT_FRIDAY),), is_indonesian_holiday)
    end = add_open_minutes(shop, start, minutes)
    assert open_minutes_between(shop, start, end) == pytest.approx(minutes, abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(moments, st.integers(0, 6_000))
def test_counting_minute_by_minute_gives_the_same(start: datetime, length: int) -> None:
    start = start.replace(second=0, microsecond=0)
    counted = sum(is_open(SHOP, start + timedelta(minutes=minute)) for minute in range(length))
    assert open_minutes_between(SHOP, start, start + timedelta(minutes=length)) == counted


def _chats(hours: dict[int, list[int]], weeks: int = 8) -> list[datetime]:
    monday = at(2, 0)
    return [
        monday + timedelta(weeks=week, days=day, minutes=hour * 60 + 20 + week)
        for week in range(weeks)
        for day, chosen in hours.items()
        for hour in chosen
    ]


def test_hours_are_guessed_from_when_the_shop_writes() -> None:
    working = list(range(9, 20))
    chats = _chats({**{day: working for day in range(6) if day != 4}, 4: [9, 10, 13, 14, 15, 16, 17, 18, 19]})
    week = guess_week(chats, "Asia/Jakarta")
    assert week.days[0] == ((540, 1170),)
    assert week.days[4] == ((540, 690), (780, 1170))
    assert week.days[6] == ()


def test_one_late_night_does_not_make_a_night_shop() -> None:
    chats = [*_chats({day: list(range(8, 17)) for day in range(7)}), at(3, 23), at(4, 2)]
    assert guess_week(chats, "Asia/Jakarta") == Week.same([(480, 990)])


def test_with_few_messages_the_usual_week_is_proposed() -> None:
    assert guess_week([at(16, 22)] * 5, "Asia/Jakarta") == USUAL_WEEK
    assert guess_week([], "Asia/Jakarta") == USUAL_WEEK
