"""When a figure has moved further than chance explains.

Each week two looks: the last full week, and the last four, beside the twelve weeks before them. Full weeks hold
every weekday once, so that Saturdays need no correction. The tests are exact and need no normal distribution:

* shares: Fisher's exact test of the two sides;
* counts: of all that came, how many fell on the newer side, against its part of the weeks (the conditional binomial
  test of two Poisson rates; J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323);
* medians and means: how many lie above, and how many below, the middle of both sides together (Mood's median test);
* net scores: the share who are for, and the share who are against; of two shares each has half of the level.

Weeks that differ more among themselves than chance allows (a shop with bursts) count for less: both sides are divided
by their dispersion, Pearson's statistic of the earlier weeks over its degrees of freedom, where it is above one.

Every look at every figure spends the same small part of one expected false alarm a year for the whole shop
(Bonferroni's inequality holds however the looks depend on each other), so that a figure alone raises far fewer than
one. After an alarm a figure begins anew: it is silent until the weeks since the shift are a base of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import erfc, exp, lgamma, log, sqrt

BASE_WEEKS = 12
LEAST_BASE_WEEKS = 6
LOOKS = (1, 4)
FALSE_ALARMS_A_YEAR = 1.0
LEAST_SAMPLE = 12
_WEEKS_A_YEAR = 52
_EXACT_UP_TO = 20_000


@dataclass(frozen=True, slots=True)
class Week:
    """One full week: how many counted, and how many of them hit."""

    n: int
    hits: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`odds` of so large a difference by chance, and the direction of what moved."""

    odds: float
    is_up: bool


def level(figures: int) -> float:
    """The probability of a false alarm that one look at one of so many figures may spend."""
    return FALSE_ALARMS_A_YEAR / (_WEEKS_A_YEAR * len(LOOKS) * max(figures, 1))


def judge_share(base: Sequence[Week], recent: Sequence[Week]) -> Verdict | None:
    """Whether the share of hits differs; None where a side is too small to be honest."""
    if len(base) < LEAST_BASE_WEEKS:
        return None
    spread = _spread_of_shares(base)
    a, b = _together(base, spread), _together(recent, spread)
    if a.n < 2 * LEAST_SAMPLE or b.n < LEAST_SAMPLE:
        return None
    is_up = b.hits * a.n > a.hits * b.n
    return Verdict(fisher(a.hits, a.n, b.hits, b.n), is_up)


def judge_count(base: Sequence[int], recent: Sequence[int]) -> Verdict | None:
    """Whether more or fewer come each week; None where there is too little to say so."""
    if len(base) < LEAST_BASE_WEEKS:
        return None
    spread = _spread_of_counts(base)
    before, after = int(sum(base) / spread), int(sum(recent) / spread)
    if before + after < LEAST_SAMPLE:
        return None
    part = len(recent) / (len(base) + len(recent))
    is_up = sum(recent) / len(recent) > sum(base) / len(base)
    return Verdict(binomial(after, before + after, part), is_up)


def fisher(hits_a: int, n_a: int, hits_b: int, n_b: int) -> float:
    """Fisher's exact test of two shares, two-sided as twice the smaller tail."""
    hits, n = hits_a + hits_b, n_a + n_b
    low, high = max(0, hits - n_a), min(hits, n_b)
    if high - low > _EXACT_UP_TO:
        return _normal(hits_b, n_b * hits / n, n_b * (hits / n) * (1 - hits / n) * n_a / (n - 1))
    whole = _choose(n, hits)

    def point(k: int) -> float:
        return exp(_choose(n_b, k) + _choose(n_a, hits - k) - whole)

    return _two_sided(point, low, hits_b, high)


def binomial(hits: int, n: int, p: float) -> float:
    """The exact binomial test of `hits` of `n` against `p`, two-sided as twice the smaller tail."""
    if n > _EXACT_UP_TO:
        return _normal(hits, n * p, n * p * (1 - p))

    def point(k: int) -> float:
        return exp(_choose(n, k) + k * log(p) + (n - k) * log(1 - p))

    return _two_sided(point, 0, hits, n)


def _two_sided(point: Callable[[int], float], low: int, at: int, high: int) -> float:
    """Twice the smaller tail at `at` of a distribution over `low` to `high`; each tail is summed, so that neither is lost."""
    here = point(at)
    if at - low <= high - at:
        tail = sum(point(k) for k in range(low, at)) + here
    else:
        tail = sum(point(k) for k in range(at + 1, high + 1)) + here
    return min(1.0, 2 * min(tail, max(0.0, 1.0 - tail + here)))


def _normal(at: float, mean: float, variance: float) -> float:
    """The same where both sides are so large that the normal distribution says it, with its correction of a half."""
    if variance <= 0:
        return 1.0
    return min(1.0, erfc(max(0.0, abs(at - mean) - 0.5) / sqrt(2 * variance)))


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _together(weeks: Sequence[Week], spread: float) -> Week:
    n, hits = sum(week.n for week in weeks), sum(week.hits for week in weeks)
    kept = int(n / spread)
    return Week(kept, min(kept, round(hits / spread)))


def _spread_of_shares(weeks: Sequence[Week]) -> float:
    """Pearson's dispersion of the weekly shares, at least one."""
    full = [week for week in weeks if week.n]
    n, hits = sum(week.n for week in full), sum(week.hits for week in full)
    if len(full) < LEAST_BASE_WEEKS or hits in (0, n):
        return 1.0
    p = hits / n
    chi = sum((week.hits - week.n * p) ** 2 / (week.n * p * (1 - p)) for week in full)
    return max(1.0, chi / (len(full) - 1))


def _spread_of_counts(counts: Sequence[int]) -> float:
    mean = sum(counts) / len(counts)
    if not mean:
        return 1.0
    return max(1.0, sum((count - mean) ** 2 for count in counts) / mean / (len(counts) - 1))
