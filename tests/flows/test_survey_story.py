"""A parcel arrives, the buyer is asked on WhatsApp and says "2, kurir lama": timeline, today and figures know it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import Business
from sapa.actions.queries import list_figures, list_today
from sapa.contacts.models import Contact
from sapa.contacts.queries import find_contact
from sapa.conversations.models import Conversation
from sapa.gateway.digest import digest_events
from sapa.gateway.types import ChannelRef, Key, OrderItem, OrderStated, Person
from sapa.readings.models import Reading
from sapa.responses.models import Response
from sapa.snapshots.operations import refresh_changed
from sapa.snapshots.queries import list_told_timeline
from sapa.surveys.models import Ask
from sapa.surveys.operations import take_replies
from sapa.surveys.results import get_results
from tests.demo.providers.conftest import stage
from tests.demo.providers.stage import Stage
from tests.surveys.conftest import ask, running

__all__ = ["stage"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """A Friday morning."""
    return datetime.fromisoformat("2026-11-20T09:30:00+07:00")


def arrives(shop: Business, phone: str, at: datetime, now: datetime) -> None:
    """The shop's own order book says that the parcel has come."""
    person = Person(record=("order", "toko:S-77"), name="Rina Wulandari", keys=(Key("phone", phone),))
    stated = OrderStated(
        channel=ChannelRef("shop"),
        person=person,
        number="S-77",
        placed_at=at - timedelta(days=3),
        stated_at=at,
        status="delivered",
        delivered_at=at,
        goods_total=189_000,
        items=(OrderItem("KS-L", "Kemeja sage L", "", 1, 189_000),),
    )
    digest_events(business=shop, events=[stated], now=now)


def test_an_unhappy_answer_goes_all_the_way(stage: Stage) -> None:
    shop = stage.business
    survey = running(shop, at=stage.now - timedelta(days=2), delay_hours=24)
    stage.open("whatsapp")
    rina = stage.simulator.customer("Rina")
    rina.says("kak paketnya sudah sampai, makasih ya")
    stage.pass_time()
    phone = Contact.objects.get().identities.get(kind="phone").value
    arrives(shop, phone, stage.now - timedelta(hours=25), stage.now)
    stage.reply("whatsapp", "Sama-sama kak, semoga cocok")
    stage.pass_time()
    refresh_changed(shop, now=stage.now)
    stage.pass_time(20)

    assert ask(shop, stage.now) == 1
    stage.pass_time()
    assert "Halo Kak Rina, seberapa puas dengan Kemeja sage L?" in rina.heard()[-1]

    rina.says("2, kurir lama")
    stage.pass_time()
    assert take_replies(business=shop, now=stage.now) == 1
    refresh_changed(shop, now=stage.now)

    contact = find_contact(shop, phone)
    assert contact is not None
    told = [line.summary for line in list_told_timeline(contact)]
    assert any("CSAT: 2 dari 5" in line and "kurir lama" in line for line in told)
    thread = Conversation.objects.get(channel=stage.channels["whatsapp"])
    assert thread.waiting_since is None
    mine = [action for action in list_today(shop, now=stage.now) if action.contact.name == contact.name]
    assert [action.rule for action in mine] == ["detractor"]
    assert mine[0].text == "Hubungi Rina: memberi nilai 2 dari 5"
    assert "“kurir lama”" in mine[0].why
    figures = {figure.key: figure for figure in list_figures(shop, from_=None, to=None, now=stage.now)}
    assert figures["csat"].sample_size == 1
    found = get_results(survey, since=None, until=None)
    assert (found.asked, found.answered.hits, found.unhappy) == (1, 1, 1)


def test_an_order_in_numbers_is_no_answer_and_waits_for_a_person(stage: Stage) -> None:
    shop = stage.business
    running(shop, at=stage.now - timedelta(days=2), delay_hours=24)
    stage.open("whatsapp")
    rina = stage.simulator.customer("Rina")
    rina.says("sudah sampai kak")
    stage.pass_time()
    arrives(
        shop,
        Contact.objects.get().identities.get(kind="phone").value,
        stage.now - timedelta(hours=25),
        stage.now,
    )
    stage.reply("whatsapp", "Siap kak")
    stage.pass_time(20)
    assert ask(shop, stage.now) == 1
    stage.pass_time()
    rina.says("mau pesan 5 lagi kak")
    stage.pass_time()
    assert take_replies(business=shop, now=stage.now) == 0
    refresh_changed(shop, now=stage.now)
    assert not Response.objects.exists()
    assert Ask.objects.get().state == "asked"
    assert Conversation.objects.get(channel=stage.channels["whatsapp"]).waiting_since is not None
    assert Reading.objects.filter(message__text="mau pesan 5 lagi kak").exists()
