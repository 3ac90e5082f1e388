"""Shifts of figures: chance alone raises almost none, what truly moved is found, and each is told once."""

from __future__ import annotations

from datetime import timedelta
from math import comb
from random import Random as Chance

import pytest

from sapa.accounts.models import Business, Hours, Teammate
from sapa.metrics.models import Shift
from sapa.metrics.shifts import rules
from sapa.metrics.shifts.operations import bring_back_shift, dismiss_shift, watch_shifts
from sapa.metrics.shifts.queries import find_shifts
from sapa.metrics.shifts.questions import WATCHED
from sapa.metrics.shifts.rules import BASE_WEEKS, LOOKS, Week, judge_count, judge_share, level
from sapa.metrics.shifts.stored import list_fresh_shifts, list_shifts
from tests.world import World, day

FIGURES = len(WATCHED)


class TestTheTests:
    def test_fisher_as_in_the_tea_tasting(self) -> None:
        """R. A. Fisher, "The Design of Experiments" (1935): all eight cups right has 1 chance in 70 by one tail."""
        assert rules.fisher(0, 4, 4, 4) == pytest.approx(2 / 70)
        assert rules.fisher(1, 4, 3, 4) == pytest.approx(2 * 17 / 70)

    def test_the_binomial_tail_is_summed_by_hand(self) -> None:
        tail = sum(comb(20, k) for k in range(17, 21)) / 2**20
        assert rules.binomial(17, 20, 0.5) == pytest.approx(2 * tail)
        assert rules.binomial(3, 20, 0.5) == pytest.approx(2 * tail)
        assert rules.binomial(10, 20, 0.5) == 1.0

    def test_large_shops_are_told_the_same(self) -> None:
        exact = rules.binomial(5_300, 20_000, 0.25)
        near = rules._normal(5_300, 5_000, 3_750)
        assert near == pytest.approx(exact, rel=0.2)

    def test_small_samples_stay_silent(self) -> None:
        assert judge_share([Week(1, 0)] * 12, [Week(11, 11)]) is None
        assert judge_share([Week(50, 10)] * 5, [Week(50, 50)]) is None
        assert judge_count([0] * 12, [9]) is None

    def test_a_shop_with_bursts_is_given_room(self) -> None:
        even, bursts = [20] * 12, [5, 42] * 6
        calm, wild = judge_count(even, [45]), judge_count(bursts, [45])
        assert calm is not None
        assert wild is not None
        assert calm.odds < level(FIGURES) < wild.odds


def _draw(chance: Chance, n: float, p: float) -> Week:
    """A week of a figure: about `n` people come (Poisson), each a hit with probability `p`."""
    size, product, limit = 0, chance.random(), 2.718281828459045**-n
    while product > limit:
        size, product = size + 1, product * chance.random()
    return Week(size, sum(chance.random() < p for _ in range(size)))


def _alarms(weeks: list[Week], *, counts: bool = False) -> list[int]:
    """The weeks in which a figure is told, looked at as the worker does: each week, then anew since a shift."""
    told, since = [], 0
    for newest in range(len(weeks)):
        best = None
        for size in LOOKS:
            first_recent = newest - size + 1
            base = weeks[max(since, first_recent - BASE_WEEKS) : max(first_recent, 0)]
            recent = weeks[max(first_recent, 0) : newest + 1]
            verdict = (
                judge_count([week.n for week in base], [week.n for week in recent])
                if counts and base
                else judge_share(base, recent)
            )
            if verdict and verdict.odds < level(FIGURES) and (best is None or verdict.odds < best[0]):
                best = verdict.odds, first_recent
        if best:
            told.append(newest)
            since = best[1]
    return told


class TestChanceAlone:
    YEARS = 240

    @pytest.mark.parametrize(("n", "p"), [(8, 0.2), (25, 0.5), (40, 0.9)])
    def test_shares_raise_less_than_their_part_of_one_false_alarm_a_year(self, n: float, p: float) -> None:
        chance = Chance(f"{n}{p}")  # noqa: S311 - a planted world, the same at each run
        years = self.YEARS // 3
        alarms = sum(len(_alarms([_draw(chance, n, p) for _ in range(64)])) for _ in range(years))
        assert alarms <= 2 + 2 * years / FIGURES  # a figure's part is 1 / FIGURES a year

    @pytest.mark.parametrize("n", [4, 15])
    def test_counts_too(self, n: float) -> None:
        chance = Chance(n)  # noqa: S311 - a planted world, the same at each run
        years = self.YEARS // 2
        alarms = sum(
            len(_alarms([Week(_draw(chance, n, 0).n, 0) for _ in range(64)], counts=True))
            for _ in range(years)
        )
        assert alarms <= 2 + 2 * years / FIGURES


