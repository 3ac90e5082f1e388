"""Payloads of the Segment spec as events, whoever sends them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.gateway.segment import event_from_segment
from sapa.gateway.types import Behaved, Event, Key, OrderStated, PersonDescribed, Unsupported
from sapa.timeline.kinds import KINDS, allowed_measures

JAKARTA = ZoneInfo("Asia/Jakarta")


def payload(**said: Any) -> dict[str, Any]:
    return {
        "type": "track",
        "anonymousId": "v1",
        "messageId": "m1",
        "timestamp": "2026-11-19T09:12:00Z",
        **said,
    }


def one(*, from_shop: bool = True, **said: Any) -> Event:
    found = event_from_segment(payload(**said), JAKARTA, from_shop=from_shop)
    assert not isinstance(found, Unsupported)
    (event,) = found
    return event


def behaved(**said: Any) -> Behaved:
    event = one(**said)
    assert isinstance(event, Behaved)
    return event


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"type": "page", "properties": {"path": "/"}}, "web.page"),
        ({"type": "page", "properties": {"path": "/daftar-harga"}}, "web.price_page"),
        ({"type": "page", "name": "Pricing"}, "web.price_page"),
        ({"type": "page", "properties": {"url": "https://toko.example/?gclid=1"}}, "web.ad_click"),
        ({"type": "page", "context": {"campaign": {"source": "tiktok"}}}, "web.ad_click"),
        ({"type": "page", "properties": {"path": "/akun/batalkan"}}, "web.cancel_page"),
        ({"type": "screen", "name": "Beranda"}, "web.page"),
        ({"event": "Product Viewed"}, "web.product"),
        ({"event": "Products Searched"}, "web.search"),
        ({"event": "Product Added"}, "web.cart_added"),
        ({"event": "Product Added to Wishlist"}, "web.wishlist_added"),
        ({"event": "Checkout Started"}, "web.checkout"),
        ({"event": "checkout_started"}, "web.checkout"),
        ({"event": "CheckoutStarted"}, "web.checkout"),
        ({"event": "Form Submitted"}, "web.form"),
        ({"event": "Formulir Konsultasi Terkirim"}, "web.form"),
        ({"event": "Signed Up"}, "web.signup"),
        ({"event": "Video Played"}, "web.other"),
        ({"event": "Form Viewed"}, "web.other"),
    ],
)
def test_what_was_done(said: dict[str, Any], kind: str) -> None:
    event = behaved(**said)
    assert event.kind == kind
    assert allowed_measures(kind, event.measures) == event.measures


def test_measures_are_codes_and_link_words_only() -> None:
    event = behaved(
        event="Product Viewed",
        properties={"name": "Gamis Sage", "sku": "GMS-01", "price": 150000, "query": "gamis", "path": "/p/rina@contoh.example/gamis?q=rahasia"},
        context={"page": {"url": "https://toko.example/p?utm_source=ig&utm_campaign=nov", "referrer": "https://www.instagram.com/rina"}},
    )  # fmt: skip
    assert event.measures == {"product": "Gamis Sage", "sku": "GMS-01", "value": 150000, "currency": "IDR", "utm_source": "ig", "utm_campaign": "nov", "referrer": "instagram.com", "path": "/p//gamis"}  # fmt: skip


def test_the_own_site_is_no_referrer() -> None:
    context = {"page": {"url": "https://www.toko.example/a", "referrer": "https://toko.example/"}}
    assert "referrer" not in behaved(type="page", context=context).measures


def test_a_value_that_is_none_does_not_lose_the_behaviour() -> None:
    assert "value" not in behaved(event="Product Viewed", properties={"price": "gratis"}).measures


class TestWho:
    def test_somebody_logged_in_is_trusted_in_the_shops_own_file(self) -> None:
        event = one(
            type="identify",
            userId="7",
            traits={"name": "Rina", "email": "rina@contoh.example", "phone": "0812"},
        )
        assert isinstance(event, PersonDescribed)
        assert event.person.record == ("visitor", "v1")
        assert event.person.keys == (
            Key("user", "7"),
            Key("email", "rina@contoh.example"),
            Key("phone", "0812"),
        )
        assert (event.person.trusted, event.person.name) == (True, "Rina")

    def test_what_an_anonymous_visitor_typed_is_not(self) -> None:
        for said in (
            {"type": "identify", "traits": {"email": "rina@contoh.example"}},
            {"event": "Form Submitted", "properties": {"email": "rina@contoh.example"}},
        ):
            event = one(**said)
            assert isinstance(event, (PersonDescribed, Behaved))
            assert event.person.keys == (Key("email", "rina@contoh.example"),)
            assert not event.person.trusted

    def test_nothing_is_trusted_that_the_shop_did_not_send(self) -> None:
        event = one(type="identify", userId="7", traits={"email": "rina@contoh.example"}, from_shop=False)
        assert isinstance(event, PersonDescribed)
        assert not event.person.trusted

    def test_a_login_that_is_an_address(self) -> None:
        event = one(type="identify", userId="rina@contoh.example", anonymousId=None)
        assert isinstance(event, PersonDescribed)
        assert event.person.record == ("user", "rina@contoh.example")
        assert Key("email", "rina@contoh.example") in event.person.keys

    def test_an_alias_joins_a_visitor_to_a_login(self) -> None:
        event = one(type="alias", previousId="v0", userId="7")
        assert isinstance(event, PersonDescribed)
        assert (event.person.record, event.person.keys) == (("visitor", "v0"), (Key("user", "7"),))

    def test_where_a_person_came_from(self) -> None:
        event = one(
            type="identify", userId="7", context={"campaign": {"source": "tiktok", "name": "video gamis"}}
        )
        assert isinstance(event, PersonDescribed)
        assert event.origin is not None
        assert (event.origin.channel, event.origin.context) == ("tiktok", "tiktok · video gamis")


class TestOrders:
    def order(self, name: str = "Order Completed", **properties: Any) -> OrderStated:
        event = one(event=name, properties={"order_id": "T-1", **properties})
        assert isinstance(event, OrderStated)
        return event

    def test_an_order_with_its_goods(self) -> None:
        products = [
            {"sku": "GMS-01", "name": "Gamis", "price": 90000, "quantity": 2},
            {"sku": "HJB-01", "name": "Hijab", "price": 40000},
        ]
        order = self.order(
            subtotal=200000, shipping=15000, total=215000, discount=20000, coupon="SAGE10", products=products
        )
        assert (order.goods_total, order.list_total, order.discount_total, order.shipping_fee) == (
            200000,
            220000,
            20000,
            15000,
        )
        assert (order.status, order.voucher_codes, order.channel.kind) == ("paid", ("SAGE10",), "web")
        assert [item.quantity for item in order.items] == [2, 1]

    @pytest.mark.parametrize(
        ("properties", "goods"),
        [({"revenue": 90000, "total": 105000}, 90000), ({"total": 105000, "shipping": 15000}, 90000), ({"products": [{"price": 45000, "quantity": 2}], "discount": 5000}, 85000), ({}, None)],
    )  # fmt: skip
    def test_goods_are_without_delivery(self, properties: dict[str, Any], goods: int | None) -> None:
        assert self.order(**properties).goods_total == goods

    def test_a_foreign_currency_has_minor_units(self) -> None:
        assert self.order(subtotal=12.5, currency="USD").goods_total == 1250

    def test_taken_back(self) -> None:
        cancelled, refunded = self.order("Order Cancelled"), self.order("Order Refunded", total=1)
        assert (cancelled.status, cancelled.cancelled_at is not None) == ("cancelled", True)
        assert (refunded.status, refunded.goods_total) == ("refunded", None)

    def test_the_buyer_is_the_visitor_so_that_earlier_visits_join(self) -> None:
        order = self.order(email="rina@contoh.example")
        assert (order.person.record, order.person.keys) == (
            ("visitor", "v1"),
            (Key("email", "rina@contoh.example"),),
        )
        assert (order.person.trusted, order.masked) == (True, False)
        assert self.order().masked


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([], "event_not_an_object"),
        ({}, "event_type_unknown"),
        ({"type": "page", "timestamp": "2026-11-19T09:12:00Z"}, "event_without_person"),
        ({"type": "page", "anonymousId": "v"}, "event_without_time"),
        ({"type": "page", "anonymousId": "v", "timestamp": "0001-01-01"}, "event_without_time"),
        (payload(event="Order Completed"), "event_order_without_number"),
        (
            payload(event="Order Completed", properties={"order_id": 1, "total": "-5"}),
            "event_amount_unreadable",
        ),
    ],
)
def test_what_cannot_be_understood(said: Any, code: str) -> None:
    found = event_from_segment(said, JAKARTA, from_shop=True)
    assert isinstance(found, Unsupported)
    assert found.code == code


def test_a_group_says_nothing_to_keep() -> None:
    assert event_from_segment(payload(type="group"), JAKARTA, from_shop=True) == ()


def test_times_without_a_zone_are_the_shops() -> None:
    assert behaved(type="page", timestamp="2026-11-19T09:12:00").at.isoformat() == "2026-11-19T09:12:00+07:00"


def test_without_an_id_the_same_payload_is_the_same_event() -> None:
    first, second = behaved(event="A", messageId=None), behaved(event="A", messageId=None)
    assert first.dedupe_key == second.dedupe_key
    assert first.dedupe_key != behaved(event="B", messageId=None).dedupe_key


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = (
    "event",
    "name",
    "properties",
    "context",
    "traits",
    "userId",
    "anonymousId",
    "messageId",
    "timestamp",
)


@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["track", "page", "identify", "alias", "group", "screen"])},
        optional=dict.fromkeys(FIELDS, JSON),
    )
)
def test_any_payload_is_events_or_unsupported(said: dict[str, Any]) -> None:
    for filled in (
        said,
        {**payload(), **said},
        {**said, **payload(event="Order Completed", properties={**said, "order_id": 1})},
    ):
        found = event_from_segment(filled, JAKARTA, from_shop=False)
        assert isinstance(found, (tuple, Unsupported))
        for event in found if isinstance(found, tuple) else ():
            if isinstance(event, Behaved):
                assert event.kind in KINDS
                assert allowed_measures(event.kind, event.measures) == event.measures
