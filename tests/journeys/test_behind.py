"""Every number of the map opens to as many people as it says, and to the right ones; a part is a map of its own."""

from __future__ import annotations

import random
from datetime import date

import pytest

from sapa.accounts.models import Business
from sapa.contacts.models import Contact
from sapa.journeys.queries import PAGE, PARTS, get_journey, list_behind, list_segments
from sapa.journeys.types import Journey, Segment
from tests.world import World, day

pytestmark = pytest.mark.django_db

NOW = day(200)
TOPICS = ("price", "stock", "installment", "size")


@pytest.fixture
def world(toko_sage: Business) -> World:
    """Forty people by the same dice: some asked, some bought, some came back, over two channels and three origins."""
    world, dice = World(toko_sage), random.Random(7)  # noqa: S311 - the same people at each run
    for number in range(40):
        someone, start = world.someone(), dice.uniform(1, 60)
        if number % 3:
            world.tells_origin(
                someone, day(start), ("instagram", "tiktok")[number % 2], f"video {number % 2}"
            )
        if dice.random() < 0.8:
            world.asks(someone, day(start + 1), dice.choice(TOPICS), "kak, bisa?")
        if dice.random() < 0.5:
            world.buys(someone, day(start + 3), delivered_at=day(start + 6))
            if dice.random() < 0.5:
                world.buys(someone, day(start + 30), delivered_at=day(start + 33))
    return world


def the_map(world: World, segment: Segment | None = None) -> Journey:
    return get_journey(world.business, from_=None, to=None, now=NOW, segment=segment or Segment())


def total(world: World, part: str, segment: Segment | None = None, **more: str) -> int:
    found = list_behind(
        world.business, part, from_=None, to=None, now=NOW, segment=segment or Segment(), **more
    )
    assert len(found.people) == min(found.total, PAGE)
    assert len({one.id for one in found.people}) == len(found.people)
    return found.total


@pytest.mark.parametrize(
    "segment", [Segment(), Segment(origin="tiktok"), Segment(channel="whatsapp")], ids=str
)
def test_each_number_is_the_number_of_people_behind_it(world: World, segment: Segment) -> None:
    found = the_map(world, segment)
    assert found.contacts > 5
    for row in found.stages:
        assert total(world, f"reached.{row.key}", segment) == row.contacts, row
        assert total(world, f"stopped.{row.key}", segment) == row.left, row
    for point in found.friction:
        assert total(world, "topic", segment, key=point.topic) == point.contacts, point
    assert total(world, "topic", segment, key="") == found.unread
    for doubt in found.hesitation:
        assert total(world, "hesitated", segment, key=doubt.topic) == doubt.contacts, doubt
    for path in found.paths:
        assert total(world, "path", segment, key=">".join(path.steps)) == path.contacts, path
    for touch in found.first_touch:
        more = {"key": touch.channel or "", "other": touch.context or ""}
        assert total(world, "touch", segment, **more) == touch.contacts, touch
    for edge in found.edges:
        assert total(world, "edge", segment, key=edge.from_, other=edge.to) == edge.contacts, edge
    for phase in found.phases:
        missed = total(world, f"missed.{phase.phase}", segment)
        if phase.score is not None:
            assert missed == round(phase.sample_size * (1 - phase.score)), phase


def test_who_left_over_a_question_is_shown_with_its_words_and_talk(world: World) -> None:
    point = the_map(world).friction[0]
    found = list_behind(world.business, "topic", key=point.topic, from_=None, to=None, now=NOW)
    for one in found.people:
        assert one.question is not None
        assert one.question.text == "kak, bisa?"
        assert one.conversation


def test_how_long_buyers_doubted_is_told_by_their_last_question(world: World) -> None:
    doubts = the_map(world).hesitation
    assert doubts
    assert all(one.hours == pytest.approx(48, abs=0.01) and one.questions == 1 for one in doubts)


def test_the_parts_by_origin_make_up_the_whole(world: World) -> None:
    whole = the_map(world)
    origins, channels = list_segments(world.business, from_=None, to=None, now=NOW)
    found = {channel for channel, _ in origins}
    assert found == {"instagram", "tiktok", "whatsapp"}
    assert "whatsapp" in channels
    parts = [the_map(world, Segment(origin=origin)).contacts for origin in sorted(found)]
    assert sum(parts) == sum(one.contacts for one in whole.first_touch if one.channel)
    context = the_map(world, Segment(origin="tiktok", context="video 1"))
    assert 0 < context.contacts <= parts[1]
    assert the_map(world, Segment(origin="tiktok", context="video 9")).contacts == 0


def test_pages_follow_each_other_without_a_gap(world: World) -> None:
    pages = [
        list_behind(world.business, "reached.heard", from_=None, to=None, now=NOW, page=page).people
        for page in (1, 2, 3)
    ]
    seen = the_map(world).contacts
    assert [len(page) for page in pages] == [PAGE, seen - PAGE, 0]
    ids = {one.id for page in pages for one in page}
    assert len(ids) == seen > PAGE
    assert ids <= set(
        map(str, Contact.objects.filter(business=world.business).values_list("public_id", flat=True))
    )


def test_another_window_and_another_shop_hold_nobody(world: World) -> None:
    none = list_behind(world.business, "reached.heard", from_=date(2020, 1, 1), to=date(2020, 2, 1), now=NOW)
    assert none.total == 0
    with pytest.raises(KeyError):
        list_behind(world.business, "reached.nowhere", from_=None, to=None, now=NOW)
    assert "edge" in PARTS
