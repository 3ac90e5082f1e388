"""A metric is a definition; a figure is its value. Also the JSON of `sapa metrics`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sapa.metrics.lifetime.types import Expected


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A week or month of a figure; `target` is what was wanted at its end, so that the past keeps its own."""

    from_: date
    to: date
    value: float | None
    sample_size: int
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A target from one's own months: the usual value (their median), what to aim at, and the months."""

    usual: float
    target: float
    months: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Tomorrow:
    """What the team does tomorrow because of a figure, and how many such actions are open."""

    text: str
    actions: int


@dataclass(frozen=True, slots=True)
class Person:
    """One person behind a small figure: shown instead of a number that would not be honest."""

    id: str
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class RoiMonth:
    """One cohort month of the verdict: share that came back, mean value of a repeat order, referrals unasked."""

    from_: date
    to: date
    value: float | None
    sample_size: int
    repeat_order_value: int | None
    organic_referrals: int


@dataclass(frozen=True, slots=True)
class Part:
    """The same figure for a part of the sample: a channel, or what became of a promise. `key` None is unknown."""

    key: str | None
    value: float | None
    sample_size: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one team does for a figure: marketing, sales or service."""

    team: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of a metric over a window, or None with the reason in `why_not`.

    `expected` is what the coming year brings, where the metric looks ahead; of all buyers known by now, whatever
    the window. `interval` is [low, high] at 95 %. `excluded` says who was left out and why, by code: number.
    """

    key: str
    question: str
    value: float | str | bool | None
    unit: str
    sample_size: int
    excluded: dict[str, int]
    interval: tuple[float, float] | None
    target: float | None
    trend: tuple[TrendPoint, ...]
    owner: str
    tomorrow: Tomorrow
    why_not: str | None
    why: str | None = None
    months: tuple[TrendPoint | RoiMonth, ...] = ()
    people: tuple[Person, ...] = ()
    parts: tuple[Part, ...] = ()
    teams: tuple[Contribution, ...] = ()
    rules: tuple[str, ...] = ()
    expected: Expected | None = None
    missing: tuple[str, ...] = ()
    proposal: Proposal | None = None
