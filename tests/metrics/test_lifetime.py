"""Expected purchases and cohorts of a shop through its copy: real purchases, planted months, small shops."""
# ruff: noqa: F811 - a fixture that comes from another file

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from sapa.accounts.models import Business
from sapa.metrics.lifetime.cohorts import get_retention, list_cohort_people, name_people
from sapa.metrics.lifetime.queries import get_expected, list_expected
from tests.metrics.test_cdnow import Purchases, purchases  # noqa: F401 - the fixture of real purchases
from tests.world import JAKARTA, Someone, World, day

pytestmark = pytest.mark.django_db

NOW = datetime(1998, 7, 1, 12, tzinfo=JAKARTA)


class TestRealShop:
    def test_a_year_ahead_is_said_with_its_trial(self, toko_sage: Business, purchases: Purchases) -> None:
        found = get_expected(toko_sage, now=NOW)
        assert (found.buyers, found.why_not, found.value_why_not) == (2357, None, None)
        assert found.came_back == sum(len({at for at, _ in one}) > 1 for one in purchases.values())
        trial = found.calibration
        assert trial is not None
        cut = date(1998, 7, 1) - timedelta(weeks=trial.weeks)
        later = sum(len({at for at, _ in one if at > cut}) for one in purchases.values())
        assert (trial.weeks, trial.actual) == (26, later)
        assert trial.error is not None
        assert abs(trial.error) < 0.08
        assert trial.rank_quality is not None
        assert trial.rank_quality > 0.775
        assert found.purchases_interval is not None
        assert found.purchases_interval[0] < (found.purchases or 0) < found.purchases_interval[1]
        assert found.value_interval is not None
        assert found.value_interval[0] < (found.value or 0) < found.value_interval[1]

    def test_who_buys_often_and_lately_stands_first(self, toko_sage: Business, purchases: Purchases) -> None:
        ranked = list_expected(toko_sage, now=NOW, limit=200)
        said = [one.expected or 0 for one in ranked]
        assert said == sorted(said, reverse=True)
        assert ranked[0].purchases > 5
        assert len({one.id for one in ranked}) == 200
        following = list_expected(toko_sage, now=NOW, limit=5, offset=3)
        assert [one.id for one in following] == [one.id for one in ranked[3:8]]

    def test_cohorts_equal_those_counted_from_the_file(
        self, toko_sage: Business, purchases: Purchases
    ) -> None:
        found = get_retention(toko_sage, now=NOW)
        january = {
            who: sorted({at for at, _ in one})
            for who, one in purchases.items()
            if min(at for at, _ in one) < date(1997, 2, 1)
        }
        assert (found.cohorts[0].from_, found.cohorts[0].buyers) == (date(1997, 1, 1), len(january))
        for period in (1, 2, 7):
            low, high = 30 * (period - 1), 30 * period
            back = sum(any(low < (at - days[0]).days <= high for at in days) for days in january.values())
            ever = sum(any(0 < (at - days[0]).days <= high for at in days) for days in january.values())
            assert found.cohorts[0].cells[period - 1].back == back
            assert found.cohorts[0].ever[period - 1].back == ever
        curve = [point.ever or 0 for point in found.curve]
        assert curve == sorted(curve)


def buys_on(world: World, who: Someone, *days: float) -> None:
    for number in days:
        world.buys(who, day(number))


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


