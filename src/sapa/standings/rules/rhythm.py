"""A contact's own rhythm: the days between two orders and two days of talk, and the hour at which they write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

ENOUGH_ORDERS = 3
ENOUGH_DAYS = 4
ENOUGH_WORDS, ENOUGH_WORD_DAYS = 3, 2
ENOUGH_PEOPLE, ENOUGH_PEOPLE_DAYS = 10, 5
MOST = 0.5
TWICE_EVEN = 2 * 3 / 24
"""Twice what three hours would hold if people wrote evenly round the clock."""
_DAY = 86_400


def order_gap(placed_at: Sequence[datetime]) -> float | None:
    """Median days between valid orders, None with fewer than three; orders of one day are one."""
    moments = _one_a_day(placed_at)
    if len(moments) < ENOUGH_ORDERS:
        return None
    return _median_gap(moments)


def talk_gap(spoken_at: Sequence[datetime]) -> float | None:
    """Median days between days on which the person wrote, None with fewer than four such days."""
    moments = _one_a_day(spoken_at)
    if len(moments) < ENOUGH_DAYS:
        return None
    return _median_gap(moments)


def usual_hour(written_at: Sequence[datetime]) -> int | None:
    """The hour (0 to 23) around which a person usually writes; moments in the shop's time zone.

    None with fewer than three messages or on fewer than two days, and where no three hours hold more than
    half of the occasions. Messages of one day within the same hour are one occasion.
    """
    if len(written_at) < ENOUGH_WORDS or len({at.date() for at in written_at}) < ENOUGH_WORD_DAYS:
        return None
    occasions = {_nearest_hour(at) for at in written_at}
    return _busiest(Counter(hour.hour for hour in occasions), MOST)


def customers_hour(last_words_at: Sequence[datetime]) -> int | None:
    """The hour around which most customers of a shop write, one moment for each of them, in its time zone.

    None for fewer than ten people or five days, and where people write at any time.
    """
    days = {at.date() for at in last_words_at}
    if len(last_words_at) < ENOUGH_PEOPLE or len(days) < ENOUGH_PEOPLE_DAYS:
        return None
    return _busiest(Counter(_nearest_hour(at).hour for at in last_words_at), TWICE_EVEN)


def _nearest_hour(at: datetime) -> datetime:
    return (at + timedelta(minutes=30)).replace(minute=0, second=0, microsecond=0, tzinfo=None)


def _busiest(hours: Counter[int], more_than: float) -> int | None:
    """The middle of the three hours that hold the most, round midnight too; None if they hold no more than that share."""
    around = {hour: hours[(hour - 1) % 24] + hours[hour] + hours[(hour + 1) % 24] for hour in range(24)}
    hour = max(around, key=lambda one: (around[one], hours[one], one))
    return hour if around[hour] > more_than * hours.total() else None


def _one_a_day(moments: Sequence[datetime]) -> list[datetime]:
    days: dict[object, datetime] = {}
    for moment in sorted(moments):
        days.setdefault(moment.date(), moment)
    return list(days.values())


def _median_gap(moments: Sequence[datetime]) -> float:
    return median((later - earlier).total_seconds() / _DAY for earlier, later in pairwise(moments))
