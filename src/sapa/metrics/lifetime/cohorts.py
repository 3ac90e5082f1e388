"""Cohorts by month of first purchase: who came back, only as far as the whole cohort has been followed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sapa.accounts.models import Business
from sapa.analytics.queries import Copy, open_copy
from sapa.analytics.windows import Window, list_buckets, month_days, parameters, today
from sapa.lib.intervals import share_interval
from sapa.metrics.definition import ENOUGH_FOR_SHARE
from sapa.metrics.lifetime import questions, rules
from sapa.metrics.lifetime.queries import find_people
from sapa.metrics.lifetime.types import Cell, Cohort, CohortPerson, CurvePoint, Retention

PERIODS = 12
SHOWN_MONTHS = 12
Counts = dict[tuple[int, int], int]
_OPEN = Window(None, None)


def get_retention(business: Business, *, now: datetime, as_of: bool = False) -> Retention:
    """The cohorts of the last twelve months with buyers, and the curve over all cohorts; with `as_of` nothing later.

    A period is 30 days from each buyer's own first purchase. A cohort stands in a period once that period has
    ended for its last possible buyer, the one of the month's last day (days of the shop's zone).
    """
    copy = open_copy(business, until=now if as_of else None)
    given = parameters(business, _OPEN, now)
    day = today(business, now)
    sizes = {int(row["month"]): int(row["n"]) for row in copy.ask("cohort.sizes", given)}
    back, first = _counts(copy, "cohort.cells", given), _counts(copy, "cohort.firsts", given)
    followed = {month: count_periods(month_days(month), day) for month in sizes}
    shown = [month for month in list_buckets(sizes, SHOWN_MONTHS) if month in sizes]
    return Retention(
        buyers=sum(sizes.values()),
        followed=sum(size for month, size in sizes.items() if followed[month]),
        came_back=sum(first.values()),
        masked_orders=int(copy.ask("cohort.masked", given)[0]["n"]),
        cohorts=tuple(_cohort(month, sizes[month], followed[month], back, first) for month in shown),
        curve=_curve(sizes, followed, back, first),
        has_curve=any(followed.values()),
    )


def list_cohort_people(
    business: Business, *, month: date, period: int, ever: bool, now: datetime
) -> tuple[list[int], list[int]] | None:
    """Contacts of the cohort of that month who came back in `period` (or, with `ever`, by its end), and who did not;
    those who have bought most stand first. None where the cohort has not been followed that far, or is empty."""
    number = month.year * 12 + month.month - 1
    days = month_days(number)
    if not 1 <= period <= min(PERIODS, count_periods(days, today(business, now))):
        return None
    copy, given = open_copy(business), parameters(business, days, now)
    came = {
        int(row["contact"])
        for row in copy.ask("cohort.returns", given)
        if row["period"] == period or (ever and row["period"] <= period)
    }
    everyone = [int(row["contact"]) for row in copy.ask("cohort.members", given)]
    if not everyone:
        return None
    return [pk for pk in everyone if pk in came], [pk for pk in everyone if pk not in came]


def name_people(business: Business, ids: list[int]) -> list[CohortPerson]:
    """The contacts of `ids`, in that order; who is not known any more is left out."""
    known = find_people(business, ids)
    return [CohortPerson(*known[pk]) for pk in ids if pk in known]


def count_periods(days: Window, day: date) -> int:
    """How many whole periods even the last buyer of a month has behind them on `day`, at most `PERIODS`."""
    last = days.to or day
    return max(0, min(PERIODS, (day - last - timedelta(days=1)).days // questions.PERIOD))


def _counts(copy: Copy, name: str, given: Mapping[str, int | str]) -> Counts:
    return {(int(row["month"]), int(row["period"])): int(row["n"]) for row in copy.ask(name, given)}


def _cell(period: int, back: int, buyers: int) -> Cell:
    is_honest = buyers >= ENOUGH_FOR_SHARE
    share = back / buyers if is_honest else None
    return Cell(period, back, buyers, share, share_interval(back, buyers) if is_honest else None)


def _cohort(month: int, size: int, followed: int, back: Counts, first: Counts) -> Cohort:
    days = month_days(month)
    assert days.from_ is not None  # noqa: S101 - a month has both its ends
    assert days.to is not None  # noqa: S101
    cells, ever, by_then = [], [], 0
    for period in range(1, followed + 1):
        by_then += first.get((month, period), 0)
        cells.append(_cell(period, back.get((month, period), 0), size))
        ever.append(_cell(period, by_then, size))
    return Cohort(days.from_, days.to, size, tuple(cells), tuple(ever))


def _curve(
    sizes: dict[int, int], followed: dict[int, int], back: Counts, first: Counts
) -> tuple[CurvePoint, ...]:
    counts = [
        (size, [first.get((month, period), 0) for period in range(1, followed[month] + 1)])
        for month, size in sizes.items()
    ]
    ever = rules.follow_cohorts(counts)
    points = []
    for period, (share, interval) in enumerate(ever, start=1):
        old = [month for month in sizes if followed[month] >= period]
        buyers = sum(sizes[month] for month in old)
        cell = _cell(period, sum(back.get((month, period), 0) for month in old), buyers)
        is_honest = cell.share is not None
        points.append(
            CurvePoint(
                period,
                buyers,
                cell.back,
                cell.share,
                cell.interval,
                share if is_honest else None,
                interval if is_honest else None,
            )
        )
    return tuple(points)
