"""Whether a change helped: those who reached a moment after it beside what to expect without it.

What to expect is a line through the days before: a level, the weekday, and a trend that goes on, so that a drift which was
there anyway does not count as help. Where others lived through the same days without the change, whatever moved them
is taken off as well (difference in differences). How far the line may be off becomes a Beta distribution, the people after the
change another one with Jeffreys' prior; the verdict is how likely the second lies above the first. Looks are fixed, and
their two thresholds keep false "it helped" at 5 % or below over both. Why so, with sources: docs/decisions/0011-moments.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import ceil, sqrt
from typing import Any

import numpy as np

from sapa.moments.types import DayCount, Verdict, Weighed

LOOKS = (7, 30)
"""Days after the start on which the figures are looked at, and on no other."""

CERTAIN = {7: 0.995, 30: 0.97}
"""How likely a difference must be at each look. One-sided errors of 0.5 % and 3 % are 3.5 % together at the most; the
rest up to 5 % is room for what is only nearly so (`tests/moments/test_planted_worlds.py` counts it)."""

FEWEST = 12
"""People on each side below whom nothing is concluded, as for shares (`metrics.definition.ENOUGH_FOR_SHARE`)."""

WORTH = 0.05
"""The least difference that is worth a habit: where all but surely less was reached, it did not help."""

HOPED = 0.10
"""The difference for which is said how many people would show it."""

_WEEKDAYS = 0.15
_SLOPE = 0.03
_SHOCK = 1.0
"""Weak priors, as standard deviations of shares: a weekday's own part, the trend a week, what moved all alike."""

_LEAST_WORTH = 4.0
"""Below the worth of so many people the line before says nothing."""

_POINTS = {7: 2.5758293035489004, 30: 1.8807936081512509}
_POWER = 0.8416212335729143
"""Points of the normal distribution at the two thresholds and at 80 %."""

_PAUSE = 28
_STILL = 0.99
_GRID = 2001
_HALF = 0.5


def compare(
    day: int, before: Sequence[DayCount], after: Sequence[DayCount], others: Sequence[DayCount] = ()
) -> Weighed:
    """The look on `day` (one of `LOOKS`) with all that is told of it; the arguments are those of `decide`."""
    verdict, why, better, line = decide(day, before, after, others)
    (n_before, hits_before), (n_after, hits_after) = _sums(before), _sums(after)
    found = (hits_after + _HALF, n_after - hits_after + _HALF)
    range_ = (_quantile(line.beta, found, 0.025), _quantile(line.beta, found, 0.975)) if line else None
    return Weighed(
        verdict=verdict,
        why=why,
        before_people=n_before,
        before_went_on=hits_before,
        after_people=n_after,
        after_went_on=hits_after,
        other_people=_sums(others)[0],
        expected=line.expected if line else None,
        difference=hits_after / n_after - line.expected if line else None,
        difference_range=range_,
        chance=better,
        visible=line.visible(day, n_after) if line else None,
        people_needed=line.people_needed(day) if line else None,
    )


def decide(
    day: int, before: Sequence[DayCount], after: Sequence[DayCount], others: Sequence[DayCount] = ()
) -> tuple[Verdict, str, float | None, Line | None]:
    """The verdict of a look, why it is uncertain, how likely it is better, and the line that it rests on.

    `before` and `after` are the people of the moment by day, `others` those of the comparison group on all days (empty where
    there is none). Nothing is concluded below `FEWEST` people on a side, nor from a line that is too vague.
    """
    n_before, n_after, hits = _sums(before)[0], _sums(after)[0], _sums(after)[1]
    if min(n_before, n_after) < FEWEST:
        return Verdict.UNCERTAIN, "few", None, None
    line = Line(before, after, others)
    if line.worth < _LEAST_WORTH:
        return Verdict.UNCERTAIN, "no_line", None, None
    better = chance_above(line.beta, (hits + _HALF, n_after - hits + _HALF), 0.0)
    verdict, why = _judge(day, better, line, hits, n_after)
    if verdict is not Verdict.UNCERTAIN and not others and _moved_already(before):
        verdict, why = Verdict.UNCERTAIN, "moved"
    return verdict, why, better, line


