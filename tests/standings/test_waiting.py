"""By when waiting conversations should be answered: hours, channels, urgency, after-sales; in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sapa.accounts.models import Business
from sapa.accounts.operations import set_hours
from sapa.conversations.service.targets import Urgency, Waited
from sapa.snapshots.operations import refresh_changed
from sapa.standings.waiting import list_due
from tests.world import World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(toko_sage: Business) -> World:
    set_hours(business=toko_sage, week=[[[540, 720], [780, 1020]]] * 6 + [[]], now=day(0))
    return World(toko_sage)


def test_each_waits_by_the_target_of_the_channel_and_what_it_is_about(world: World) -> None:
    rina, budi, sari = (
        world.someone("Rina Wulandari"),
        world.someone("Budi Santoso"),
        world.someone("Sari Dewi"),
    )
    chat = world.channel("tiktok")
    chat.reply_target_minutes = 30
    chat.save()
    asked = world.says(rina, day(0, "11:30"), "kak, tutup jam berapa?", intent="opening_hours", asks=True)
    angry = world.says(
        budi, day(0, "11:30"), "jaitannya lepas!", intent="complaint", sentiment="negative", needs_human=True
    )
    quick = world.says(sari, day(0, "16:50"), "kak?", channel="tiktok")
    refresh_changed(world.business, now=day(0, "16:55"))
    ids = [one.conversation_id for one in (asked, angry, quick)]
    due = list_due(world.business, ids, day(0, "14:00"))
    at = [(due[pk].at, due[pk].target_minutes, due[pk].urgency) for pk in ids]
    assert at == [
        (day(0, "14:30"), 120, Urgency.NONE),
        (day(0, "13:30"), 60, Urgency.COMPLAINT),
        (day(1, "09:20"), 30, Urgency.NONE),
    ]
    assert [due[pk].is_late for pk in ids] == [False, True, False]
    assert due[ids[0]].waited == Waited(timedelta(minutes=90), timedelta(minutes=150))


def test_who_is_about_to_buy_waits_half_as_long(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    asked = world.asks(rina, day(0, "10:00"), "price", "harga berapa kak?")
    refresh_changed(world.business, now=day(0, "10:01"))
    due = list_due(world.business, [asked.conversation_id], day(0, "10:01"))[asked.conversation_id]
    assert (due.urgency, due.at) == (Urgency.HOT, day(0, "11:00"))


def test_who_has_bought_waits_by_the_target_of_after_sales(world: World) -> None:
    world.business.after_sales_target_minutes = 20
    world.business.save()
    sari = world.someone("Sari Dewi")
    world.buys(sari, day(0, "09:00"), delivered_at=day(0, "15:00"))
    asked = world.says(sari, day(0, "16:00"), "cara cucinya gimana kak?", intent="usage_help", asks=True)
    refresh_changed(world.business, now=day(0, "16:01"))
    assert (
        list_due(world.business, [asked.conversation_id], day(0, "16:01"))[
            asked.conversation_id
        ].target_minutes
        == 20
    )


def test_thanks_do_not_start_a_clock(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.says(rina, day(0, "10:00"), "ada kak?", asks=True)
    world.answers(rina, day(0, "10:05"))
    thanks = world.says(rina, day(0, "10:06"), "makasih kak", closes=True, intent="thanks")
    refresh_changed(world.business, now=day(0, "12:00"))
    assert list_due(world.business, [thanks.conversation_id], day(0, "12:00")) == {}


def test_many_conversations_cost_as_many_queries_as_one(world: World) -> None:
    said = [world.says(who, day(0, "10:00"), "ada kak?", asks=True) for who in world.someones(40)]
    refresh_changed(world.business, now=day(0, "10:01"))
    ids = [one.conversation_id for one in said]
    for some in (ids[:1], ids):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(list_due(world.business, some, day(0, "13:00"))) == len(some)
        assert len(asked) == 4


def test_another_shops_conversations_are_nobodys(world: World, now: object) -> None:
    from sapa.accounts.operations import make_business

    said = world.says(world.someone(), day(0, "10:00"), "ada kak?", asks=True)
    refresh_changed(world.business, now=day(0, "10:01"))
    other = make_business(name="Kopi Andi", owner_email="andi@kopi.example", now=day(0))
    assert list_due(other, [said.conversation_id], day(0, "13:00")) == {}
