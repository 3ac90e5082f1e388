"""Intervals of 95 %: closed forms, no chance involved, so that the same facts always say the same."""

from __future__ import annotations

from math import comb, sqrt

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution: every interval here is a 95 % one."""

_EXACT_UP_TO = 1000
Interval = tuple[float, float]


def share_interval(hits: float, n: int) -> Interval | None:
    """Wilson's score interval of a share `hits / n`; None for n = 0.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if n == 0:
        return None
    p, zz = hits / n, Z * Z
    middle = (p + zz / (2 * n)) / (1 + zz / n)
    half = Z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    return (0.0 if hits == 0 else middle - half), (1.0 if hits == n else middle + half)


def portion_interval(n: int, total: float, weight: float, vv: float, vw: float, ww: float) -> Interval | None:
    """Interval of a ratio of sums, total / weight, from the sums of squares and products; None below n = 2.

    Source: the ratio estimator, W. G. Cochran, "Sampling Techniques" (1977), 6.4; bounded to 0 and 1.
    """
    if n < 2 or weight <= 0:
        return None
    ratio = total / weight
    spread = max(0.0, vv - 2 * ratio * vw + ratio * ratio * ww)
    half = _student(n - 1) * sqrt(spread / (n - 1) * n) / weight
    return max(0.0, ratio - half), min(1.0, ratio + half)


def median_ranks(n: int) -> tuple[int, int] | None:
    """Ranks (from 0) of the two ordered values that bound the median with at least 95 %; None below n = 6.

    Exact by the binomial distribution up to 1,000 values, by its normal approximation above.
    Source: order statistics, e.g. W. J. Conover, "Practical Nonparametric Statistics" (1999), 3.2.
    """
    if n <= _EXACT_UP_TO:
        total, limit, rank = 0, (2**n) // 40, -1
        for k in range(n // 2):
            total += comb(n, k)
            if total > limit:
                break
            rank = k
    else:
        rank = int((n - Z * sqrt(n)) / 2) - 1
    return (rank, n - 1 - rank) if rank >= 0 else None


def mean_interval(mean: float, deviation: float, n: int) -> Interval | None:
    """Student's interval of a mean from the sample's standard deviation; None below n = 2."""
    if n < 2:
        return None
    half = _student(n - 1) * deviation / sqrt(n)
    return mean - half, mean + half


def _student(freedom: int) -> float:
    """The 97.5 % point of Student's t: exact for 1 and 2, else by Abramowitz & Stegun 26.7.5 (error < 0.03 from 3)."""
    exact = {1: 12.7062047, 2: 4.3026527}
    if freedom in exact:
        return exact[freedom]
    z, v = Z, float(freedom)
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )


def net_interval(ups: int, downs: int, n: int) -> Interval | None:
    """Interval of (ups - downs) / n, as in a net promoter score; None for n = 0.

    Half an answer is added to each of the four cells of the matched table of which this is the difference.
    Source: A. Agresti, Y. Min, "Simple improved confidence intervals for comparing matched proportions",
    Statistics in Medicine 24 (2005), 729-740.
    """
    if n == 0:
        return None
    up, down, total = ups + 0.5, downs + 0.5, n + 2
    middle = (up - down) / total
    half = Z * sqrt(up + down - (up - down) ** 2 / total) / total
    return max(-1.0, middle - half), min(1.0, middle + half)


def count_interval(count: int) -> Interval:
    """Interval of the mean of a Poisson count, by Byar's approximation.

    Source: N. E. Breslow, N. E. Day, "Statistical Methods in Cancer Research" II (1987), 69.
    """
    high = (count + 1) * (1 - 1 / (9 * (count + 1)) + Z / (3 * sqrt(count + 1))) ** 3
    if count == 0:
        return 0.0, high
    low = count * (1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3
    return max(0.0, low), high


def difference_interval(hits_a: float, n_a: int, hits_b: float, n_b: int) -> Interval | None:
    """Interval of the share of b minus the share of a; None where one of them is empty.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17 (1998), 873-890, method 10.
    """
    a, b = share_interval(hits_a, n_a), share_interval(hits_b, n_b)
    if a is None or b is None:
        return None
    p, q = hits_a / n_a, hits_b / n_b
    low = sqrt((q - b[0]) ** 2 + (a[1] - p) ** 2)
    high = sqrt((b[1] - q) ** 2 + (p - a[0]) ** 2)
    return q - p - low, q - p + high
