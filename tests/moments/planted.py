"""Invented shops whose truth is known. All chance is from fixed seeds: the same shop at every run.

A shop has half a year behind it and 30 days after the change; who goes on is decided by a share that may have good weekdays,
a drift that was there anyway, and a help of so many points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sapa.moments.rules.comparing import LOOKS, beside, decide
from sapa.moments.types import DayCount, Verdict

SHOPS = 1000
FOLLOW = 3
_SHARE_BY_WEEKDAY = np.array([0.08, 0.05, 0.0, 0.0, -0.05, -0.08, 0.0])
_PEOPLE_BY_WEEKDAY = np.array([1.5, 1.2, 1.0, 1.0, 0.8, 0.5, 1.0])


@dataclass(frozen=True)
class Planted:
    """A world: `a_day` people reach the moment, `share` of them go on; `drift` and `help` in points, the drift a week.

    `others` live beside them without the change, so many for each person of the moment.
    """

    share: float = 0.36
    a_day: float = 15.0
    help: float = 0.0
    drift: float = 0.0
    has_weekdays: bool = False
    history: int = 182
    others: float = 0.0


def shop(world: Planted, seed: int) -> tuple[list[DayCount], list[DayCount]]:
    """The people of the moment and those beside them, by day."""
    rng = np.random.default_rng(seed)
    day = np.arange(-world.history, LOOKS[-1])
    weekday = (day + seed) % 7
    share = world.share + world.drift / 100 / 7 * day
    busy = np.ones(len(day))
    if world.has_weekdays:
        share, busy = share + _SHARE_BY_WEEKDAY[weekday], _PEOPLE_BY_WEEKDAY[weekday]
    helped = share + np.where(day >= 0, world.help / 100, 0.0)
    mine = _people(rng, day, weekday, world.a_day * busy, helped)
    if not world.others:
        return mine, []
    return mine, _people(rng, day, weekday, world.a_day * world.others * busy, share - 0.05)


def _people(rng: np.random.Generator, day: Any, weekday: Any, rate: Any, share: Any) -> list[DayCount]:
    n = rng.poisson(rate)
    went_on = rng.binomial(n, np.clip(share, 0.01, 0.99))
    rows = zip(day.tolist(), weekday.tolist(), n.tolist(), went_on.tolist(), strict=True)
    return [DayCount(*row) for row in rows if row[2]]


def seen_by(look: int, cells: Sequence[DayCount]) -> list[DayCount]:
    """Those who had all their days by then, and on one side of the change."""
    return [one for one in cells if one.day < look - FOLLOW and not -FOLLOW <= one.day < 0]


def verdicts(world: Planted, seed: int) -> list[Verdict]:
    """What both looks say of one shop."""
    mine, rest = shop(world, seed)
    said = []
    for look in LOOKS:
        before = [one for one in seen_by(look, mine) if one.day < 0]
        after = [one for one in seen_by(look, mine) if one.day >= 0]
        group = beside(before, after, seen_by(look, rest)) if rest else ()
        said.append(decide(look, before, after, group)[0])
    return said


def portion(world: Planted, verdict: Verdict, *, shops: int = SHOPS) -> float:
    """Of the world's shops, the portion that hears this verdict at either look."""
    return sum(verdict in verdicts(world, seed) for seed in range(shops)) / shops
