"""Suara pelanggan: what was said this week beside the usual, the words that open, decisions that come back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.metrics.models import Resolve, Shift
from sapa.metrics.shifts.operations import watch_shifts
from sapa.metrics.shifts.stored import list_shifts
from sapa.metrics.voice.operations import record_resolve
from sapa.metrics.voice.queries import get_voice, list_unsettled
from sapa.notices.mornings import make_morning
from tests.web.conftest import Story
from tests.world import World

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 9)
"""The last full week before Saturday 21 November begins a week earlier than its own Monday, the 16th."""


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def _asked(world: World, story: Story, topic: str, people: int, days_ago: float, text: str = "") -> None:
    for someone in world.someones(people):
        world.asks(someone, story.now - timedelta(days=days_ago), topic, text)


def test_a_topic_that_grew_stands_beside_its_usual(world: World, story: Story) -> None:
    for weeks in range(1, 9):
        _asked(world, story, "shipping_cost", 4, 9 + 7 * weeks)
        _asked(world, story, "stock", 6, 9 + 7 * weeks)
    _asked(world, story, "shipping_cost", 20, 9, "Ongkir ke Medan kok mahal sekali?")
    _asked(world, story, "stock", 6, 9)
    found = get_voice(world.business, MONDAY)
    assert [(line.topic, line.people, line.usual, line.is_unusual) for line in found.topics] == [
        ("shipping_cost", 20, 4.0, True),
        ("stock", 6, 6.0, False),
    ]
    assert found.people == 26
    assert len(found.topics[0].quotes) == 3


def test_a_young_shop_knows_no_usual(world: World, story: Story) -> None:
    _asked(world, story, "price", 30, 9)
    [line] = get_voice(world.business, MONDAY).topics
    assert (line.usual, line.is_unusual) == (None, False)


def test_the_words_open_and_the_unhappy_come_first(
    owner: Client, world: World, story: Story, bu_tuti: Teammate
) -> None:
    rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
    world.asks(rina, story.now - timedelta(days=8), "size_fit", "Kak ukuran L itu lebar berapa?")
    said = world.says(
        budi,
        story.now - timedelta(days=9),
        "Ukurannya kekecilan, saya kecewa",
        intent="size_fit",
        sentiment="negative",
    )
    page = owner.get("/voice/").content.decode()
    assert page.index("Ukurannya kekecilan") < page.index("ukuran L itu lebar")
    assert f"/inbox/{said.conversation.public_id}/" in page
    assert "1 kecewa" in page


def test_a_decision_comes_back_the_next_week(owner: Client, world: World, story: Story) -> None:
    page = owner.post(
        "/voice/resolve/", {"text": "Pasang tabel ukuran", "until": "2026-11-20", "topic": ""}, follow=True
    ).content.decode()
    assert "Pasang tabel ukuran" in page
    kept = Resolve.objects.get()
    assert (kept.week, kept.owner and kept.owner.name) == (MONDAY, "Bu Tuti")
    refused = owner.post("/voice/resolve/", {"text": "", "until": "2026-31-20"})
    assert refused.status_code == 422
    assert "belum diisi" in refused.content.decode()
    following = owner.get("/voice/?week=2026-11-16").content.decode()
    assert "Tinjau dulu keputusan yang lalu" in following
    assert "sudah lewat" in following
    settled = owner.post(f"/voice/resolve/{kept.public_id}/settle/", {"outcome": "helped"}, follow=True)
    assert list_unsettled(world.business, before=date(2026, 11, 16)) == []
    undo = settled.content.decode().split('action="/history/')[1].split('"')[0]
    owner.post(f"/history/{undo}")
    assert len(list_unsettled(world.business, before=date(2026, 11, 16))) == 1
    assert owner.post(f"/voice/resolve/{kept.public_id}/settle/", {"outcome": "menang"}).status_code == 404


@pytest.mark.parametrize("asked", ["", "besok", "1999-01-01", "2027-01-01", "2026-11-12"])
def test_a_week_that_cannot_be_is_the_last_full_one(owner: Client, world: World, asked: str) -> None:
    assert "9 Nov" in owner.get(f"/voice/?week={asked}").content.decode()


def test_the_letter_of_monday_tells_it_and_that_of_tuesday_does_not(
    world: World, story: Story, bu_tuti: Teammate
) -> None:
    _asked(world, story, "shipping_cost", 5, 9)
    monday = story.now - timedelta(days=5)
    record_resolve(
        business=world.business,
        week=MONDAY,
        topic="",
        text="Tabel ongkir",
        owner=None,
        until=MONDAY,
        by=bu_tuti,
        now=monday,
    )
    letter = make_morning(bu_tuti, now=monday)
    assert [(line.text, line.detail) for line in letter.voice] == [
        ("ongkos kirim", "5 orang"),
        ("Tabel ongkir", "ditinjau lagi"),
    ]
    assert make_morning(bu_tuti, now=monday + timedelta(days=1)).voice == ()


def _shift(business: Business, story: Story) -> Shift:
    return Shift.objects.create(
        business=business,
        metric="first_response",
        weeks=1,
        since=MONDAY,
        to=MONDAY + timedelta(days=6),
        before=20,
        after=240,
        before_n=80,
        after_n=14,
        is_up=True,
        odds=1e-6,
        found_at=story.now - timedelta(hours=6),
    )


def test_a_shift_stands_on_metrik_and_today_until_it_is_put_away(
    owner: Client, teammate: Client, world: World, story: Story
) -> None:
    shift = _shift(world.business, story)
    for address in ("/metrics/", "/"):
        page = owner.get(address).content.decode()
        assert "Waktu balas pertama naik: 20 mnt → 4 jam" in page
        assert "memburuk" in page
    assert "Waktu balas pertama naik" not in teammate.get("/").content.decode()
    assert teammate.post(f"/metrics/shifts/{shift.public_id}/away/").status_code == 403
    page = owner.post(f"/metrics/shifts/{shift.public_id}/away/", follow=True).content.decode()
    assert "Waktu balas pertama naik" not in owner.get("/").content.decode()
    undo = page.split('action="/history/')[1].split('"')[0]
    owner.post(f"/history/{undo}")
    assert list_shifts(world.business, now=story.now) == [shift]


def test_a_shift_is_in_one_letter_only(world: World, story: Story, bu_tuti: Teammate, dina: Teammate) -> None:
    _shift(world.business, story)
    assert [line.detail for line in make_morning(bu_tuti, now=story.now).figures] == ["naik sejak 09.11"]
    assert make_morning(dina, now=story.now).figures == ()
    assert make_morning(bu_tuti, now=story.now + timedelta(days=1)).figures == ()
    assert watch_shifts(business=world.business, now=story.now) == []
