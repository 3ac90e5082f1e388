"""What customers buy through the simulator arrives as orders, payments, parcels and reviews, once, whatever the calls did."""

from __future__ import annotations

import pytest

from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Conversation, Message
from sapa.demo.providers import join
from sapa.demo.providers.dialects import (
    Biteship,
    Google,
    Midtrans,
    Shopee,
    Telegram,
    TikTokShop,
    WhatsApp,
    Xendit,
)
from sapa.demo.providers.orders import GOODS
from sapa.gateway.models import Payload, Template
from sapa.orders.models import Order, Payment, Scan
from sapa.reviews.models import Review
from sapa.snapshots.operations import refresh_changed
from tests.demo.providers.stage import ADDRESS, Stage

pytestmark = pytest.mark.django_db

BAD_DAY = {"duplicate": 0.5, "reorder": 0.5, "hold": 15.0, "delay": 4.0}
MARKETS = [
    (Shopee, ("READY_TO_SHIP", "PROCESSED", "SHIPPED", "COMPLETED")),
    (TikTokShop, ("AWAITING_SHIPMENT", "AWAITING_COLLECTION", "IN_TRANSIT", "COMPLETED")),
]


@pytest.mark.parametrize("faults", [{}, BAD_DAY], ids=["good", "bad"])
@pytest.mark.parametrize(("sort", "way"), MARKETS, ids=["shopee", "tiktokshop"])
def test_an_order_goes_its_way(
    sort: type[Shopee | TikTokShop], way: tuple[str, ...], faults: dict[str, float], stage: Stage
) -> None:
    stage.open(sort.kind)
    stage.simulator.faults(**faults)
    market = stage.simulator.provider(sort)
    rina = stage.simulator.customer("Rina").customer
    number = market.buys(rina, GOODS[0])
    for status in way:
        stage.pass_time(5)
        market.moves(number, status)
    stage.pass_time(20)
    order = Order.objects.get()
    assert (order.number, order.status, order.goods_total) == (number, "completed", 185_000)
    assert [(one["name"], one["variant"], one["quantity"]) for one in order.items] == [
        ("Kemeja Linen", "Sage, L", 1)
    ]
    assert order.identity.contact is not None
    assert order.identity.contact.name == "Rina Wulandari"


@pytest.mark.parametrize("faults", [{}, BAD_DAY], ids=["good", "bad"])
def test_a_payment_and_a_parcel_are_told_and_asked_for(faults: dict[str, float], stage: Stage) -> None:
    stage.open("payment:midtrans", "payment:xendit", "shipping:biteship")
    stage.simulator.faults(**faults)
    midtrans, xendit = stage.simulator.provider(Midtrans), stage.simulator.provider(Xendit)
    midtrans.pays("TS-1", 185_000, "pending")
    xendit.pays("TS-2", 165_000)
    stage.pass_time()
    midtrans.pays("TS-1", 185_000)
    parcels = stage.simulator.provider(Biteship)
    for status in ("confirmed", "picked", "delivered"):
        parcels.moves("TS-1", status)
        stage.pass_time(10)
    stage.pass_time(10)
    found = {(one.channel.kind, one.status, one.amount) for one in Payment.objects.select_related("channel")}
    assert found == {("payment:midtrans", "paid", 185_000), ("payment:xendit", "paid", 165_000)}
    scans = Scan.objects.order_by("at").values_list("status", flat=True)
    assert list(scans) == ["booked", "picked_up", "delivered"]
    assert not stage.refused
    assert not Payload.objects.exclude(problem="")


def test_a_review_is_found_answered_and_changed(stage: Stage) -> None:
    stage.open("google")
    google = stage.simulator.provider(Google)
    budi = stage.simulator.customer("Budi").customer
    google.reviews_with(budi, 5, "Bagus")
    stage.pass_time(15)
    google.reviews_with(budi, 2, "Kancingnya lepas")
    stage.pass_time(15)
    assert [(one.stars, one.text) for one in Review.objects.order_by("happened_at")][-1] == (
        2,
        "Kancingnya lepas",
    )
    assert Message.objects.get(direction="in").text.endswith("Kancingnya lepas")


