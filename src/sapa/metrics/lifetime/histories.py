"""What a model needs of each buyer: how often they came back, when last, and how long they have been known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sapa.metrics.lifetime.special import Floats

Ints = NDArray[np.int64]

WEEK = 7
_DAY_BITS = 20
_MOST_DAYS = (1 << _DAY_BITS) - 1


@dataclass(frozen=True, slots=True)
class Histories:
    """Buyers with equal histories, counted: `repeats` on later days than the first, `recency` days from the first
    purchase to the last, `age` days from the first until now, and `weight`, how many buyers share them.

    `recency` <= `age`; it is 0 where `repeats` is 0.
    """

    repeats: Ints
    recency: Ints
    age: Ints
    weight: Floats

    @property
    def buyers(self) -> float:
        return float(self.weight.sum())

    @property
    def total_repeats(self) -> float:
        return float(self.repeats @ self.weight)


def count_histories(repeats: Ints, recency: Ints, age: Ints, *, step: int = 1) -> tuple[Histories, Ints]:
    """Equal histories as one row each, and for every buyer the row that is theirs. `step` rounds days to so many."""
    recency, age = _rounded(recency, step), _rounded(age, step)
    packed = (repeats << (2 * _DAY_BITS)) | (recency << _DAY_BITS) | age
    rows, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    found = Histories(
        rows >> (2 * _DAY_BITS),
        (rows >> _DAY_BITS) & _MOST_DAYS,
        rows & _MOST_DAYS,
        counts.astype(np.float64),
    )
    return found, where


def _rounded(days: Ints, step: int) -> Ints:
    if step == 1:
        return days
    found: Ints = (days + step // 2) // step * step
    return found