class TestTrueShifts:
    @pytest.mark.parametrize(
        ("n", "before", "after", "within"), [(40, 0.3, 0.75, 1), (40, 0.5, 0.75, 4), (25, 0.8, 0.45, 4)]
    )
    def test_nine_of_ten_are_found_in_time(self, n: float, before: float, after: float, within: int) -> None:
        chance = Chance(f"{n}{before}")  # noqa: S311 - a planted world, the same at each run
        found = 0
        for _ in range(50):
            weeks = [_draw(chance, n, before) for _ in range(13)] + [
                _draw(chance, n, after) for _ in range(within)
            ]
            told = _alarms(weeks)
            found += bool(told) and told[-1] >= 13
        assert found >= 45

    def test_a_doubling_of_what_comes_is_found(self) -> None:
        chance = Chance(4)  # noqa: S311 - a planted world, the same at each run
        found = 0
        for _ in range(40):
            weeks = [Week(_draw(chance, 15, 0).n, 0) for _ in range(13)]
            weeks += [Week(_draw(chance, 30, 0).n, 0) for _ in range(4)]
            found += any(week >= 13 for week in _alarms(weeks, counts=True))
        assert found >= 36

    def test_it_is_told_once_and_the_new_level_becomes_the_usual(self) -> None:
        chance = Chance(5)  # noqa: S311 - a planted world, the same at each run
        weeks = [_draw(chance, 60, 0.8) for _ in range(14)] + [_draw(chance, 60, 0.3) for _ in range(30)]
        assert len(_alarms(weeks)) == 1


@pytest.fixture
def world(toko_sage: Business) -> World:
    toko_sage.open_on_holidays = True
    toko_sage.save()
    Hours.objects.filter(business=toko_sage).delete()
    Hours.objects.create(business=toko_sage, valid_from=day(-400).date(), week=[[[480, 1020]]] * 7)
    return World(toko_sage)


def _weeks_of_answers(world: World, weeks: int, slow_since: int) -> None:
    """Each week fourteen people ask, two a day; they are answered in 20 minutes, and since some week in four hours."""
    for week in range(weeks):
        for number, someone in enumerate(world.someones(14)):
            at = day(7 * week + number // 2, "09:00")
            world.asks(someone, at, "price")
            world.answers(someone, at + timedelta(minutes=20 if week < slow_since else 240))


@pytest.mark.django_db
class TestThePlantedShop:
    NOW = day(7 * 9 + 4)  # a Friday; the week before has settled on Thursday

    def test_slow_answers_are_found_with_both_values(self, world: World) -> None:
        _weeks_of_answers(world, 9, slow_since=8)
        found = {one.metric: one for one in find_shifts(world.business, now=self.NOW)}
        slow = found["first_response"]
        assert (slow.before, slow.after, slow.is_up) == (20.0, 240.0, True)
        assert (slow.from_, slow.to) == (day(56).date(), day(62).date())
        assert slow.odds < level(FIGURES)
        late = found["replied_within_target"]
        assert (late.before, late.after, late.is_up) == (1.0, 0.0, False)

    def test_where_nothing_changed_nothing_is_told(self, world: World) -> None:
        _weeks_of_answers(world, 9, slow_since=99)
        assert find_shifts(world.business, now=self.NOW) == []

    def test_it_is_told_once_put_away_and_brought_back(self, world: World, bu_tuti: Teammate) -> None:
        shop, now = world.business, self.NOW
        _weeks_of_answers(world, 9, slow_since=8)
        new = watch_shifts(business=shop, now=now)
        assert {one.metric for one in new} >= {"first_response", "replied_within_target"}
        assert watch_shifts(business=shop, now=now + timedelta(days=1)) == []
        later = now + timedelta(days=7)
        assert watch_shifts(business=shop, now=later) == []  # the same weeks are not told again
        assert set(list_fresh_shifts(shop, since=now - timedelta(days=1), now=now)) == set(new)
        assert list_fresh_shifts(shop, since=now, now=later) == []
        shift = Shift.objects.get(metric="first_response")
        dismiss_shift(shift=shift, by=bu_tuti, now=now)
        assert shift not in list_shifts(shop, now=now)
        assert shift in list_shifts(shop, now=now, everything=True)
        bring_back_shift(shift=shift, by=bu_tuti, now=now)
        assert shift in list_shifts(shop, now=now)

    def test_where_the_files_end_nothing_fell(self, world: World) -> None:
        """Weeks without anything at all are no weeks without leads."""
        _weeks_of_answers(world, 8, slow_since=99)
        for number in range(1, 5):
            assert find_shifts(world.business, now=day(7 * (8 + number) + 4)) == []

    def test_an_empty_shop_is_silent(self, world: World) -> None:
        assert watch_shifts(business=world.business, now=self.NOW) == []