class TestCohorts:
    """Day 0 is 5 January 2026; January ends with day 26."""

    def test_a_cohort_stands_only_where_its_last_buyer_has_been_followed(self, world: World) -> None:
        rina, budi, sari = (
            world.someone("Rina Wulandari"),
            world.someone("Budi Santoso"),
            world.someone("Sari Dewi"),
        )
        buys_on(world, rina, 0, 20)
        buys_on(world, budi, 26, 26.1, 60)  # twice on one day is one purchase
        buys_on(world, sari, 30)
        business = world.business
        early = get_retention(
            business, now=day(56)
        )  # 30 days after 31 January end with 2 March: not over yet
        assert [one.cells for one in early.cohorts] == [(), ()]
        assert not early.has_curve
        later = get_retention(business, now=day(57))
        assert [(cell.back, cell.buyers) for cell in later.cohorts[0].cells] == [(1, 2)]
        assert later.cohorts[1].cells == ()
        assert (later.buyers, later.followed, later.came_back) == (3, 2, 2)
        much = get_retention(business, now=day(87))
        assert [(cell.back, cell.buyers) for cell in much.cohorts[0].cells] == [(1, 2), (1, 2)]
        assert [cell.back for cell in much.cohorts[0].ever] == [1, 2]
        assert much.cohorts[0].cells[0].share is None  # so few are told as people

    def test_the_people_of_a_cell(self, world: World) -> None:
        rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
        buys_on(world, rina, 0, 20)
        buys_on(world, budi, 3, 50)

        def people(period: int, *, ever: bool) -> list[list[str]]:
            found = list_cohort_people(
                world.business, month=date(2026, 1, 1), period=period, ever=ever, now=day(120)
            )
            assert found is not None
            return [[one.name for one in name_people(world.business, ids)] for ids in found]

        assert people(1, ever=False) == [["Rina Wulandari"], ["Budi Santoso"]]
        assert people(2, ever=False) == [["Budi Santoso"], ["Rina Wulandari"]]
        assert people(2, ever=True)[1] == []
        for month, period in ((date(2026, 1, 1), 9), (date(2025, 1, 1), 1), (date(2026, 1, 1), 0)):
            assert (
                list_cohort_people(world.business, month=month, period=period, ever=False, now=day(120))
                is None
            )

    def test_cancelled_orders_and_masked_buyers_are_no_return(self, world: World) -> None:
        rina, masked = world.someone("Rina Wulandari"), world.someone(known=False)
        buys_on(world, rina, 0)
        world.buys(rina, day(10), status="cancelled")
        world.buys(masked, day(1), masked=True)
        found = get_retention(world.business, now=day(120))
        assert (found.buyers, found.came_back, found.masked_orders) == (1, 0, 1)

    def test_as_of_a_day_sees_nothing_later(self, world: World) -> None:
        rina = world.someone("Rina Wulandari")
        buys_on(world, rina, 0, 20)
        assert get_retention(world.business, now=day(10), as_of=True).came_back == 0

    def test_a_shop_without_orders(self, world: World) -> None:
        found = get_retention(world.business, now=day(10))
        assert (found.buyers, found.cohorts, found.curve) == (0, (), ())


class TestSmallShop:
    def test_own_rhythm_ranks_and_the_reason_is_said(self, world: World) -> None:
        rina, budi, sari, andi = (
            world.someone(name) for name in ("Rina Wulandari", "Budi Santoso", "Sari Dewi", "Andi Wijaya")
        )
        buys_on(world, rina, 0, 30, 60)  # due on day 90
        buys_on(world, budi, 0, 10, 20)  # silent for far more than twice their ten days
        buys_on(world, sari, 80)
        buys_on(world, andi, 70)
        found = get_expected(world.business, now=day(88))
        assert (found.purchases, found.value, found.calibration) == (None, None, None)
        assert found.why_not == (
            "Baru 4 pembeli; perkiraan dibuat mulai 200. Kebiasaan tiap orang lebih bisa dipegang."
        )
        assert (found.came_back, found.buyers) == (2, 4)
        assert found.came_back_interval is not None
        ranked = list_expected(world.business, now=day(88))
        assert [one.name for one in ranked] == ["Rina Wulandari", "Sari Dewi", "Andi Wijaya", "Budi Santoso"]
        assert (ranked[0].rhythm_days, ranked[0].due_day) == (30, day(90).date())
        assert ranked[0].expected is None

    def test_nobody_yet(self, world: World) -> None:
        assert get_expected(world.business, now=day(1)).buyers == 0
        assert list_expected(world.business, now=day(1)) == []
