"""How well a model told what then happened, on a stretch of time that it had not seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sapa.metrics.lifetime.special import Floats


def rank_quality(score: Floats, happened: NDArray[np.bool_]) -> float | None:
    """The chance that one for whom it happened stands above one for whom it did not (AUC); equal scores count half.

    None where it happened for all or for nobody. Source: J. A. Hanley, B. J. McNeil, Radiology 143 (1982), 29-36.
    """
    ups = int(happened.sum())
    downs = len(happened) - ups
    if not ups or not downs:
        return None
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    ranks = (below + (counts + 1) / 2)[place]
    return float((ranks[happened].sum() - ups * (ups + 1) / 2) / (ups * downs))


def mean_ties(times: Floats, mean: Floats) -> float | None:
    """How much spending goes with frequency (Pearson's correlation): far from 0, value and frequency are not apart."""
    if len(times) < 3 or np.ptp(times) == 0 or np.ptp(mean) == 0:
        return None
    return float(np.corrcoef(times, mean)[0, 1])
