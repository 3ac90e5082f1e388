"""Gamma-Gamma: what a buyer spends varies around a mean of their own, which varies among buyers.

Source: P. S. Fader, B. G. S. Hardie, "The gamma-gamma model of monetary value" (2013), equations 1a and 5.
It holds where spending has nothing to do with how often one buys; `judging` says how true that is.
"""

from __future__ import annotations

import numpy as np

from sapa.metrics.lifetime.fitting import Fit, maximise
from sapa.metrics.lifetime.special import Floats, digamma, gammaln

NAMES = ("p", "q", "gamma")


def _rows(parameters: Floats, times: Floats, mean: Floats) -> tuple[Floats, Floats]:
    p, q, scale = parameters
    total, shape = times * mean, p * times
    log_sum, log_mean = np.log(scale + total), np.log(mean)
    rows = (
        gammaln(shape + q) - gammaln(shape) - gammaln(q)
        + q * np.log(scale) + (shape - 1) * log_mean + shape * np.log(times) - (shape + q) * log_sum
    )  # fmt: skip
    upper = digamma(shape + q)
    gradient = np.stack(
        [
            times * (upper - digamma(shape) + log_mean + np.log(times) - log_sum),
            upper - digamma(q) + np.log(scale) - log_sum,
            q / scale - (shape + q) / (scale + total),
        ]
    )
    return rows, gradient


def fit(times: Floats, mean: Floats, weight: Floats | None = None) -> Fit:
    """p, q, gamma of the highest likelihood, from how often each buyer spent and how much on average (both > 0).

    Raises `NoFitError`.
    """
    weights = np.ones_like(mean) if weight is None else weight
    typical = float(mean @ weights / weights.sum())

    def objective(parameters: Floats) -> tuple[float, Floats]:
        scaled = parameters * np.array([1.0, 1.0, typical])
        rows, gradient = _rows(scaled, times, mean)
        gradient[2] *= typical
        return float(rows @ weights), gradient @ weights

    found = maximise(objective, (2.0, 3.0, 1.0), float(weights.sum()))
    p, q, scale = found.parameters
    return Fit((p, q, scale * typical), found.log_likelihood, found.covariance, found.rounds)


def expect_value(parameters: tuple[float, ...], times: Floats, mean: Floats) -> Floats:
    """What the next purchase of each buyer is expected to be worth; `times` may be 0, then the mean does not matter.

    Without a mean among all buyers (q <= 1) those who never spent would be worth infinitely much: q must be above 1.
    """
    p, q, scale = parameters
    found: Floats = p * (scale + times * mean) / (p * times + q - 1)
    return found
