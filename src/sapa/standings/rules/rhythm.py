"""A contact's own rhythm: how many days usually lie between two orders, and between two days of talk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median

ENOUGH_ORDERS = 3
ENOUGH_DAYS = 4
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


def _one_a_day(moments: Sequence[datetime]) -> list[datetime]:
    days: dict[object, datetime] = {}
    for moment in sorted(moments):
        days.setdefault(moment.date(), moment)
    return list(days.values())


def _median_gap(moments: Sequence[datetime]) -> float:
    return median((later - earlier).total_seconds() / _DAY for earlier, later in pairwise(moments))
