"""Shops whose truth is known: where nothing helps, Sapa must hardly ever say that it did; what helps must be found.

1,000 invented shops a world where nothing helps (`tests.moments.planted`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from sapa.moments.rules.comparing import LOOKS, beside, compare, decide
from sapa.moments.types import DayCount, Verdict
from tests.moments.planted import FOLLOW, Planted, portion, seen_by, shop, verdicts

AT_MOST, AT_LEAST = 0.05, 0.80


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(Planted(), id="nothing happens"),
        pytest.param(Planted(has_weekdays=True), id="good and bad weekdays"),
        pytest.param(Planted(drift=1.0), id="it was rising anyway"),
        pytest.param(Planted(drift=0.5, has_weekdays=True), id="rising, with weekdays"),
        pytest.param(Planted(drift=1.0, history=56), id="rising, and only eight weeks known"),
        pytest.param(Planted(drift=1.0, others=1.0), id="rising for others too"),
        pytest.param(Planted(a_day=2.0), id="a small shop"),
        pytest.param(Planted(share=0.05, a_day=4.0), id="hardly anybody goes on"),
    ],
)
def test_where_nothing_helped_it_hardly_ever_says_so(world: Planted) -> None:
    assert portion(world, Verdict.HELPED) <= AT_MOST


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(Planted(help=10), id="36 to 46 %"),
        pytest.param(Planted(help=10, has_weekdays=True), id="with weekdays"),
        pytest.param(Planted(help=10, drift=0.3), id="above a drift"),
        pytest.param(Planted(help=10, share=0.5), id="50 to 60 %"),
        pytest.param(Planted(help=10, share=0.2), id="20 to 30 %"),
        pytest.param(Planted(help=10, others=2.0), id="beside others"),
    ],
)
def test_ten_points_at_400_people_are_found(world: Planted) -> None:
    after = [one.people for one in seen_by(LOOKS[-1], shop(world, 1)[0]) if one.day >= 0]
    assert 350 <= sum(after) <= 450
    assert portion(world, Verdict.HELPED, shops=300) >= AT_LEAST


def test_harm_is_found_as_help_is() -> None:
    assert portion(Planted(help=-10), Verdict.WORSE, shops=200) >= AT_LEAST
    assert portion(Planted(help=-10), Verdict.HELPED, shops=200) == 0


def test_without_taking_the_drift_off_it_would_deceive(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worlds can fail: with a prior that knows no trend, a drift passes for help in many shops."""
    monkeypatch.setattr("sapa.moments.rules.comparing._SLOPE", 1e-6)
    monkeypatch.setattr("sapa.moments.rules.comparing._moved_already", lambda _before: False)
    fooled = sum(Verdict.HELPED in verdicts(Planted(drift=1.0), seed) for seed in range(100))
    assert fooled > 50


def test_without_fixed_looks_it_would_deceive() -> None:
    """Looking on every day with the threshold of the last finds help where there is none, in more than one shop of twenty."""

    def any_day(seed: int) -> bool:
        mine, _rest = shop(Planted(), seed)
        for day in range(FOLLOW + 2, LOOKS[-1] + 1):
            before = [one for one in seen_by(day, mine) if one.day < 0]
            after = [one for one in seen_by(day, mine) if one.day >= 0]
            if decide(LOOKS[-1], before, after)[0] is Verdict.HELPED:
                return True
        return False

    assert sum(any_day(seed) for seed in range(200)) / 200 > AT_MOST


def _flat(people: int, went_on: int, days: Sequence[int]) -> list[DayCount]:
    return [DayCount(day, day % 7, people, went_on) for day in days]


