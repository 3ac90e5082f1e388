"""The invented shop is alive enough that every screen has something true to say."""

from __future__ import annotations

from datetime import datetime

import pytest

from sapa.actions.queries import list_figures, list_today
from sapa.contacts.queries import count_suggestions, find_contact
from sapa.conversations.queries import count_waiting
from sapa.demo.operations import make_demo
from sapa.gateway.digest.clues import list_duplicates
from sapa.imports.models import BatchFile
from sapa.journeys.queries import get_journey
from sapa.moments.queries import list_canvases, list_looks, list_open_steps, list_steps, list_trials
from sapa.moments.queries.quotes import list_quotes
from sapa.moments.types import Verdict
from sapa.snapshots.queries import get_snapshot
from sapa.upkeep.operations import verify

pytestmark = pytest.mark.django_db


def test_the_demo_shop_has_something_to_say_on_every_screen(now: datetime) -> None:
    shop = make_demo(now=now)
    assert not BatchFile.objects.exclude(problem=None).exists()
    assert BatchFile.objects.filter(failed__gt=0).count() == 0
    today = list_today(shop, now=now)
    assert {item.rule for item in today} >= {"unanswered", "complaint", "promise", "offer_not_sent"}
    assert count_waiting(shop) > 3
    figures = {figure.key: figure for figure in list_figures(shop, from_=None, to=None, now=now)}
    for key in ("first_contact_to_purchase", "repeat_order_90d", "unprompted_referral", "csat", "conversion"):
        assert figures[key].value is not None, figures[key].why_not
    journey = get_journey(shop, from_=None, to=None, now=now)
    assert journey.friction[0].topic == "shipping_cost"
    assert all(point.examples for point in journey.friction)
    assert count_suggestions(shop) == len(list_duplicates(shop)) > 0
    andi = find_contact(shop, "0857-1010-2020")
    assert andi is not None
    sheet = get_snapshot(andi, now=now)
    assert (sheet.history[0].what, sheet.history[0].outcome) == ("Tanya cicilan", "belum dikirim penawaran")
    assert list(verify(business=shop, now=now)) == []


def test_one_moment_runs_and_one_ended_without_certainty(now: datetime) -> None:
    shop = make_demo(now=now)
    running, ended = list_canvases(shop)
    arrived, talk = list_trials(shop)
    assert (running.name, arrived.state) == ("Saat barang baru sampai", "running")
    assert [step.verdict for step in list_steps(arrived)] == ["done"] * 3 + [""] * 4
    assert [step.day for step in list_open_steps(shop, now=now)] == [4, 5]
    assert (ended.name, talk.state, talk.choice) == ("Saat orang menulis chat", "ended", "keep")
    looks = list_looks(talk)
    assert [look.day for look in looks] == [7, 30]
    assert looks[-1].verdict == Verdict.UNCERTAIN
    assert looks[-1].found["why"] == "wide"
    assert list_quotes(ended)


def test_asking_for_the_demo_twice_gives_the_same_shop(now: datetime) -> None:
    assert make_demo(now=now) == make_demo(now=now)
