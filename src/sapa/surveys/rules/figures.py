"""What answers add up to, each with its interval of 95 % (sources in `lib.intervals`)."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from sapa.lib.intervals import mean_interval, net_interval, share_interval
from sapa.responses.rules import is_content, is_unhappy
from sapa.surveys.types import Score, Share

ENOUGH = 12
"""Fewest answers of which a figure is told, as for every share in Metrik: below, the answers themselves are shown."""


def score_of(kind: str, counts: Mapping[int, int]) -> Score:
    """The figure of a survey from its answers by score: nps in points of 100, csat as a share, ces as a mean."""
    n = sum(counts.values())
    if n == 0:
        return Score(None, None, 0, False)
    value, interval = _WAYS[kind](counts, n)
    return Score(value, interval, n, n >= ENOUGH)


def share_of(hits: int, n: int) -> Share:
    return Share(hits, n, hits / n if n else None, share_interval(hits, n))


def _net(counts: Mapping[int, int], n: int) -> tuple[float, tuple[float, float] | None]:
    """Promoters less detractors. Its variance is that of a difference of two shares of one sample."""
    ups = sum(number for score, number in counts.items() if is_content("nps", score))
    downs = sum(number for score, number in counts.items() if is_unhappy("nps", score))
    found = net_interval(ups, downs, n)
    return 100 * (ups - downs) / n, (100 * found[0], 100 * found[1]) if found else None


def _satisfied(counts: Mapping[int, int], n: int) -> tuple[float, tuple[float, float] | None]:
    hits = sum(number for score, number in counts.items() if is_content("csat", score))
    return hits / n, share_interval(hits, n)


def _mean(counts: Mapping[int, int], n: int) -> tuple[float, tuple[float, float] | None]:
    mean = sum(score * number for score, number in counts.items()) / n
    if n < 2:
        return mean, None
    spread = sum(number * (score - mean) ** 2 for score, number in counts.items()) / (n - 1)
    found = mean_interval(mean, sqrt(spread), n)
    return mean, (max(1.0, found[0]), min(7.0, found[1])) if found else None


_WAYS = {"nps": _net, "csat": _satisfied, "ces": _mean}