@pytest.mark.parametrize(
    ("before", "after", "verdict", "why"),
    [
        pytest.param((10, 4), (0, 0), Verdict.UNCERTAIN, "few", id="nobody yet"),
        pytest.param((0, 0), (10, 4), Verdict.UNCERTAIN, "few", id="nobody before"),
        pytest.param((10, 3), (10, 8), Verdict.HELPED, "", id="far more"),
        pytest.param((10, 8), (10, 3), Verdict.WORSE, "", id="far fewer"),
        pytest.param((60, 24), (60, 24), Verdict.NO_HELP, "", id="the same, of very many"),
        pytest.param((2, 1), (1, 1), Verdict.HELPED, "", id="all of 27"),
        pytest.param((6, 2), (3, 1), Verdict.UNCERTAIN, "wide", id="the same, of few"),
    ],
)
def test_the_last_look(before: tuple[int, int], after: tuple[int, int], verdict: Verdict, why: str) -> None:
    past = _flat(*before, range(-182, -3)) if before[0] else []
    since = _flat(*after, range(27)) if after[0] else []
    found = compare(30, past, since)
    assert (found.verdict, found.why) == (verdict, why)


def test_what_is_told_of_a_look() -> None:
    found = compare(30, _flat(10, 4, range(-182, -3)), _flat(4, 2, range(27)))
    assert (found.before_people, found.before_went_on) == (1790, 716)
    assert (found.after_people, found.after_went_on) == (108, 54)
    assert found.expected == pytest.approx(0.4, abs=0.02)
    assert found.difference == pytest.approx(0.1, abs=0.02)
    assert found.difference_range is not None
    low, high = found.difference_range
    assert low < 0.1 < high
    assert high - low == pytest.approx(0.21, abs=0.03)
    assert found.visible == pytest.approx(0.14, abs=0.02)
    assert found.people_needed is not None
    assert 250 < found.people_needed < 600


def test_the_first_look_asks_for_more() -> None:
    """What would be enough on day 30 is not enough on day 7."""
    past, since = _flat(10, 4, range(-182, -3)), _flat(30, 15, range(4))
    assert compare(7, past, since).verdict is Verdict.UNCERTAIN
    assert compare(30, past, since).verdict is Verdict.HELPED


def test_the_same_weekdays_are_compared() -> None:
    """On Saturdays and Sundays half go on, else one in five: a first look at a weekend is no help."""
    share: Callable[[int], int] = lambda day: 10 if day % 7 >= 5 else 4  # noqa: E731
    past = [DayCount(day, day % 7, 20, share(day)) for day in range(-182, -3)]
    since = [DayCount(day, (day + 5) % 7, 20, share(day + 5)) for day in range(2)]
    found = compare(7, past, since)
    assert found.verdict is Verdict.UNCERTAIN
    assert found.expected == pytest.approx(0.5, abs=0.06)


def test_others_stand_for_what_would_have_been_only_where_they_moved_alike() -> None:
    before, after = _flat(20, 8, range(-84, -3)), _flat(20, 8, range(27))
    alike = _flat(20, 6, range(-84, 27))
    rising = [DayCount(day, day % 7, 40, 8 + (day + 84) // 5) for day in range(-84, 27)]
    few = _flat(20, 6, range(-84, 0))
    assert beside(before, after, alike) == alike
    assert beside(before, after, rising) == ()
    assert beside(before, after, few) == ()


def test_what_moved_everybody_is_no_help() -> None:
    """A sale lifts both by twenty points on the day of the change: the line alone would call it help, the others tell."""
    before, after = _flat(20, 8, range(-182, -3)), _flat(20, 12, range(27))
    others = [*_flat(20, 6, range(-182, -3)), *_flat(20, 10, range(27))]
    assert compare(30, before, after).verdict is Verdict.HELPED
    beside_others = compare(30, before, after, others)
    assert beside_others.verdict is not Verdict.HELPED
    assert beside_others.difference == pytest.approx(0.0, abs=0.02)


def test_where_the_share_moved_just_before_nothing_is_claimed() -> None:
    """It leapt three weeks before the change: the line through half a year would call the leap help."""
    past = [DayCount(day, day % 7, 20, 12 if day >= -21 else 6) for day in range(-182, -3)]
    found = compare(30, past, _flat(20, 12, range(27)))
    assert (found.verdict, found.why) == (Verdict.UNCERTAIN, "moved")
