"""What a metric is: its question, how it is counted, whom it leaves out, and what the team does because of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType, SimpleNamespace
from typing import Any, Protocol

from django.utils.functional import Promise

Words = str | Promise

ENOUGH_FOR_SHARE = 12
"""Fewest people for a share or a mean: S. A. Julious, "Sample size of 12 per group rule of thumb for a pilot
study", Pharmaceutical Statistics 4 (2005), 287-291. With fewer, one person moves a share by ten points."""

ENOUGH_FOR_MEDIAN = 6
"""Fewest people for a median: below six its 95 % interval does not exist (`lib.intervals.median_ranks`)."""


class Statistic(StrEnum):
    """How the values of the rows become one figure."""

    SHARE = "share"
    MEDIAN = "median"
    MEAN = "mean"
    NET = "net"  # values 1, 0, -1; the figure runs from -100 to 100
    COUNT = "count"
    PORTION = "portion"  # of amounts: the sum of `value` over the sum of `weight`
    EXPECTED = "expected"  # said by a model of what is to come (`metrics.lifetime`)
    VERDICT = "verdict"  # said from other figures, month by month


class Rows(Protocol):
    """(tables, parameters) → a table of `contact`, `day`, `month`, `value`, `left_out`; `part` where it is split, `weight` in a portion."""

    def __call__(self, t: SimpleNamespace, a: SimpleNamespace) -> Any: ...


@dataclass(frozen=True)
class Metric:
    """One metric, one file. Words are translated when shown.

    `rows` gives one row for each person, order or talk that the question is about: `value` is what is
    counted (1.0 and 0.0 in a share), `left_out` the code of why it does not count, empty where it does.
    `beside` counts, by code, what has no row at all (one row, `n`). `rules` are the keys of the rules of action
    that this figure calls for. `target` is where a business begins; its own stands in `Target`.
    `settles_after` is the number of days after which a row no longer changes by time alone: what is younger is not
    watched for shifts (`metrics.shifts`), None where nothing ever settles. `outcome` says to which result of buyers
    the figure belongs, whose credit is shared among the teams (`metrics.credit`).
    With `looks_ahead` the figure says what the next twelve months are expected to bring, too.
    A change of what is counted is a new `version` with the day since which it holds.
    """

    key: str
    question: Words
    statistic: Statistic
    unit: str
    formula: Words
    tomorrow: Words
    marketing: Words
    sales: Words
    service: Words
    rows: Rows | None = None
    beside: Mapping[str, Rows] = field(default_factory=lambda: MappingProxyType({}))
    exclusions: Mapping[str, Words] = field(default_factory=lambda: MappingProxyType({}))
    smallest_sample: int = ENOUGH_FOR_SHARE
    target: float | None = None
    is_better_low: bool = False
    owner_role: str = "owner"
    rules: tuple[str, ...] = ()
    yes: Words = ""
    no: Words = ""
    is_split: bool = False
    settles_after: int | None = None
    outcome: str = ""
    looks_ahead: bool = False
    version: int = 1
    since: date = date(2026, 1, 1)


def within(table: Any, day: Any, a: SimpleNamespace) -> Any:
    """The rows of a table whose `day` lies in the window."""
    return table.filter((day >= a.from_day) & (day < a.to_day))


def first_reason(*reasons: tuple[Any, str]) -> Any:
    """The code of the first condition that holds, empty where none does: the `left_out` of a row."""
    found: Any = ""
    for condition, code in reversed(reasons):
        found = condition.fill_null(False).ifelse(code, found)
    return found


def hit(condition: Any) -> Any:
    """A condition as 1.0 or 0.0."""
    return condition.fill_null(False).ifelse(1.0, 0.0)
