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


def count_histories(repeats: Ints, recency: Ints, age: Ints) -> tuple[Histories, Ints]:
    """Equal histories as one row each, and for every buyer the row that is theirs."""
    packed = (repeats << (2 * _DAY_BITS)) | (recency << _DAY_BITS) | age
    rows, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    return _unpacked(rows, counts.astype(np.float64)), where


def coarsen(histories: Histories, step: int) -> Histories:
    """The same buyers with their days rounded to `step`, so that more of them are equal."""
    recency, age = ((days + step // 2) // step * step for days in (histories.recency, histories.age))
    packed = (histories.repeats << (2 * _DAY_BITS)) | (recency << _DAY_BITS) | age
    rows, where = np.unique(packed, return_inverse=True)
    return _unpacked(rows, np.bincount(where, weights=histories.weight).astype(np.float64))


def _unpacked(rows: Ints, weight: Floats) -> Histories:
    return Histories(rows >> (2 * _DAY_BITS), (rows >> _DAY_BITS) & _MOST_DAYS, rows & _MOST_DAYS, weight)
