"""On time yet rated low, late yet rated well; channels beside one another; who came back after trouble."""

from __future__ import annotations

import pytest
from django.test import Client

from sapa.accounts.models import Business, Hours, Teammate
from sapa.metrics.perception.queries import get_perception
from sapa.metrics.perception.types import Perception
from tests.world import Someone, World, day

pytestmark = pytest.mark.django_db

NOW = day(200)


@pytest.fixture
def world(toko_sage: Business) -> World:
    toko_sage.open_on_holidays = True
    toko_sage.save()
    Hours.objects.filter(business=toko_sage).delete()
    Hours.objects.create(business=toko_sage, valid_from=day(-400).date(), week=[[[480, 1020]]] * 7)
    return World(toko_sage)


def _served(world: World, who: Someone, at: float, *, late: bool, channel: str = "whatsapp") -> None:
    world.asks(who, day(at, "08:00"), "stock", channel=channel)
    world.answers(who, day(at, "16:00" if late else "08:10"), channel=channel)


def _found(world: World) -> Perception:
    return get_perception(world.business, from_=None, to=None, now=NOW)


def test_the_grid_and_both_lists(world: World) -> None:
    rina, budi, sari, andi = (world.someone(name) for name in ("Rina", "Budi", "Sari", "Andi"))
    for who, late, survey, score in (
        (rina, False, "csat", 2),
        (budi, True, "nps", 10),
        (sari, False, "ces", 7),
        (andi, True, "csat", 3),
    ):
        _served(world, who, 1, late=late)
        world.rates(who, day(3), survey, score)
    found = _found(world)
    assert found.counts == {(False, "low"): 1, (True, "high"): 1, (False, "high"): 1, (True, "middle"): 1}
    assert [(gap.name, gap.survey, gap.score) for gap in found.low_though_on_time] == [("Rina", "csat", 2)]
    assert [(gap.name, gap.survey, gap.score) for gap in found.high_though_late] == [("Budi", "nps", 10)]


def test_only_talks_of_the_fourteen_days_before_an_answer_count(world: World) -> None:
    early, late_after, silent = world.someones(3)
    _served(world, early, 1, late=False)
    world.rates(early, day(20), "csat", 1)
    world.rates(late_after, day(3), "csat", 1)
    _served(world, late_after, 5, late=True)
    world.rates(silent, day(3), "csat", 1)
    assert _found(world).answers == 0


def test_who_was_never_answered_was_served_late(world: World) -> None:
    rina = world.someone("Rina")
    world.asks(rina, day(1, "08:00"), "stock")
    world.rates(rina, day(3), "csat", 5)
    assert [gap.name for gap in _found(world).high_though_late] == ["Rina"]


def test_channels_stand_beside_one_another(world: World) -> None:
    for number, who in enumerate(world.someones(4)):
        _served(world, who, 1, late=number == 0, channel="instagram" if number < 3 else "whatsapp")
        world.rates(who, day(3), "csat", 1 if number < 2 else 5)
    assert [(one.channel, one.answers, one.late, one.low) for one in _found(world).channels] == [
        ("instagram", 3, 1, 2),
        ("whatsapp", 1, 0, 0),
    ]


def test_who_came_back_after_trouble_and_without(world: World) -> None:
    for number, who in enumerate(world.someones(6)):
        world.buys(who, day(1))
        if number < 3:
            world.touch(who, "note.complaint", day(10), channel="offline")
            world.asks(who, day(10), "complaint")
        if number < 2:
            world.answers(who, day(10, "11:00"))
        if number in (0, 5):
            world.buys(who, day(40))
    recovery = _found(world).recovery
    assert (recovery.settled, recovery.not_settled, recovery.calm) == ((1, 2), (0, 1), (1, 3))


def test_the_screen_says_it_in_words(world: World, bu_tuti: Teammate) -> None:
    owner = Client()
    owner.force_login(bu_tuti.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Belum ada jawaban survei" in owner.get("/metrics/perception/").content.decode()
    rina = world.someone("Rina Wulandari")
    _served(world, rina, 300, late=False)
    world.rates(rina, day(302), "csat", 1)
    page = owner.get("/metrics/perception/?from=2026-01-01&to=2027-01-01").content.decode()
    assert "Rina Wulandari" in page
    assert "CSAT 1" in page
    assert "masih sedikit" in page
