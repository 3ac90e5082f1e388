"""The weeks of a figure, as they are compared."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sapa.analytics.questions import register
from sapa.metrics.definition import Rows
from sapa.metrics.definitions import METRICS

WEEK = 7
FIRST_MONDAY = 3  # 1 January 1970 was a Thursday


def weekly(rows: Rows) -> Callable[[SimpleNamespace, SimpleNamespace], Any]:
    """By week since Monday, 29 December 1969: how many counted, who was for and against, above and below the middle."""

    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        found = rows(t, a)
        counted = found.filter(found.left_out == "")
        judged = counted.mutate(
            week=(counted.day.cast("int64") + FIRST_MONDAY) // WEEK, middle=counted.value.median()
        )
        return judged.group_by("week").aggregate(
            n=judged.count(),
            ups=(judged.value > 0.0).sum(),
            downs=(judged.value < 0.0).sum(),
            above=(judged.value > judged.middle).sum(),
            below=(judged.value < judged.middle).sum(),
        )

    return build


WATCHED = tuple(metric for metric in METRICS.values() if metric.settles_after is not None and metric.rows)
"""The figures whose past no longer changes by time alone."""


def _heard(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """The last day on which anything happened."""
    return t.ev.aggregate(day=t.ev.day.max())


register("shift.heard", _heard)
for _metric in WATCHED:
    assert _metric.rows is not None  # noqa: S101 - filtered above
    register(f"shift.{_metric.key}", weekly(_metric.rows))
