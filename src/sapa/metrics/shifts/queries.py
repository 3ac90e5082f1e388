"""Looking at the weeks of each figure, and the shifts that were found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics.queries import Copy, open_copy
from sapa.analytics.windows import Window, parameters, today, week_days
from sapa.metrics import questions  # noqa: F401 - registers what is asked here
from sapa.metrics.definition import Metric, Statistic
from sapa.metrics.models import Shift
from sapa.metrics.queries import get_bare_value
from sapa.metrics.shifts.questions import FIRST_MONDAY, WATCHED, WEEK
from sapa.metrics.shifts.rules import (
    BASE_WEEKS,
    LOOKS,
    Verdict,
    Week,
    judge_count,
    judge_share,
    level,
)

_EPOCH = date(1970, 1, 1)
WEEKEND = 2
"""Days without a single touchpoint at the end of a week that is still taken for a full one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A shift of one figure, before it is kept."""

    metric: str
    weeks: int
    from_: date
    to: date
    before: float | None
    after: float | None
    before_n: int
    after_n: int
    is_up: bool
    odds: float
    base_weeks: int


def find_shifts(business: Business, *, now: datetime, as_of: bool = False) -> list[Found]:
    """What moved beyond chance in the newest settled weeks of each figure: at most one shift a figure."""
    copy = open_copy(business, until=now if as_of else None)
    day = today(business, now)
    last, heard = (
        _last_shifts(business),
        copy.ask("shift.heard", parameters(business, Window(None, None), now)),
    )
    if not heard or heard[0]["day"] is None:
        return []
    # Where files end or a channel is down nothing comes in, and that is no shift of a figure.
    until = min(day, _EPOCH + timedelta(days=int(heard[0]["day"]) + WEEKEND + 1))
    found = (_look(copy, business, metric, (day, until), now, last.get(metric.key)) for metric in WATCHED)
    return [one for one in found if one is not None]


def _last_shifts(business: Business) -> dict[str, date]:
    """Since which day each figure that moved before stands at its new level."""
    rows = Shift.objects.filter(business=business).order_by("since").values_list("metric", "since")
    return dict(rows)


def _look(
    copy: Copy, business: Business, metric: Metric, days: tuple[date, date], now: datetime, since: date | None
) -> Found | None:
    """The more certain of the two looks, if it stays below its level."""
    day, until = days
    settled = min(day, until) - timedelta(days=1)
    settled = min(settled, day - timedelta(days=(metric.settles_after or 0) + 1))
    newest = ((settled - _EPOCH).days + 1 + FIRST_MONDAY) // WEEK - 1
    best: Found | None = None
    for weeks in LOOKS:
        one = _compare(copy, business, metric, newest, weeks, now, since)
        if one and one.odds < level(len(WATCHED)) and (best is None or one.odds < best.odds):
            best = one
    if best is None:
        return None
    edge = best.from_ - timedelta(days=1)
    base = Window(best.from_ - timedelta(weeks=BASE_WEEKS), edge)
    if since is not None and base.from_ is not None:
        base = Window(max(base.from_, since), edge)
    if metric.statistic is Statistic.COUNT:  # by the week: the sides are of unlike length
        return replace(best, before=best.before_n / best.base_weeks, after=best.after_n / best.weeks)
    before = get_bare_value(metric, copy, parameters(business, base, now))
    after = get_bare_value(metric, copy, parameters(business, Window(best.from_, best.to), now))
    return replace(best, before=before, after=after)


def _compare(
    copy: Copy,
    business: Business,
    metric: Metric,
    newest: int,
    weeks: int,
    now: datetime,
    since: date | None,
) -> Found | None:
    first_recent = newest - weeks + 1
    first = first_recent - BASE_WEEKS
    if since is not None:
        first = max(first, -(-((since - _EPOCH).days + FIRST_MONDAY) // WEEK))
    window = Window(week_days(first).from_, week_days(newest).to)
    rows = {
        int(row["week"]): row for row in copy.ask(f"shift.{metric.key}", parameters(business, window, now))
    }
    if not rows:
        return None
    first = max(first, min(rows))  # a shop that has just begun has no empty weeks before
    base = [rows.get(week, _NONE) for week in range(first, first_recent)]
    recent = [rows.get(week, _NONE) for week in range(first_recent, newest + 1)]
    verdict = _judge(metric, base, recent)
    if verdict is None:
        return None
    from_, to = week_days(first_recent).from_, week_days(newest).to
    assert from_ is not None  # noqa: S101 - a week has both its ends
    assert to is not None  # noqa: S101
    counts = sum(int(row["n"]) for row in base), sum(int(row["n"]) for row in recent)
    return Found(metric.key, weeks, from_, to, None, None, *counts, verdict.is_up, verdict.odds, len(base))


_NONE: Mapping[str, Any] = {"n": 0, "ups": 0, "downs": 0, "above": 0, "below": 0}
Rows = list[Mapping[str, Any]]


def _judge(metric: Metric, base: Rows, recent: Rows) -> Verdict | None:
    match metric.statistic:
        case Statistic.COUNT:
            return judge_count([int(row["n"]) for row in base], [int(row["n"]) for row in recent])
        case Statistic.SHARE | Statistic.PORTION:
            return judge_share(_weeks(base, "n", "ups"), _weeks(recent, "n", "ups"))
        case Statistic.NET:
            return _judge_both(base, recent, "ups", "downs")
    return _judge_both(base, recent, "above", "below")


def _judge_both(base: Rows, recent: Rows, high: str, low: str) -> Verdict | None:
    """The clearer of two shares, with the odds doubled because two were tried.

    For and against, or above and below the middle of both sides together: many values may lie upon it.
    """
    up = judge_share(_weeks(base, "n", high), _weeks(recent, "n", high))
    down = judge_share(_weeks(base, "n", low), _weeks(recent, "n", low))
    if up is None or down is None:
        return None
    if up.odds <= down.odds:
        return Verdict(min(1.0, 2 * up.odds), up.is_up)
    return Verdict(min(1.0, 2 * down.odds), not down.is_up)


def _weeks(rows: Rows, n: str, hits: str) -> list[Week]:
    return [Week(int(row[n]), int(row[hits])) for row in rows]
