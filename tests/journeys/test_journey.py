"""The map of planted worlds: touches, steps, paths and the question over which people left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

import pytest

from sapa.accounts.models import Business
from sapa.conversations.models import Message
from sapa.journeys.operations import mark_day, unmark_day
from sapa.journeys.queries import compare_around, get_journey, list_markers
from sapa.journeys.types import FirstTouch, Journey, Path
from tests.world import Someone, World, day

pytestmark = pytest.mark.django_db

NOW = day(200)


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def journey(
    world: World, *, now: datetime = NOW, from_: date | None = None, to: date | None = None
) -> Journey:
    return get_journey(world.business, from_=from_, to=to, now=now)


def stages(found: Journey) -> dict[str, tuple[int, int]]:
    return {stage.key: (stage.contacts, stage.left) for stage in found.stages}


def test_an_empty_shop_has_an_empty_map(world: World) -> None:
    found = journey(world)
    assert found.contacts == 0
    assert stages(found) == dict.fromkeys(("heard", "asked", "bought", "received", "returned"), (0, 0))
    assert found.first_touch == found.edges == found.paths == found.friction == ()
    assert all(phase.score is None for phase in found.phases)


class TestFirstTouch:
    def test_it_is_told_with_its_context_and_the_unknown_are_one_row(self, world: World) -> None:
        for _ in range(4):
            someone = world.someone()
            world.asks(someone, day(1), "price")
            world.tells_origin(someone, day(2), "instagram", "repost story teman")
        linked, group, bare = world.someones(3)
        world.touch(
            linked, "web.ad_click", day(1), measures={"utm_source": "tiktok", "utm_content": "video jahe"}
        )
        world.says(group, day(1), "halo semua", group="Pecinta Kopi Semarang")
        world.says(bare, day(1), "halo kak")
        for _ in range(2):
            world.buys(world.someone(), day(1))  # an own order book says nothing of where people are
        found = journey(world).first_touch
        assert set(found) == {
            FirstTouch("instagram", "repost story teman", 4, 4 / 9),
            FirstTouch("tiktok", "video jahe", 1, 1 / 9),
            FirstTouch("whatsapp", "Pecinta Kopi Semarang", 1, 1 / 9),
            FirstTouch("whatsapp", None, 1, 1 / 9),
            FirstTouch(None, None, 2, 2 / 9),
        }
        assert found[0].contacts == 4
        assert sum(touch.share for touch in found) == pytest.approx(1)

    def test_the_window_is_of_days_of_the_shop_both_included(self, world: World) -> None:
        for at in (day(0, "23:59"), day(1, "00:00"), day(2, "23:59"), day(3, "00:00")):
            world.says(world.someone(), at, "halo")
        assert journey(world, from_=day(1).date(), to=day(2).date()).contacts == 2


class TestStages:
    def test_people_reach_steps_and_some_go_no_further(self, world: World) -> None:
        people = world.someones(6)
        for someone in people:
            world.touch(someone, "web.page", day(0))
        for someone in people[1:]:
            world.asks(someone, day(1), "stock")
        for someone in people[3:]:
            world.buys(someone, day(2), delivered_at=day(5))
        world.buys(people[5], day(15))
        found = journey(world)
        assert stages(found) == {
            "heard": (6, 1),
            "asked": (5, 2),
            "bought": (3, 0),
            "received": (3, 2),
            "returned": (1, 1),
        }
        hours = {stage.key: stage.median_hours_to_next for stage in found.stages}
        assert hours == {"heard": 24.0, "asked": 24.0, "bought": 72.0, "received": 240.0, "returned": None}
        assert [round(stage.share, 2) for stage in found.stages] == [1.0, 0.83, 0.5, 0.5, 0.17]

    def test_leaving_takes_the_days_of_the_setting(self, world: World) -> None:
        world.asks(world.someone(), day(0), "price")
        assert stages(journey(world, now=day(13.9)))["asked"] == (1, 0)
        assert stages(journey(world, now=day(14)))["asked"] == (1, 1)
        world.business.leave_after_days = 30
        assert stages(journey(world, now=day(14)))["asked"] == (1, 0)

    def test_a_cancelled_order_is_no_purchase(self, world: World) -> None:
        someone = world.someone()
        world.asks(someone, day(0), "price")
        world.buys(someone, day(1), status="cancelled")
        assert stages(journey(world))["bought"] == (0, 0)
        assert stages(journey(world))["asked"] == (1, 1)


class TestPaths:
    def test_kinds_of_channel_repeats_folded_up_to_the_first_purchase(self, world: World) -> None:
        for number in range(3):
            someone = world.someone()
            world.tells_origin(someone, day(0), "instagram", "repost story")
            world.touch(someone, "web.page", day(1), measures={"referrer": "https://www.tiktok.com/@toko"})
            world.touch(someone, "web.product", day(1, "10:05"))
            world.says(someone, day(2), "halo semua", group="Pecinta Kopi")
            world.asks(someone, day(3), "price")
            if number < 2:
                world.touch(someone, "web.checkout", day(4))
                world.buys(someone, day(4, "10:01"), channel="web")
            world.answers(someone, day(5), "sudah dikirim", channel="telegram")
        world.buys(world.someone(), day(0), channel="marketplace:shopee")
        assert journey(world).paths == (
            Path(("instagram", "tiktok", "web", "whatsapp", "web"), 2, 0.5),
            Path(("instagram", "tiktok", "web", "whatsapp", "telegram"), 1, 0.25),
            Path(("marketplace:shopee",), 1, 0.25),
        )


class TestFriction:
    def test_it_is_the_last_question_and_not_what_was_named_on_the_way(self, world: World) -> None:
        asked: list[Message] = []
        for number in range(8):
            someone = world.someone(f"Orang {number}")
            world.asks(someone, day(number), "price")
            world.answers(someone, day(number, "10:10"), "Rp85.000 kak, bisa dicicil juga")
            asked.append(
                world.asks(someone, day(number, "11:00"), "ingredients", f"aman buat bumil kak? {number}")
            )
            world.answers(someone, day(number, "11:05"), "aman kak")
            world.says(someone, day(number, "11:10"), "oke makasih", intent="thanks", closes=True)
        for number in range(2):
            world.asks(world.someone(), day(number), "shipping_cost")
        found = journey(world).friction
        assert [(point.topic, point.contacts, point.share) for point in found] == [
            ("ingredients", 8, 0.8),
            ("shipping_cost", 2, 0.2),
        ]
        assert found[0].stage == "asked"
        assert found[0].topic_label == "bahan dan keamanan"
        examples = found[0].examples
        assert [example.text for example in examples] == [f"aman buat bumil kak? {n}" for n in (7, 6, 5)]
        assert examples[0].name == "Orang 7"
        assert examples[0].at == asked[7].happened_at

    def test_groups_visitors_buyers_and_those_who_still_talk_are_no_leavers(self, world: World) -> None:
        world.asks(world.someone(), day(0), "price", group="Pecinta Kopi")
        world.touch(world.someone(known=False, kind="visitor"), "web.form", day(0))
        world.touch(world.someone(), "web.page", day(0))  # asked nothing
        buyer, talking, gone = world.someones(3)
        world.asks(buyer, day(0), "price")
        world.buys(buyer, day(1))
        world.asks(talking, day(0), "price")
        world.says(talking, day(190), "nanti ya kak")
        world.asks(gone, day(0), "stock", group="Pecinta Kopi")
        world.asks(gone, day(1), "payment")  # also wrote to the shop itself
        assert [(point.topic, point.contacts) for point in journey(world).friction] == [("payment", 1)]

    def test_a_question_that_could_not_be_read_is_counted_and_not_guessed(self, world: World) -> None:
        someone = world.someone()
        world.asks(someone, day(0), "price")
        world.says(someone, day(1), "yg itu gmn jdnya?", asks=True)
        found = journey(world)
        assert (found.friction, found.unread) == ((), 1)

    def test_words_that_were_forgotten_are_no_examples(self, world: World) -> None:
        message = world.asks(world.someone(), day(0), "price")
        message.text = ""
        message.save()
        [point] = journey(world).friction
        assert (point.contacts, point.examples) == (1, ())

    def test_what_it_may_cost_rests_on_those_who_asked_about_other_things(self, world: World) -> None:
        """10 left over installments. Of 20 who last asked about the price 5 bought, for 200.000 on average."""
        for _ in range(10):
            world.asks(world.someone(), day(0), "installment")
        for number in range(20):
            someone = world.someone()
            world.asks(someone, day(0), "price")
            if number < 5:
                world.buys(someone, day(1), 100_000 + number * 50_000)
                world.asks(someone, day(3), "shipping_status")  # after the purchase: decides nothing
        costs = {point.topic: point.estimated_cost for point in journey(world).friction}
        assert costs == {"price": None, "installment": round(10 * 5 / 20 * 200_000)}


def brute_force_edges(
    people: dict[Someone, list[tuple[datetime, str]]],
) -> dict[tuple[str, str], tuple[int, int, float]]:
    gaps: dict[tuple[str, str], list[float]] = {}
    who: dict[tuple[str, str], set[int]] = {}
    for someone, steps in people.items():
        for (before, first), (after, then) in pairwise(steps):
            gaps.setdefault((first, then), []).append((after - before).total_seconds() / 3600)
            who.setdefault((first, then), set()).add(someone.pk)
    return {edge: (len(who[edge]), len(found), median(found)) for edge, found in gaps.items()}


class TestEdges:
    def test_one_kind_follows_another(self, world: World) -> None:
        people: dict[Someone, list[tuple[datetime, str]]] = {}
        way = (
            "web.page",
            "message.in",
            "message.out",
            "message.in",
            "message.out",
            "web.page",
            "web.checkout",
        )
        for number in range(5):
            someone = world.someone()
            people[someone] = [
                (day(step, "10:00") + timedelta(minutes=number * step), kind)
                for step, kind in enumerate(way[number % 2 : 5 + number % 3])
            ]
            for at, kind in people[someone]:
                world.touch(someone, kind, at)
        found = {
            (edge.from_, edge.to): (edge.contacts, edge.events, edge.median_hours)
            for edge in journey(world).edges
        }
        assert found == {edge: pytest.approx(values) for edge, values in brute_force_edges(people).items()}

    def test_order_is_time_then_rank(self, world: World) -> None:
        someone = world.someone()
        world.touch(someone, "message.out", day(0), rank=2)
        world.touch(someone, "message.in", day(0), rank=1)
        [edge] = journey(world).edges
        assert (edge.from_, edge.to, edge.median_hours) == ("message.in", "message.out", 0.0)


class TestPhases:
    def test_the_weakest_comes_first(self, world: World) -> None:
        for number in range(12):
            someone = world.someone()
            world.asks(someone, day(0), "price")
            world.buys(someone, day(1))
            if number < 3:
                world.answers(someone, day(6), "gimana kak, cocok?")
            if number < 9:
                world.buys(someone, day(20))
            if number == 0:
                world.says(
                    someone, day(8), "bocor kak", intent="complaint", sentiment="negative", needs_human=True
                )
        found = [(phase.phase, phase.score) for phase in journey(world).phases]
        assert found == [
            ("after_sales", 0.25),
            ("retention", 0.75),
            ("service", pytest.approx(11 / 12)),
            ("awareness", 1.0),
            ("transaction", 1.0),
        ]


class TestAroundADay:
    def lay(self, world: World, start: int, days_to_buy: float, buyers: int, number: int = 20) -> None:
        for index in range(number):
            someone = world.someone()
            world.tells_origin(someone, day(start), "instagram", "repost story")
            world.asks(someone, day(start + 1), "ingredients")
            if index < buyers:
                world.buys(someone, day(start + days_to_buy))

    def test_seventeen_days_became_five(self, world: World) -> None:
        self.lay(world, 0, 17.0, 6)
        self.lay(world, 40, 5.2, 16)
        found = compare_around(world.business, day=day(28).date(), now=NOW)
        assert found.before.median_hours == 17 * 24
        assert found.after.median_hours == pytest.approx(5.2 * 24)
        assert (found.before.conversion, found.after.conversion) == (0.3, 0.8)
        assert found.change == pytest.approx(0.5)
        assert found.is_clear
        assert [(left.topic, left.contacts, left.share) for left in found.before.left] == [
            ("ingredients", 14, 0.7)
        ]

    def test_both_sides_are_followed_for_the_same_time(self, world: World) -> None:
        """Of the later side only half have 30 days behind them; an earlier buyer of day 31 does not count."""
        self.lay(world, 0, 31.0, 20)
        self.lay(world, 40, 5.0, 12)
        self.lay(world, 50, 1.0, 12)
        found = compare_around(world.business, day=day(28).date(), now=day(70))
        assert (found.before.contacts, found.before.bought) == (20, 0)
        assert (found.after.contacts, found.after.bought) == (20, 12)

    def test_a_small_difference_is_not_called_one(self, world: World) -> None:
        self.lay(world, 0, 5.0, 8)
        self.lay(world, 40, 5.0, 10)
        found = compare_around(world.business, day=day(28).date(), now=NOW)
        assert found.change == pytest.approx(0.1)
        assert not found.is_clear
        assert found.change_interval is not None
        assert found.change_interval[0] < 0 < found.change_interval[1]

    def test_with_few_people_nothing_is_said(self, world: World) -> None:
        self.lay(world, 0, 5.0, 3, number=5)
        found = compare_around(world.business, day=day(28).date(), now=NOW)
        assert found.change is None
        assert found.why_not == "Belum cukup orang di kedua sisi: 5 sebelum, 0 sesudah; paling sedikit 12."


def test_a_day_is_marked_once_and_can_be_unmarked(toko_sage: Business) -> None:
    first = mark_day(business=toko_sage, day=date(2026, 2, 1), label=" Template bahan ", by=None, now=day(40))
    again = mark_day(business=toko_sage, day=date(2026, 2, 1), label="Template bahan", by=None, now=day(40))
    assert first == again
    assert [marker.label for marker in list_markers(toko_sage)] == ["Template bahan"]
    unmark_day(business=toko_sage, marker_id=first.pk, by=None, now=day(41))
    unmark_day(business=toko_sage, marker_id=first.pk, by=None, now=day(41))
    assert list_markers(toko_sage) == []
