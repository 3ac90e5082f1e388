"""The special functions that the models need, vectorised in numpy: no compiled library at run time.

Sources: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions" (1964), 6.1.40 and 6.3.18 for the gamma and
digamma functions, 15.3.1 for Euler's integral; H. Takahasi, M. Mori, "Double exponential formulas for numerical
integration", Publications of the Research Institute for Mathematical Sciences 9 (1974), 721-741.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SHIFT = 10
_HALF_LOG_TAU = 0.9189385332046727
_GAMMA_TERMS = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
_DIGAMMA_TERMS = (-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760, -1 / 12)
_STEP, _REACH = 0.11, 3.2
_MOST_TERMS = 20_000
_SMALL = 1e-15


def gammaln(x: Floats | float) -> Floats:
    """The natural logarithm of the gamma function for x > 0; relative error about 1e-14."""
    given = np.asarray(x, dtype=np.float64)
    product = np.ones_like(given)
    for number in range(_SHIFT):
        product = product * (given + number)
    z = given + _SHIFT
    series = _series(_GAMMA_TERMS, z) / z
    found: Floats = (z - 0.5) * np.log(z) - z + _HALF_LOG_TAU + series - np.log(product)
    return found


def digamma(x: Floats | float) -> Floats:
    """The derivative of `gammaln` for x > 0."""
    given = np.asarray(x, dtype=np.float64)
    below = np.zeros_like(given)
    for number in range(_SHIFT):
        below = below + 1 / (given + number)
    z = given + _SHIFT
    found: Floats = np.log(z) - 0.5 / z + _series(_DIGAMMA_TERMS, z) / (z * z) - below
    return found


def _series(terms: tuple[float, ...], z: Floats) -> Floats:
    square, found = 1 / (z * z), np.zeros_like(z)
    for term in reversed(terms):
        found = found * square + term
    return found


def betaln(a: Floats | float, b: Floats | float) -> Floats:
    """The natural logarithm of the beta function for a, b > 0."""
    return gammaln(a) + gammaln(b) - gammaln(np.asarray(a) + np.asarray(b))


def _nodes() -> tuple[Floats, Floats]:
    """Logarithms of nodes on (0, 1) and their weights: tanh-sinh, which bears singular ends."""
    at = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
    inner = np.pi / 2 * np.sinh(at)
    log_node = -np.logaddexp(0.0, -2 * inner)
    weight = _STEP * np.pi / 4 * np.cosh(at) / np.cosh(inner) ** 2
    return log_node, weight / weight.sum()


LOG_NODES, WEIGHTS = _nodes()
"""Numerical integration over (0, 1): the sum of WEIGHTS * f(exp(LOG_NODES))."""


def hyp2f1_tail(a: Floats, b: float, z: Floats) -> Floats:
    """Gauss' 2F1(a, b; a + 1; z) for a, b > 0 and z < 1, z negative too: the form of the Pareto/NBD.

    By Euler's integral in q = u^a: the integral of (1 - z q^(1/a))^-b over q from 0 to 1.
    """
    root = LOG_NODES / a[..., None]
    held = -b * np.log1p(-z[..., None] * np.exp(root))
    found: Floats = np.exp(held) @ WEIGHTS
    return found


def hyp2f1(a: Floats, b: Floats, c: Floats, z: Floats) -> Floats:
    """Gauss' 2F1(a, b; c; z) for c > 0 and 0 <= z < 1 by its series, after Euler's transformation (15.3.3).

    The transformed series has terms of (c - a) and (c - b), which are small in the BG/NBD, so it does not overflow.
    """
    p, q, factor = c - a, c - b, (c - a - b) * np.log1p(-z)
    term, total = np.ones_like(factor), np.ones_like(factor)
    for n in range(_MOST_TERMS):
        term = term * (p + n) * (q + n) / (c + n) * z / (n + 1)
        total = total + term
        if np.max(np.abs(term) - _SMALL * np.abs(total)) <= 0:
            break
    found: Floats = np.exp(factor) * total
    return found