def test_beside_the_phone_app_history_comes_first_and_starts_nothing(stage: Stage) -> None:
    stage.open("telegram")  # the simulator is there; WhatsApp is connected once the phone has its history
    whatsapp = stage.simulator.provider(WhatsApp)
    rina = stage.simulator.customer("Rina").customer
    whatsapp.coexists = True
    whatsapp.history = [
        (rina, False, "kak ready?", stage.now.replace(day=1)),
        (rina, True, "ready kak", stage.now.replace(day=2)),
    ]
    stage.channels |= join(
        stage.simulator,
        business=stage.business,
        hook_base=ADDRESS,
        by=stage.teammate,
        now=stage.now,
        kinds=["whatsapp"],
    )
    # The phone's history was asked for before our address was known by hand: Meta had been told it in the same call.
    stage.pass_time()
    assert stage.told("whatsapp") == [("in", "kak ready?"), ("out", "ready kak")]
    assert stage.thread("whatsapp").waiting_since is None
    whatsapp.says(rina, "kak, yang sage?")
    whatsapp.phone_writes(rina, "masih ada kak")
    stage.pass_time()
    assert stage.told("whatsapp")[2:] == [("in", "kak, yang sage?"), ("out", "masih ada kak")]
    assert Message.objects.get(text="masih ada kak").source == "echo"


def test_templates_are_learned_and_what_fails_later_is_told(stage: Stage) -> None:
    stage.open("whatsapp")
    stage.pass_time()
    assert set(Template.objects.values_list("name", "category")) == {
        ("kabar_pesanan", "utility"),
        ("apa_kabar", "marketing"),
    }
    whatsapp = stage.simulator.provider(WhatsApp)
    rina = stage.simulator.customer("Rina")
    rina.says("halo")
    stage.pass_time()
    whatsapp.fails_later("window")
    sent = stage.reply("whatsapp", "Halo kak")
    stage.pass_time()
    stage.pass_time()
    sent.refresh_from_db()
    assert (sent.state, sent.failure) == ("failed", "window_closed")
    refresh_changed(stage.business, now=stage.now)
    assert stage.thread("whatsapp").waiting_since is not None


def test_pictures_are_fetched_in_two_steps(stage: Stage, png: bytes) -> None:
    kinds = ("whatsapp", "instagram", "messenger", "telegram", "line")
    stage.open(*kinds)
    for kind in kinds:
        stage.simulator.customer("Rina").says("ini fotonya", by=kind, picture=png)
    stage.pass_time()
    stage.pass_time()
    states = Message.objects.filter(attachments__isnull=False).values_list(
        "conversation__channel__kind", "attachments__state"
    )
    assert dict(states) == dict.fromkeys(kinds, "stored")


def test_one_person_on_three_channels_is_one_contact_joined_by_phone(stage: Stage) -> None:
    """WhatsApp names the number, Shopee's parcel bears it, and Rina shares it with the bot herself."""
    stage.open("whatsapp", "telegram", "marketplace:shopee")
    stage.simulator.faults(**BAD_DAY)
    rina = stage.simulator.customer("Rina")
    rina.says("kak, sage L ready?", by="whatsapp")
    number = stage.simulator.provider(Shopee).buys(rina.customer, GOODS[0])
    rina.says("halo kak", by="telegram")
    rina.says(f"pesanan {number} kapan dikirim?", by="marketplace:shopee")
    stage.simulator.provider(Telegram).shares_number(rina.customer)
    stage.pass_time(15)
    stage.pass_time(15)
    contact = Contact.objects.get(merged_into=None)
    assert {one.value for one in Identity.objects.filter(contact=contact, kind="phone")} == {"+6281234567890"}
    threads = Conversation.objects.filter(identity__contact=contact)
    assert {one.channel.kind for one in threads.select_related("channel")} == {
        "whatsapp",
        "telegram",
        "marketplace:shopee",
    }
    assert Order.objects.get().identity.contact == contact
    spoken = Message.objects.filter(direction="in").exclude(text="")
    assert spoken.count() == len(set(spoken.values_list("text", flat=True)))


def test_who_blocks_the_bot_is_not_written_to_and_a_group_keeps_its_thread(stage: Stage) -> None:
    stage.open("telegram")
    bot = stage.simulator.provider(Telegram)
    rina = stage.simulator.customer("Rina").customer
    bot.group_says(rina, "-4001", "halo semua")
    stage.pass_time()
    bot.group_moves("-4001", "-1004001")
    bot.group_says(rina, "-1004001", "masih di sini")
    stage.pass_time()
    group = Conversation.objects.get(is_group=True)
    assert (group.key, group.messages.count()) == ("-1004001", 2)


def test_what_a_customer_takes_back_is_gone(stage: Stage) -> None:
    stage.open("whatsapp")
    whatsapp = stage.simulator.provider(WhatsApp)
    rina = stage.simulator.customer("Rina")
    wrong, gone = rina.says("sage XL"), rina.says("nomor rekening 123")
    stage.pass_time()
    whatsapp.edits(rina.customer, wrong, "sage L")
    whatsapp.unsends(rina.customer, gone)
    whatsapp.reacts(rina.customer, wrong, "👍")
    stage.pass_time()
    first, second = Message.objects.order_by("id")
    assert (first.text, first.is_edited, first.reactions[0]["emoji"]) == ("sage L", True, "👍")
    assert (second.text, second.is_deleted) == ("", True)
