"""The figures that complete the register, counted by hand in planted worlds; credit, baselines, targets of their time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sapa.accounts.models import Business, Hours
from sapa.metrics.baselines import propose_target
from sapa.metrics.credit import get_credit
from sapa.metrics.definitions import METRICS
from sapa.metrics.operations import set_target
from sapa.metrics.queries import get_metric_figure
from sapa.metrics.types import Figure, TrendPoint
from tests.world import World, day

pytestmark = pytest.mark.django_db

NOW = day(200)


@pytest.fixture
def world(toko_sage: Business) -> World:
    toko_sage.open_on_holidays = True
    toko_sage.save()
    Hours.objects.filter(business=toko_sage).delete()
    Hours.objects.create(business=toko_sage, valid_from=day(-400).date(), week=[[[480, 1020]]] * 7)
    return World(toko_sage)


def figure(world: World, key: str) -> Figure:
    return get_metric_figure(world.business, key, from_=None, to=None, now=NOW)


def test_one_answer_was_enough_for_two_thirds(world: World) -> None:
    for number, someone in enumerate(world.someones(12)):
        world.asks(someone, day(1, "09:00"), "price")
        world.answers(someone, day(1, "09:05"))
        if number < 4:
            world.asks(someone, day(1, "10:00"), "price")
            world.answers(someone, day(1, "10:05"))
    found = figure(world, "answered_once")
    assert found.value == pytest.approx(8 / 12)
    assert found.sample_size == 12


def test_a_slow_channel_shows_beside_the_usual_pace(world: World) -> None:
    for someone in world.someones(12):
        world.asks(someone, day(1, "09:00"), "price")
        world.answers(someone, day(1, "09:20"))
    for someone in world.someones(4):
        world.asks(someone, day(1, "09:00"), "price", channel="instagram")
        world.answers(someone, day(1, "11:00"), channel="instagram")
    found = figure(world, "consistent_response")
    assert (found.value, found.sample_size) == (12 / 16, 16)
    assert {part.key: part.value for part in found.parts} == {"whatsapp": 1.0, "instagram": 0.0}


def test_the_answers_after_the_first(world: World) -> None:
    for number, someone in enumerate(world.someones(6)):
        world.asks(someone, day(1, "09:00"), "price")
        world.answers(someone, day(1, "09:05"))
        world.asks(someone, day(1, "10:00"), "stock")
        world.answers(someone, day(1, "10:00") + timedelta(minutes=10 * (number + 1)))
    assert figure(world, "next_response").value == 35.0
    assert figure(world, "first_response").value == 5.0


def test_why_leads_were_slow(world: World) -> None:
    """Our wait comes before what they asked; who bought in time is none of them."""
    for topic in ("price", "shipping_cost", "payment", "stock"):
        someone = world.someone()
        world.asks(someone, day(1, "09:00"), topic)
        world.answers(someone, day(1, "09:10"))
    ignored, glad = world.someones(2)
    world.asks(ignored, day(1, "09:00"), "price")
    world.asks(glad, day(1, "09:00"), "price")
    world.answers(glad, day(1, "09:10"))
    world.buys(glad, day(2))
    found = figure(world, "slow_leads")
    assert found.value == 5
    assert {part.key: part.sample_size for part in found.parts} == {
        "price": 2,
        "payment": 1,
        "response": 1,
        "other_question": 1,
    }
    assert found.excluded == {"bought_in_time": 1}


def test_the_part_of_the_money_that_returns_by_itself(world: World) -> None:
    """10 first orders of 100, 4 repeats of 150 of which one with a voucher, one cancelled."""
    buyers = world.someones(10)
    for someone in buyers:
        world.buys(someone, day(1), 100_000)
    for number, someone in enumerate(buyers[:4]):
        world.buys(someone, day(20), 150_000, vouchers=("HEMAT",) if number == 0 else ())
    world.buys(buyers[5], day(30), 900_000, status="cancelled")
    found = figure(world, "organic_repeat_revenue")
    assert found.value == pytest.approx(450_000 / 1_600_000)
    assert found.sample_size == 14
    assert found.interval is not None
    assert 0 <= found.interval[0] < 450 / 1600 < found.interval[1] < 0.7


def test_who_came_because_somebody_sent_them(world: World) -> None:
    people = world.someones(12)
    for someone in people:
        world.asks(someone, day(1), "price")
    for someone in people[:3]:
        world.tells_origin(someone, day(1), "referral", referrer="Rina")
    assert figure(world, "new_by_referral").value == 0.25


def test_who_complained_and_came_back(world: World) -> None:
    """Twelve had trouble: five bought again in 90 days; those whose talk was settled did so more often."""
    for number, someone in enumerate(world.someones(12)):
        world.buys(someone, day(1))
        world.touch(someone, "note.complaint", day(10, "10:00"), channel="offline")
        world.asks(someone, day(10, "10:00"), "complaint")
        if number < 6:
            world.answers(someone, day(10, "11:00"))
        if number in (0, 1, 2, 3, 7):
            world.buys(someone, day(60))
        if number == 8:
            world.buys(someone, day(150))
    found = figure(world, "complaint_recovery")
    assert found.value == pytest.approx(5 / 12)
    assert found.sample_size == 12
    assert {part.key: part.value for part in found.parts} == {
        "settled": pytest.approx(4 / 6),
        "not_settled": pytest.approx(1 / 6),
    }


class TestCredit:
    def test_each_result_is_one_point_shared_among_the_last_touches(self, world: World) -> None:
        told, served, silent = world.someones(3)
        world.touch(told, "web.page", day(1), phase="awareness")
        world.touch(told, "message.in", day(2), phase="transaction")
        world.touch(told, "message.out", day(3), phase="transaction")
        world.touch(told, "web.page", day(4), phase="awareness")
        world.buys(told, day(5))
        world.touch(served, "web.page", day(-60), phase="awareness")  # too long ago
        world.touch(served, "message.in", day(4), phase="transaction")
        world.buys(served, day(5))
        world.buys(silent, day(5))
        found = get_credit(world.business, "first", from_=None, to=None, now=NOW)
        assert found.results == 3
        assert found.nobody == pytest.approx(1.0)
        assert found.points == {"marketing": 0.5, "sales": 1.5, "service": 0.0}
        assert found.share("sales") == 0.75

    def test_only_the_last_five_touches_count_and_nothing_is_lost(self, world: World) -> None:
        someone = world.someone()
        for number in range(9):
            world.touch(someone, "message.in", day(number), phase="awareness" if number < 5 else "service")
        world.buys(someone, day(10))
        found = get_credit(world.business, "first", from_=None, to=None, now=NOW)
        assert found.points == {"marketing": pytest.approx(0.2), "sales": 0.0, "service": pytest.approx(0.8)}
        assert sum(found.points.values()) + found.nobody == pytest.approx(found.results)

    def test_every_figure_with_an_outcome_names_a_known_one(self) -> None:
        assert {metric.outcome for metric in METRICS.values()} == {"", "first", "repeat", "referral"}


def _months(*values: float | None, n: int = 40) -> list[TrendPoint]:
    ends = [date(2026, month + 1, 1) - timedelta(days=1) for month in range(1, len(values) + 1)]
    return [TrendPoint(end.replace(day=1), end, value, n) for end, value in zip(ends, values, strict=True)]


class TestProposals:
    CASES = (
        # the metric, its months, the target
        ("repeat_order_90d", (0.1, 0.3, 0.2, 0.4), 0.33),
        ("repeat_order_90d", (0.9, 0.95, 0.97), 1.0),
        ("first_response", (60.0, 50.0, 40.0), 45.0),
        ("nps", (-20.0, -30.0, -10.0), -18.0),
        ("repeat_order_90d", (0.3, 0.4), None),
        ("repeat_order_90d", (0.3, None, 0.4), None),
        ("slow_leads", (0.0, 0.0, 0.0), None),
        ("roi", (1.0, 1.0, 1.0), None),
    )

    @pytest.mark.parametrize(("key", "values", "wanted"), CASES)
    def test_a_tenth_better_than_the_middle_of_three_months(
        self, key: str, values: tuple[float | None, ...], wanted: float | None
    ) -> None:
        found = propose_target(METRICS[key], _months(*values), today=date(2026, 8, 10))
        assert (found and found.target) == (wanted and pytest.approx(wanted))

    def test_a_month_that_still_runs_or_is_too_small_is_none_of_them(self) -> None:
        trend = _months(0.2, 0.3, 0.4, 0.9)
        found = propose_target(METRICS["conversion"], trend, today=date(2026, 4, 20))
        assert found is not None
        assert found.usual == 0.3
        assert (
            propose_target(METRICS["conversion"], _months(0.2, 0.3, 0.4, n=3), today=date(2026, 9, 1)) is None
        )


def test_the_past_keeps_the_target_of_its_time(world: World) -> None:
    for month in range(5):
        for someone in world.someones(3):
            world.buys(someone, day(5 + 30 * month))
    set_target(
        business=world.business, metric="repeat_order_90d", valid_from=date(2026, 3, 1), value=0.5, owner=None
    )
    points = figure(world, "repeat_order_90d").trend
    assert {(point.from_.month, point.target) for point in points} >= {(1, 0.2), (2, 0.2), (3, 0.5)}


def test_what_is_missing_is_said(world: World) -> None:
    assert figure(world, "repeat_order_value").missing == ("value", "target")
    assert figure(world, "roi").missing == ("value",)
    for someone in world.someones(12):
        world.rates(someone, day(1), "csat", 5)
    assert figure(world, "csat").missing == ()
