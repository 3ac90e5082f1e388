"""BG/NBD: as the Pareto/NBD, but a buyer may leave only right after a purchase. Time is in weeks.

Source: P. S. Fader, B. G. S. Hardie, K. L. Lee, "Counting your customers the easy way: an alternative to the
Pareto/NBD model", Marketing Science 24 (2005), 275-284, equations 6 and 10.
"""

from __future__ import annotations

import numpy as np

from sapa.metrics.lifetime.fitting import Fit, NoFitError, maximise
from sapa.metrics.lifetime.histories import WEEK, Histories
from sapa.metrics.lifetime.special import Floats, betaln, digamma, gammaln, hyp2f1

NAMES = ("r", "alpha", "a", "b")
_NUDGE = 1e-6


def _rows(parameters: Floats, histories: Histories) -> tuple[Floats, Floats, Floats]:
    """Of each row: log-likelihood, logarithm of P(alive), gradient."""
    r, alpha, a, b = parameters
    x = histories.repeats.astype(np.float64)
    came = x > 0
    recency, age = histories.recency / WEEK, histories.age / WEEK
    steps = np.maximum(b + x - 1, 1e-300)
    log_age, log_recency = np.log(alpha + age), np.log(alpha + recency)
    gone = np.where(came, np.log(a) - np.log(steps) + (r + x) * (log_age - log_recency), -np.inf)
    more = np.logaddexp(0.0, gone)
    left = np.exp(gone - more)
    start = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    rows = start - (r + x) * log_age + more
    beta_a = digamma(a) - digamma(a + b + x) - digamma(a) + digamma(a + b)
    beta_b = digamma(b + x) - digamma(a + b + x) - digamma(b) + digamma(a + b)
    gradient = np.stack(
        [
            digamma(r + x) - digamma(r) + np.log(alpha) - log_age + left * (log_age - log_recency),
            r / alpha - (r + x) / (alpha + age)
            + left * (r + x) * (1 / (alpha + age) - 1 / (alpha + recency)),
            beta_a + left / a,
            beta_b - left / steps,
        ]
    )  # fmt: skip
    return rows, -more, gradient


def log_likelihood(parameters: Floats, histories: Histories) -> float:
    return float(_rows(parameters, histories)[0] @ histories.weight)


def fit(histories: Histories, start: tuple[float, ...] | Fit | None = None) -> Fit:
    """r, alpha, a, b of the highest likelihood. Raises `NoFitError`, also where nobody ever came back."""
    if not histories.total_repeats:
        raise NoFitError

    def objective(parameters: Floats) -> tuple[float, Floats]:
        rows, _, gradient = _rows(parameters, histories)
        return float(rows @ histories.weight), gradient @ histories.weight

    weeks = float(histories.age @ histories.weight) / histories.buyers / WEEK
    return maximise(objective, start or (0.5, max(weeks / 6, 1.0), 0.8, 2.0), histories.buyers)


def find_alive(parameters: tuple[float, ...], histories: Histories) -> Floats:
    """The probability that a buyer of each row has not left for good: 1 for all who never came back."""
    _, alive, _ = _rows(np.asarray(parameters), histories)
    found: Floats = np.exp(alive)
    return found


def expect_purchases(parameters: tuple[float, ...], histories: Histories, weeks: float) -> Floats:
    """How often a buyer of each row is expected to buy in the coming `weeks` (equation 10)."""
    r, alpha, a, b = parameters
    if abs(a - 1) < _NUDGE:
        a += _NUDGE
    x, age = histories.repeats.astype(np.float64), histories.age / WEEK
    whole = a + b + x - 1
    share = weeks / (alpha + age + weeks)
    fading = np.exp((r + x) * np.log1p(-share)) * hyp2f1(r + x, b + x, whole, share)
    found: Floats = whole / (a - 1) * (1 - fading) * find_alive((r, alpha, a, b), histories)
    return found
