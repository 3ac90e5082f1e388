"""Events become facts, each exactly once, whatever comes twice or out of order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import Business
from sapa.contacts import queries
from sapa.contacts.models import Change, Contact, Identity, Link
from sapa.conversations.models import Conversation, Message
from sapa.gateway.digest import digest_events
from sapa.gateway.types import (
    Behaved,
    ChannelRef,
    ConversationRef,
    Event,
    Key,
    MessageReceived,
    NoteTaken,
    OrderItem,
    OrderStated,
    Origin,
    Person,
    PersonDescribed,
    ReviewPosted,
    Unsupported,
)
from sapa.orders.models import Order
from sapa.reviews.models import Review
from sapa.timeline.models import Touchpoint

pytestmark = pytest.mark.django_db

WHATSAPP = ChannelRef("whatsapp")
SHOPEE = ChannelRef("marketplace:shopee")
RINA = Person(("external", "whatsapp:Rina Wulandari"), "Rina Wulandari")


def message(
    now: datetime, key: str, text: str, person: Person | None = RINA, **more: object
) -> MessageReceived:
    event = MessageReceived(
        channel=WHATSAPP,
        conversation=ConversationRef("Rina Wulandari", "Rina Wulandari"),
        dedupe_key=key,
        person=person,
        text=text,
        at=now,
    )
    return replace(event, **more)  # type: ignore[arg-type]


def order(now: datetime, number: str, person: Person, **more: object) -> OrderStated:
    event = OrderStated(
        channel=SHOPEE,
        number=number,
        person=person,
        status="to_ship",
        placed_at=now,
        stated_at=now,
        goods_total=158_000,
        items=(OrderItem("KG-200", "Kopi Gayo 200gr", "Bubuk", 2, 79_000, 89_000),),
    )
    return replace(event, **more)  # type: ignore[arg-type]


def masked(number: str, hint: str = "B***i") -> Person:
    return Person(("order", f"shopee:{number}"), hint)


def digest(shop: Business, now: datetime, *events: Event) -> list[str]:
    return [one.result for one in digest_events(business=shop, events=events, now=now)]


def test_a_chat_becomes_a_thread_with_messages_and_touchpoints(toko_sage: Business, now: datetime) -> None:
    talk = [message(now, "1", "Kak, sage L ada?"), message(now, "2", "Ada, Kak", None, rank=1)]
    assert digest(toko_sage, now, *talk) == ["created", "created"]
    assert digest(toko_sage, now, *talk) == ["merged", "merged"]
    thread = Conversation.objects.get(business=toko_sage)
    rina = Contact.objects.get(business=toko_sage)
    assert thread.identity is not None
    assert thread.identity.contact == rina
    assert Message.objects.count() == 2
    kinds = Touchpoint.objects.filter(identity__contact=rina).order_by("happened_at", "rank")
    assert [one.kind for one in kinds] == ["message.in", "message.out"]


def test_what_comes_twice_in_one_call_is_one(toko_sage: Business, now: datetime) -> None:
    twice = message(now, "1", "halo")
    assert digest(toko_sage, now, twice, twice) == ["created", "merged"]


def test_a_repeat_changes_nothing_so_nobody_is_looked_at_again(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, message(now, "1", "halo"))
    before = Change.objects.count()
    digest(toko_sage, now, message(now, "1", "halo"))
    assert Change.objects.count() == before


def test_in_a_group_each_message_is_its_authors_and_the_shops_are_no_ones(
    toko_sage: Business, now: datetime
) -> None:
    group = ConversationRef("group:Pecinta Kopi", "Pecinta Kopi", is_group=True)
    budi = Person(("external", "whatsapp:Budi"), "Budi")
    digest(
        toko_sage,
        now,
        message(now, "1", "ada promo?", conversation=group),
        message(now, "2", "ikut tanya", budi, conversation=group),
        message(now, "3", "besok ya", None, conversation=group),
    )
    thread = Conversation.objects.get(business=toko_sage)
    assert thread.identity is None
    assert Contact.objects.count() == 2
    assert Touchpoint.objects.count() == 2


def test_one_order_however_often_it_is_stated_and_the_latest_word_holds(
    toko_sage: Business, now: datetime
) -> None:
    buyer = Person(("order", "shopee:A1"), "Rina", (Key("phone", "081234567890"),))
    placed = order(now, "A1", buyer)
    later = now + timedelta(days=2)
    done = replace(placed, status="completed", stated_at=later, delivered_at=later, goods_total=None)
    assert digest(toko_sage, now, placed) == ["created"]
    assert digest(toko_sage, now, done, done, placed) == ["merged", "merged", "merged"]
    stored = Order.objects.get(business=toko_sage)
    assert (stored.status, stored.goods_total, stored.delivered_at) == ("completed", 158_000, later)
    kinds = Touchpoint.objects.order_by("happened_at").values_list("kind", flat=True)
    assert list(kinds) == ["order.placed", "order.delivered"]


def test_a_cancelled_order_says_so_on_the_timeline(toko_sage: Business, now: datetime) -> None:
    buyer = Person(("order", "shopee:A1"), "Rina", (Key("phone", "081234567890"),))
    later = now + timedelta(hours=3)
    digest(toko_sage, now, order(now, "A1", buyer))
    digest(toko_sage, now, order(now, "A1", buyer, status="cancelled", cancelled_at=later, stated_at=later))
    assert list(Touchpoint.objects.order_by("id").values_list("kind", flat=True)) == [
        "order.placed",
        "order.cancelled",
    ]
    assert Order.objects.get().status == "cancelled"


def test_a_fully_masked_order_is_nobodys(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, order(now, "261121AB12CD34", masked("261121AB12CD34"), masked=True))
    assert Contact.objects.count() == 0
    assert Identity.objects.get(business=toko_sage).contact is None
    assert Touchpoint.objects.count() == 1


@pytest.mark.parametrize("order_first", [True, False])
def test_an_order_number_in_a_chat_joins_a_masked_order(
    toko_sage: Business, now: datetime, order_first: bool
) -> None:
    bought = order(now, "261121AB12CD34", masked("261121AB12CD34"), masked=True)
    asked = message(now, "1", "kak pesanan saya 261121ab12cd34 kapan dikirim?")
    for event in (bought, asked) if order_first else (asked, bought):
        digest(toko_sage, now, event)
    rina = Contact.objects.get(business=toko_sage)
    assert Order.objects.get().identity.contact == rina
    assert Link.objects.get().reason == Link.Reason.ORDER_NUMBER
    assert list(queries.find_component_differences(toko_sage)) == []


def test_the_invoice_of_the_other_marketplace_names_the_order_too(toko_sage: Business, now: datetime) -> None:
    bought = order(now, "584697260225955023", masked("584697260225955023"), masked=True)
    digest(toko_sage, now, replace(bought, other_numbers=("INV/20260803/MPL/4567890123",)))
    digest(toko_sage, now, message(now, "1", "kak INV/20260803/MPL/4567890123 sudah dikirim?"))
    assert Order.objects.get().identity.contact == Contact.objects.get(business=toko_sage)


def test_a_visit_told_twice_in_one_call_is_counted_once(toko_sage: Business, now: datetime) -> None:
    visit = Behaved(ChannelRef("web"), "e1", Person(("visitor", "v1")), now, "web.page", {"path": "/harga"})
    assert digest(toko_sage, now, visit, visit) == ["created", "merged"]


def test_a_resellers_chat_that_names_several_buyers_orders_joins_none(
    toko_sage: Business, now: datetime
) -> None:
    digest(
        toko_sage,
        now,
        order(now, "261121AB12CD34", masked("261121AB12CD34", "B***i"), masked=True),
        order(now, "261121EF56GH78", masked("261121EF56GH78", "S***a"), masked=True),
        message(now, "1", "tolong cek 261121AB12CD34 dan 261121EF56GH78 ya"),
    )
    assert not Link.objects.exists()


def test_the_shop_naming_a_number_joins_nothing(toko_sage: Business, now: datetime) -> None:
    digest(
        toko_sage,
        now,
        order(now, "261121AB12CD34", masked("261121AB12CD34"), masked=True),
        message(now, "0", "halo"),
        message(now, "1", "pesanan 261121AB12CD34 sudah dikirim", None),
    )
    assert not Link.objects.exists()


def test_a_row_of_the_customer_sheet_tells_keys_origin_and_preferences(
    toko_sage: Business, now: datetime
) -> None:
    event = PersonDescribed(
        channel=ChannelRef("offline"),
        person=Person(("row", "contacts:1"), "Rina", (Key("phone", "0812 3456 7890"),)),
        origin=Origin("tiktok", "video Cara Pilih Ukuran"),
        city="Sleman",
        preferences=(("size", "L"),),
    )
    assert digest(toko_sage, now, event) == ["created"]
    assert digest(toko_sage, now, event) == ["merged"]
    rina = queries.find_contact(toko_sage, "081234567890")
    assert rina is not None
    told = rina.identities.get(kind="row").told_origins.get()
    assert (told.channel, told.context) == ("tiktok", "video Cara Pilih Ukuran")
    assert not Touchpoint.objects.exists()
    digest(toko_sage, now, replace(event, at=now, person=Person(("row", "contacts:2"), "Budi")))
    assert Touchpoint.objects.get().kind == "origin.told"


def test_a_note_from_the_counter_keeps_its_words_and_tells_the_timeline_only_a_code(
    toko_sage: Business, now: datetime
) -> None:
    note = NoteTaken(
        channel=ChannelRef("offline"),
        dedupe_key="n1",
        person=Person(("external", "offline:Bu Rina"), "Bu Rina"),
        at=now,
        text="datang, tanya sage L",
        outcome="dicatat",
    )
    assert digest(toko_sage, now, note, note) == ["created", "merged"]
    touchpoint = Touchpoint.objects.get()
    assert touchpoint.kind == "note.visit"
    assert touchpoint.measures == {}


def test_what_is_not_understood_is_skipped(toko_sage: Business, now: datetime) -> None:
    assert digest(toko_sage, now, Unsupported("reaction")) == ["skipped"]


def test_another_shop_with_the_same_numbers_shares_nothing(toko_sage: Business, now: datetime) -> None:
    from sapa.accounts.operations import make_business

    other = make_business(name="Toko Lain", owner_email="lain@lain.example", now=now)
    for shop in (toko_sage, other):
        assert digest(shop, now, message(now, "1", "halo")) == ["created"]
    assert Contact.objects.filter(business=toko_sage).count() == 1
    assert Contact.objects.filter(business=other).count() == 1


def test_a_review_that_was_changed_counts_once_as_it_stands_now(toko_sage: Business, now: datetime) -> None:
    sari = Person(("review", "google:r1"), "Sari Dewi")

    def posted(at: datetime, stars: int, text: str) -> ReviewPosted:
        return ReviewPosted(ChannelRef("google"), "r1", sari, at, stars, text)

    for event in (
        posted(now, 2, "Lama"),
        posted(now + timedelta(days=2), 5, "Sudah diganti, cepat"),
        posted(now, 2, "Lama"),
    ):
        digest_events(business=toko_sage, events=[event], now=now)
    review = Review.objects.get()
    assert (review.stars, review.text) == (5, "Sudah diganti, cepat")
    assert Touchpoint.objects.get(kind="review.posted").measures == {"stars": 5}
