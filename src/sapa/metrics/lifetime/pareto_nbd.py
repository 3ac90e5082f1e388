"""Pareto/NBD: buyers come at a rate of their own and leave after a life of their own, both gamma distributed.

Time is in weeks. Source: D. C. Schmittlein, D. G. Morrison, R. Colombo, "Counting your customers: who are they and
what will they do next?", Management Science 33 (1987), 1-24; P. S. Fader, B. G. S. Hardie, "A note on deriving the
Pareto/NBD model and related expressions" (2005). The two hypergeometric functions of their A0 are tails of one
integral; each is computed once for every distinct (repeats, time), so the cost does not grow with the buyers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sapa.metrics.lifetime.fitting import Fit, NoFitError, maximise
from sapa.metrics.lifetime.histories import WEEK, Histories, Ints
from sapa.metrics.lifetime.special import LOG_NODES, WEIGHTS, Floats, digamma, gammaln

NAMES = ("r", "alpha", "s", "beta")


@dataclass(frozen=True, slots=True)
class _Table:
    """A set of histories prepared: distinct repeats, and distinct pairs of repeats and time with their places."""

    histories: Histories
    counts: Floats
    count_of: Ints
    times: Floats
    pair_count: Ints
    recent: Ints
    old: Ints


def _prepare(histories: Histories) -> _Table:
    counts, count_of = np.unique(histories.repeats, return_inverse=True)
    pairs = np.concatenate([(count_of << 20) | histories.recency, (count_of << 20) | histories.age])
    distinct, places = np.unique(pairs, return_inverse=True)
    size = len(count_of)
    times = (distinct & ((1 << 20) - 1)) / WEEK
    return _Table(
        histories, counts.astype(np.float64), count_of, times, distinct >> 20, places[:size], places[size:]
    )


def _tails(parameters: Floats, table: _Table) -> tuple[Floats, Floats]:
    """The logarithm of the integral from each time on of (alpha + t)^-(r + x) (beta + t)^-(s + 1), and its gradient."""
    r, alpha, s, beta = parameters
    power = r + s + table.counts
    m, x = power[table.pair_count], table.counts[table.pair_count]
    base = alpha + table.times
    near = np.exp(LOG_NODES / power[:, None])[table.pair_count]
    ratio = 1 - ((alpha - beta) / base)[:, None] * near
    log_ratio = np.log(ratio)
    most = np.max(-(s + 1) * log_ratio, axis=1, keepdims=True)
    held = np.exp(-(s + 1) * log_ratio - most) * WEIGHTS
    whole = held.sum(axis=1)
    log_alpha = np.log(base) - (held @ LOG_NODES) / whole / m
    log_beta = log_alpha + np.einsum("ij,ij->i", held, log_ratio) / whole
    held *= near
    one = held.sum(axis=1) / whole / base
    other = np.einsum("ij,ij->i", held, 1 / ratio) / whole / base
    gradient = np.stack([-log_alpha, -(r + x) * one, -log_beta, -(s + 1) * other])
    return most[:, 0] - m * np.log(base) - np.log(m) + np.log(whole), gradient


def _rows(parameters: Floats, table: _Table) -> tuple[Floats, Floats, Floats]:
    """Of each row: log-likelihood, logarithm of P(alive), gradient."""
    r, alpha, s, beta = parameters
    x, age = table.counts[table.count_of], table.histories.age / WEEK
    tail, slope = _tails(parameters, table)
    first, last = tail[table.recent], tail[table.old]
    log_alpha, log_beta = np.log(alpha + age), np.log(beta + age)
    alive = -(r + x) * log_alpha - s * log_beta
    with np.errstate(divide="ignore"):
        gone = np.log(s) + first + np.log(-np.expm1(np.minimum(last - first, 0.0)))
    both = np.logaddexp(alive, gone)
    is_alive = np.exp(alive - both)
    from_first, from_last = np.exp(np.log(s) + first - both), np.exp(np.log(s) + last - both)
    gradient = is_alive * np.stack([-log_alpha, -(r + x) / (alpha + age), -log_beta, -s / (beta + age)])
    gradient += from_first * slope[:, table.recent] - from_last * slope[:, table.old]
    gradient[2] += (1 - is_alive) / s
    start = (gammaln(r + table.counts) - gammaln(r))[table.count_of] + r * np.log(alpha) + s * np.log(beta)
    gradient[0] += (digamma(r + table.counts) - digamma(r))[table.count_of] + np.log(alpha)
    gradient[1] += r / alpha
    gradient[2] += np.log(beta)
    gradient[3] += s / beta
    return start + both, alive - both, gradient


def log_likelihood(parameters: Floats, histories: Histories) -> float:
    rows, _, _ = _rows(parameters, _prepare(histories))
    return float(rows @ histories.weight)


def fit(
    histories: Histories, start: tuple[float, ...] | Fit | None = None, *, leaning: float | None = None
) -> Fit:
    """r, alpha, s, beta of the highest likelihood. Raises `NoFitError`, also where nobody ever came back.

    Of few buyers the likelihood may rise for ever, as when nobody seems to leave. `leaning` then holds each
    parameter near a usual one: the standard deviation of its logarithm about it, as a prior.
    """
    if not histories.total_repeats:
        raise NoFitError
    table = _prepare(histories)
    weeks = float(histories.age @ histories.weight) / histories.buyers / WEEK
    usual = (0.7, max(weeks / 3, 1.0), 0.6, max(weeks / 3, 1.0))

    def objective(parameters: Floats) -> tuple[float, Floats]:
        rows, _, gradient = _rows(parameters, table)
        value, slope = float(rows @ histories.weight), gradient @ histories.weight
        if leaning is not None:
            away = np.log(parameters / np.array(usual)) / leaning
            value -= float(away @ away) / 2
            slope = slope - away / leaning / parameters
        return value, slope

    return maximise(objective, start or usual, histories.buyers)


def find_alive(parameters: tuple[float, ...], histories: Histories) -> Floats:
    """The probability that a buyer of each row has not left for good."""
    _, alive, _ = _rows(np.asarray(parameters), _prepare(histories))
    found: Floats = np.exp(alive)
    return found


def expect_purchases(parameters: tuple[float, ...], histories: Histories, weeks: float) -> Floats:
    """How often a buyer of each row is expected to buy in the coming `weeks` (Fader & Hardie 2005, equation 41)."""
    r, alpha, s, beta = parameters
    x, age = histories.repeats, histories.age / WEEK
    rate = (r + x) / (alpha + age)
    shrink = np.log1p(weeks / (beta + age))
    less = s - 1
    lived = shrink if abs(less) < 1e-9 else -np.expm1(-less * shrink) / less
    found: Floats = find_alive(parameters, histories) * rate * (beta + age) * lived
    return found
