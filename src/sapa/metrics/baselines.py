"""Targets that a business can reach: proposed from its own last months, and what stands in the way of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median

from sapa.metrics.definition import Metric, Statistic
from sapa.metrics.types import Figure, Proposal, TrendPoint

MONTHS = 3
STEP = 0.1
"""A tenth better than usual: a step that a team can take in a season."""

_WITHOUT = (Statistic.VERDICT, Statistic.EXPECTED, Statistic.COUNT)
"""A count grows with the days that are looked at: one target for every window would say nothing."""

_BOUNDED = (Statistic.SHARE, Statistic.PORTION)


def propose_target(metric: Metric, trend: Sequence[TrendPoint], *, today: date) -> Proposal | None:
    """The median of the last three full months and a tenth better; None where three are not known.

    `trend` is by month. A month is full when its last day has passed and its sample was honest. A share stays
    within 0 and 1, a net score within -100 and 100, and less is better where the metric says so.
    """
    if metric.statistic in _WITHOUT:
        return None
    full = [
        point
        for point in trend
        if point.value is not None
        and point.from_.day == 1
        and _ends_month(point.to)
        and point.to < today
        and point.sample_size >= max(metric.smallest_sample, 1)
    ]
    if len(full) < MONTHS:
        return None
    usual = median(float(point.value or 0.0) for point in full[-MONTHS:])
    step = abs(usual) * STEP
    wanted = usual - step if metric.is_better_low else usual + step
    if metric.statistic in _BOUNDED:
        wanted = min(1.0, max(0.0, wanted))
    elif metric.statistic is Statistic.NET:
        wanted = min(100.0, max(-100.0, wanted))
    if wanted == usual:
        return None
    return Proposal(
        usual=usual, target=_rounded(wanted), months=tuple(point.from_ for point in full[-MONTHS:])
    )


def _ends_month(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


def _rounded(value: float) -> float:
    """To three significant digits: nobody aims at 0.223187."""
    return float(f"{value:.3g}")


def list_missing(figure: Figure) -> tuple[str, ...]:
    """What a figure lacks before a team can work by it: `value`, `target`, `owner`; none where it is ready."""
    lacks = {
        "value": figure.value is None,
        "target": figure.target is None
        and not isinstance(figure.value, str | bool)
        and figure.unit not in ("verdict", "flag", "count"),
        "owner": not figure.owner,
    }
    return tuple(name for name, is_lacking in lacks.items() if is_lacking)