def _moved_already(before: Sequence[DayCount]) -> bool:
    """The check of the trend before: whether the last four weeks left their own line, though nothing was changed then."""
    earlier = [cell._replace(day=cell.day + _PAUSE) for cell in before if cell.day < -_PAUSE]
    lately = [cell._replace(day=cell.day + _PAUSE) for cell in before if cell.day >= -_PAUSE]
    if min(_sums(earlier)[0], _sums(lately)[0]) < FEWEST:
        return False
    line = Line(earlier, lately, ())
    n, hits = _sums(lately)
    if line.worth < _LEAST_WORTH:
        return False
    better = chance_above(line.beta, (hits + _HALF, n - hits + _HALF), 0.0)
    return not 1 - _STILL < better < _STILL


def _judge(day: int, better: float, line: Line, hits: int, n: int) -> tuple[Verdict, str]:
    certain = CERTAIN[day]
    if better >= certain:
        return Verdict.HELPED, ""
    if better <= 1 - certain:
        return Verdict.WORSE, ""
    if day == LOOKS[-1]:
        worth = chance_above(line.beta, (hits + _HALF, n - hits + _HALF), WORTH)
        if worth <= 1 - certain:
            return Verdict.NO_HELP, ""
    return Verdict.UNCERTAIN, "early" if day != LOOKS[-1] else "wide"


def beside(
    before: Sequence[DayCount], after: Sequence[DayCount], others: Sequence[DayCount]
) -> Sequence[DayCount]:
    """The comparison group if it can serve: half as many people as the moment has at least, and moving alike before."""
    there = _sums([cell for cell in others if cell.day >= 0])[0]
    if there < max(FEWEST, _sums(after)[0] / 2) or not parallel(before, others):
        return ()
    return others


def parallel(before: Sequence[DayCount], others: Sequence[DayCount]) -> bool:
    """Whether others moved alike before the change: only then can they stand for what would have been.

    False where their trends a week differ by more than chance (2 standard errors), or there are too few of them.
    """
    past = [cell for cell in others if cell.day < 0]
    if min(_sums(before)[0], _sums(past)[0]) < FEWEST:
        return False
    slopes = [_trend(cells) for cells in (before, past)]
    if any(one is None for one in slopes):
        return True
    (a, var_a), (b, var_b) = slopes  # type: ignore[misc]
    return bool(abs(a - b) <= 2 * sqrt(var_a + var_b))


def chance_above(below: tuple[float, float], above: tuple[float, float], by: float) -> float:
    """How likely the second of two Beta distributions exceeds the first by more than `by`."""
    x = _grid()
    heights, cumulated = _density(*above), np.cumsum(_density(*below))
    cumulated /= cumulated[-1]
    under = np.interp(x - by, x, cumulated, left=0.0, right=1.0)
    return float(np.clip((heights * under).sum() / heights.sum(), 0.0, 1.0))


