"""The registered metrics that can be the one measure of a moment."""

from __future__ import annotations

from sapa.moments.events import METRIC

_SETTLED = 14
"""A metric whose rows stay open for longer has nothing to say on day 30."""


def list_share_metrics() -> list[tuple[str, str]]:
    """Shares of people or talks that settle within a fortnight, as `metric:<key>` with their questions."""
    from sapa.metrics.definition import Statistic
    from sapa.metrics.queries import list_metrics

    return [
        (f"{METRIC}{metric.key}", str(metric.question))
        for metric in list_metrics()
        if metric.statistic is Statistic.SHARE
        and metric.settles_after is not None
        and metric.settles_after <= _SETTLED
    ]
