"""The questions that the metrics ask of the copy: each is a few aggregates over the rows of a definition."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sapa.analytics.questions import register
from sapa.metrics.definition import Metric, Rows, Statistic
from sapa.metrics.definitions import METRICS

_WEEK = 7
_FIRST_MONDAY = 3  # 1 January 1970 was a Thursday


def _counted(rows: Any) -> Any:
    return rows.filter(rows.left_out == "")


def _sums(rows: Any) -> dict[str, Any]:
    sums = {
        "n": rows.count(),
        "mean": rows.value.mean(),
        "median": rows.value.median(),
        "total": rows.value.sum(),
    }
    if "weight" in rows.columns:
        value, weight = rows.value, rows.weight
        sums |= {
            "weight": weight.sum(),
            "vv": (value * value).sum(),
            "vw": (value * weight).sum(),
            "ww": (weight * weight).sum(),
        }
    return sums


def whole(rows: Rows) -> Callable[[SimpleNamespace, SimpleNamespace], Any]:
    """All rows in one, by the reason for which they are left out: the figure, and who does not count in it."""

    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        found = rows(t, a)
        return found.group_by("left_out").aggregate(
            **_sums(found),
            deviation=found.value.std(how="sample"),
            ups=(found.value > 0.0).sum(),
            downs=(found.value < 0.0).sum(),
        )

    return build


def by_month(rows: Rows) -> Callable[[SimpleNamespace, SimpleNamespace], Any]:
    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        found = _counted(rows(t, a))
        return found.group_by("month").aggregate(**_sums(found)).rename(bucket="month").order_by("bucket")

    return build


def by_week(rows: Rows) -> Callable[[SimpleNamespace, SimpleNamespace], Any]:
    """Weeks as whole weeks since Monday, 29 December 1969."""

    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        counted = _counted(rows(t, a))
        found = counted.mutate(bucket=(counted.day.cast("int64") + _FIRST_MONDAY) // _WEEK)
        return found.group_by("bucket").aggregate(**_sums(found)).order_by("bucket")

    return build


def middle(rows: Rows) -> Callable[[SimpleNamespace, SimpleNamespace], Any]:
    """The two values at the ranks that bound the median."""

    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        found = _counted(rows(t, a))
        ordered = found.aggregate(all=found.value.collect(order_by=found.value))
        return ordered.select(low=ordered.all[a.middle_low], high=ordered.all[a.middle_high])

    return build


def people(rows: Rows) -> Callable[[SimpleNamespace, SimpleNamespace], Any]:
    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        found = _counted(rows(t, a))
        return found.select("contact", "value", "day").order_by([found.day, found.contact]).limit(20)

    return build


def by_part(rows: Rows) -> Callable[[SimpleNamespace, SimpleNamespace], Any]:
    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        found = _counted(rows(t, a))
        parts = found.group_by("part").aggregate(**_sums(found))
        return parts.order_by([parts.n.desc(), parts.part])

    return build


def _register(metric: Metric) -> None:
    rows = metric.rows
    if rows is None:
        return
    register(f"metric.{metric.key}", whole(rows))
    register(f"metric.{metric.key}.month", by_month(rows))
    register(f"metric.{metric.key}.week", by_week(rows))
    register(f"metric.{metric.key}.people", people(rows))
    if metric.statistic is Statistic.MEDIAN:
        register(f"metric.{metric.key}.middle", middle(rows))
    if metric.is_split:
        register(f"metric.{metric.key}.part", by_part(rows))
    for code, count in metric.beside.items():
        register(f"metric.{metric.key}.beside.{code}", count)


for _metric in METRICS.values():
    _register(_metric)
