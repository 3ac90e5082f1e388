"""Maximum likelihood by a quasi-Newton method in a few lines, over the logarithms of positive parameters.

Source: J. Nocedal, S. J. Wright, "Numerical Optimization" (2006), algorithm 6.1 (BFGS) with backtracking 3.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sapa.metrics.lifetime.special import Floats

Objective = Callable[[Floats], tuple[float, Floats]]
"""Positive parameters → the log-likelihood and its gradient by the parameters."""

_ROUNDS = 300
_FLAT, _NEARLY_FLAT = 1e-8, 1e-5
_EXACT = 1e-15
_LONGEST_STEP = 1.5
_EDGE = 16.0
_NUDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Fit:
    """Where the likelihood is highest. `covariance` is of the logarithms of the parameters, None where it has none."""

    parameters: tuple[float, ...]
    log_likelihood: float
    covariance: Floats | None
    rounds: int


class NoFitError(ArithmeticError):
    """The likelihood has no highest point that these data can name."""


def maximise(objective: Objective, start: Sequence[float] | Fit, weight: float) -> Fit:
    """The parameters of the highest likelihood, from `start`; `weight` is how many customers stand behind it.

    A fit to nearly the same data is the best start: its curvature is used too.
    Raises `NoFitError` where the search runs off to zero or infinity, or does not come to rest.
    """

    def ask(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(logs)
        value, gradient = objective(values)
        return -value / weight, -gradient * values / weight

    first = start.parameters if isinstance(start, Fit) else start
    at = np.log(np.asarray(first, dtype=np.float64))
    value, slope = ask(at)
    inverse = np.eye(len(at))
    if isinstance(start, Fit) and start.covariance is not None:
        inverse = start.covariance * weight
    for number in range(_ROUNDS):
        if np.max(np.abs(slope)) < _FLAT:
            return _found(ask, at, value, weight, number)
        step = _limited(-inverse @ slope, slope)
        moved = _search(ask, at, value, slope, step)
        is_still = moved is None or value - moved[1] <= _EXACT * max(1.0, abs(value))
        if is_still and np.max(np.abs(slope)) < _NEARLY_FLAT:
            return _found(ask, at, value, weight, number)
        if moved is None:
            if np.array_equal(inverse, np.eye(len(at))):
                break
            inverse = np.eye(len(at))
            continue
        new, new_value, new_slope = moved
        inverse = _updated(inverse, new - at, new_slope - slope)
        at, value, slope = new, new_value, new_slope
        if np.max(np.abs(at)) > _EDGE:
            break
    raise NoFitError


def _limited(step: Floats, slope: Floats) -> Floats:
    if step @ slope >= 0:
        step = -slope
    longest = float(np.max(np.abs(step)))
    return step if longest <= _LONGEST_STEP else step * (_LONGEST_STEP / longest)


def _search(
    ask: Callable[[Floats], tuple[float, Floats]], at: Floats, value: float, slope: Floats, step: Floats
) -> tuple[Floats, float, Floats] | None:
    length = 1.0
    for _ in range(40):
        new = at + length * step
        new_value, new_slope = ask(new)
        if np.isfinite(new_value) and new_value <= value + 1e-4 * length * float(step @ slope):
            return new, new_value, new_slope
        length *= 0.5
    return None


def _updated(inverse: Floats, step: Floats, change: Floats) -> Floats:
    """The inverse Hessian after a step, kept positive (6.17); scaled before the first (6.20)."""
    curve = float(step @ change)
    if curve <= 1e-14:
        return inverse
    size = len(step)
    if np.array_equal(inverse, np.eye(size)):
        inverse = np.eye(size) * (curve / float(change @ change))
    left = np.eye(size) - np.outer(step, change) / curve
    found: Floats = left @ inverse @ left.T + np.outer(step, step) / curve
    return found


def _found(
    ask: Callable[[Floats], tuple[float, Floats]], at: Floats, value: float, weight: float, rounds: int
) -> Fit:
    columns = []
    for number in range(len(at)):
        nudge = np.zeros_like(at)
        nudge[number] = _NUDGE
        columns.append((ask(at + nudge)[1] - ask(at - nudge)[1]) / (2 * _NUDGE))
    curvature = np.array(columns)
    curvature = (curvature + curvature.T) / 2 * weight
    covariance: Floats | None = None
    if np.all(np.isfinite(curvature)) and np.min(np.linalg.eigvalsh(curvature)) > 0:
        covariance = np.linalg.inv(curvature).astype(np.float64)
    return Fit(tuple(float(v) for v in np.exp(at)), -value * weight, covariance, rounds)
