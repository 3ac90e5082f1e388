"""How often a change that did nothing is said to have helped, over both looks, in the worst of several worlds: 5 % at most.

Beside it the rival that most would use: two shares and their difference at 95 %, looked at on the same two days. What helps must be
found as well: ten points at 400 people in four of five shops.
"""

from __future__ import annotations

from typing import Any

from sapa.lib.intervals import difference_interval
from sapa.moments.rules.comparing import LOOKS
from sapa.moments.types import Verdict
from tests.moments.planted import Planted, portion, seen_by, shop

AT_MOST, AT_LEAST = 0.05, 0.80
WORLDS = {
    "nothing": Planted(),
    "weekdays": Planted(has_weekdays=True),
    "drift": Planted(drift=1.0),
    "drift_and_weekdays": Planted(drift=0.5, has_weekdays=True),
    "drift_with_others": Planted(drift=1.0, others=1.0),
    "small": Planted(a_day=2.0),
}
HELPED = {"ten_points": Planted(help=10), "ten_points_weekdays": Planted(help=10, has_weekdays=True)}


def run(quick: bool) -> dict[str, Any]:
    shops = 200 if quick else 1000
    alarms = {name: portion(world, Verdict.HELPED, shops=shops) for name, world in WORLDS.items()}
    naive = {name: _naive(world, shops) for name, world in WORLDS.items()}
    found = {name: portion(world, Verdict.HELPED, shops=shops) for name, world in HELPED.items()}
    worst = max(alarms.values())
    return {
        "name": "moments_false_alarm",
        "value": worst,
        "unit": "share of shops",
        "rival": "difference of two shares at 95 %",
        "rival_value": max(naive.values()),
        "ratio": worst / AT_MOST,
        "goal": f"at most {AT_MOST} over both looks, and ten points at 400 people found in {AT_LEAST}",
        "holds": worst <= AT_MOST and min(found.values()) >= AT_LEAST,
        "shops": shops,
        "alarms": alarms,
        "naive": naive,
        "found": found,
    }


def _naive(world: Planted, shops: int) -> float:
    """The portion of shops in which the plain difference says help at either look."""
    fooled = 0
    for seed in range(shops):
        mine, _others = shop(world, seed)
        fooled += any(_says_help(seen_by(look, mine)) for look in LOOKS)
    return fooled / shops


def _says_help(cells: list[Any]) -> bool:
    before = [one for one in cells if one.day < 0]
    after = [one for one in cells if one.day >= 0]
    sides = [sum(one.went_on for one in side) for side in (before, after)]
    people = [sum(one.people for one in side) for side in (before, after)]
    between = difference_interval(sides[0], people[0], sides[1], people[1])
    return between is not None and between[0] > 0
