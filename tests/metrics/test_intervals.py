"""Intervals against published values and against exact computation."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.lib.intervals import (
    count_interval,
    difference_interval,
    mean_interval,
    median_ranks,
    net_interval,
    share_interval,
)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3 (score)
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_shares_are_bounded_as_wilson_has_it(hits: int, n: int, low: float, high: float) -> None:
    found = share_interval(hits, n)
    assert found is not None
    assert found == pytest.approx((low, high), abs=5e-5)


def test_a_difference_of_shares_is_bounded_as_newcombe_has_it() -> None:
    """Newcombe 1998, example (a): 56/70 against 48/80 is 0.2 with 0.0524 to 0.3339."""
    assert difference_interval(48, 80, 56, 70) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference_interval(0, 0, 1, 2) is None


@pytest.mark.parametrize(
    ("n", "ranks"), [(0, None), (5, None), (6, (0, 5)), (10, (1, 8)), (20, (5, 14)), (100, (39, 60))]
)
def test_medians_are_bounded_by_ranks(n: int, ranks: tuple[int, int] | None) -> None:
    assert median_ranks(n) == ranks


@given(st.integers(6, 400))
def test_ranks_cover_95_percent_and_the_next_ones_would_not(n: int) -> None:
    ranks = median_ranks(n)
    assert ranks is not None
    low, high = ranks
    assert low + high == n - 1
    tail = sum(comb(n, k) for k in range(low + 1))
    assert 2 * tail * 20 <= 2**n
    assert 2 * (tail + comb(n, low + 1)) * 20 > 2**n


def test_ranks_of_many_values_join_the_exact_ones() -> None:
    exact, about = median_ranks(1000), median_ranks(1001)
    assert exact is not None
    assert about is not None
    assert abs(exact[0] - about[0]) <= 1


@pytest.mark.parametrize(
    ("n", "t"), [(2, 12.706), (3, 4.303), (4, 3.182), (5, 2.776), (11, 2.228), (31, 2.042)]
)
def test_means_are_bounded_as_student_has_it(n: int, t: float) -> None:
    found = mean_interval(10.0, n**0.5, n)
    assert found is not None
    assert found[1] - 10.0 == pytest.approx(t, abs=0.03)
    assert mean_interval(10.0, 1.0, 1) is None


def test_a_net_score_of_all_promoters_is_not_certain() -> None:
    found = net_interval(20, 0, 20)
    assert found is not None
    assert found[0] == pytest.approx(0.7598, abs=5e-4)
    assert found[1] == 1.0
    assert net_interval(0, 0, 0) is None


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.69), (1, 0.03, 5.57), (10, 4.80, 18.39), (100, 81.36, 121.63)]
)
def test_counts_are_bounded_close_to_the_exact_limits(count: int, low: float, high: float) -> None:
    """Exact Poisson limits (Garwood 1936); Byar's approximation is close from 1 on."""
    assert count_interval(count) == pytest.approx((low, high), abs=0.06)