def _quantile(below: tuple[float, float], above: tuple[float, float], share: float) -> float:
    low, high = -1.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        if 1 - chance_above(below, above, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


class Line:
    """What to expect on the days after the change without it: a weighted line with weak priors, and how far it may be off."""

    def __init__(
        self, before: Sequence[DayCount], after: Sequence[DayCount], others: Sequence[DayCount]
    ) -> None:
        known = [*before, *others]
        of_others = np.array([False] * len(before) + [True] * len(others))
        n = np.array([cell.people for cell in known], float)
        hits = np.array([cell.went_on for cell in known], float)
        level = np.where(of_others, _smooth(others), _smooth(before))
        weight = n / (level * (1 - level))
        x = _columns(known, of_others, is_shared=bool(others))
        precision = (x * weight[:, None]).T @ x + np.diag(_priors())
        cover = np.linalg.inv(precision)
        beta = cover @ (x.T @ (weight * hits / n))
        spread = max(1.0, _unrest(known, of_others, hits - n * (x @ beta), n * level * (1 - level)))
        there = np.array([cell.people for cell in after], float)
        rows = _columns(after, np.zeros(len(after), bool), is_shared=bool(others))
        mean_row = there @ rows / there.sum()
        self.spread = spread
        self.expected = float(np.clip(mean_row @ beta, 0.01, 0.99))
        self.variance = float(mean_row @ cover @ mean_row) * spread
        self._unrest = (spread - 1) * _noise(after)

    @property
    def worth(self) -> float:
        """How many people's knowledge the line is worth."""
        return self.expected * (1 - self.expected) / (self.variance + self._unrest) - 1

    @property
    def beta(self) -> tuple[float, float]:
        return self.expected * self.worth, (1 - self.expected) * self.worth

    def visible(self, day: int, people: int) -> float:
        """The difference that so many people after the change show in four of five cases."""
        noise = self.expected * (1 - self.expected) * self.spread / people
        return (_POINTS[day] + _POWER) * sqrt(self.variance + noise)

    def people_needed(self, day: int) -> int | None:
        """So many after the change would show `HOPED` in four of five cases; None where the line itself is too vague."""
        room = (HOPED / (_POINTS[day] + _POWER)) ** 2 - self.variance
        up = self.expected + HOPED
        reached = up if up < 1 else self.expected - HOPED
        noise = max(share * (1 - share) for share in (self.expected, reached))
        return ceil(noise * self.spread / room) if room > 0 else None


def _columns(cells: Sequence[DayCount], of_others: Any, *, is_shared: bool) -> Any:
    """Two levels, seven weekdays, the trend a week, and what moved all alike after the change (seen by the others)."""
    day = np.array([cell.day for cell in cells], float)
    weekday = np.array([cell.weekday for cell in cells])
    shared = (day >= 0) & is_shared
    return np.column_stack(
        [~of_others, of_others, weekday[:, None] == np.arange(7)[None, :], day / 7, shared]
    ).astype(float)


def _priors() -> list[float]:
    return [1e-6, 1e-6, *[1 / _WEEKDAYS**2] * 7, 1 / _SLOPE**2, 1 / _SHOCK**2]


def _unrest(known: Sequence[DayCount], of_others: Any, off: Any, variance: Any) -> float:
    """How much more weeks differ than chance alone would have it: 1 where they do not."""
    weeks = np.array([cell.day // 7 for cell in known]) * 2 + of_others
    names, place = np.unique(weeks, return_inverse=True)
    if len(names) < 8:
        return 1.0
    total = np.bincount(place, off) ** 2 / np.bincount(place, variance)
    return float(total.sum() / (len(names) - 3))


def _trend(cells: Sequence[DayCount]) -> tuple[float, float] | None:
    """The trend a week and its variance; None below three weeks."""
    n = np.array([cell.people for cell in cells], float)
    day = np.array([cell.day for cell in cells], float) / 7
    if np.ptp(day) < 3:
        return None
    level = _smooth(cells)
    centred = day - np.average(day, weights=n)
    room = float((n * centred**2).sum())
    hits = np.array([cell.went_on for cell in cells], float)
    return float((centred * hits).sum() / room), level * (1 - level) / room


def _noise(cells: Sequence[DayCount]) -> float:
    level = _smooth(cells)
    return level * (1 - level) / _sums(cells)[0]


def _sums(cells: Sequence[DayCount]) -> tuple[int, int]:
    return sum(cell.people for cell in cells), sum(cell.went_on for cell in cells)


def _smooth(cells: Sequence[DayCount]) -> float:
    n, hits = _sums(cells)
    return (hits + _HALF) / (n + 1)


@cache
def _grid() -> Any:
    return np.linspace(0, 1, _GRID)


@cache
def _logs() -> tuple[Any, Any]:
    inner = np.clip(_grid(), 1e-6, 1 - 1e-6)
    return np.log(inner), np.log1p(-inner)


def _density(a: float, b: float) -> Any:
    """A Beta density on the grid, not normed."""
    low, high = _logs()
    heights = (a - 1) * low + (b - 1) * high
    return np.exp(heights - heights.max())
