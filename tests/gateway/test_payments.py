"""Payments and parcels: a call is a hint, the provider's own answer is what counts, and the order hears of it once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.gateway.contract import RawItem
from sapa.gateway.digest import digest_events
from sapa.gateway.dispatch.looking import ask_open_parcels, look_up_due
from sapa.gateway.intake import digest_payloads, store_items
from sapa.gateway.models import Lookup, Payload
from sapa.gateway.types import ChannelRef, Event, Key, OrderStated, PaymentStated, Person, ShipmentStated
from sapa.orders.models import Order, Parcel, Payment, Scan
from sapa.orders.rules import guess_courier
from sapa.timeline.models import Touchpoint
from tests.gateway.adapters import cases_biteship, cases_midtrans, cases_xendit

pytestmark = pytest.mark.django_db

SHOP = ChannelRef("shop")
MIDTRANS, BITESHIP = ChannelRef("payment:midtrans", "Midtrans"), ChannelRef("shipping:biteship", "Biteship")
RINA = Person(("order", "shop:SAGE-2611-001"), "Rina Wulandari", (Key("phone", "0812-3456-7890"),))


def order(now: datetime, status: str = "unpaid", **fields: Any) -> OrderStated:
    at = now - timedelta(hours=3)
    return OrderStated(SHOP, "SAGE-2611-001", RINA, status, at, at, 185000, **fields)


def payment(now: datetime, status: str = "paid", number: str = "sage-2611-001") -> PaymentStated:
    return PaymentStated(MIDTRANS, "pay-1", number, status, 185000, now, method="qris")


def scan(at: datetime, status: str) -> ShipmentStated:
    return ShipmentStated(BITESHIP, "JP0000123456", "jnt", status, at)


@pytest.fixture
def digest(toko_sage: Business, now: datetime) -> Callable[..., None]:
    def take(*events: Event) -> None:
        digest_events(business=toko_sage, events=events, now=now)

    return take


@pytest.mark.parametrize("payment_first", [True, False])
def test_a_payment_and_its_order_find_each_other_in_either_order(
    digest: Callable[..., None], now: datetime, payment_first: bool
) -> None:
    events = [order(now), payment(now)]
    for event in reversed(events) if payment_first else events:
        digest(event)
    found = Order.objects.get()
    assert (found.status, found.paid_at, found.goods_total) == ("paid", now, 185000)
    assert Payment.objects.get().order == found
    assert Touchpoint.objects.filter(kind="order.paid").count() == 1


def test_the_same_payment_told_five_times_in_any_order_is_one(
    digest: Callable[..., None], now: datetime
) -> None:
    digest(order(now))
    for status in ("pending", "paid", "pending", "paid", "expired"):
        digest(payment(now, status))
    assert Payment.objects.get().status == "paid"
    assert Order.objects.get().status == "paid"


def test_a_payment_never_moves_an_order_back(digest: Callable[..., None], now: datetime) -> None:
    digest(order(now, "shipped", shipped_at=now - timedelta(hours=1)), payment(now))
    found = Order.objects.get()
    assert (found.status, found.paid_at) == ("shipped", now)


def test_a_refund_ends_the_order(digest: Callable[..., None], now: datetime) -> None:
    digest(order(now), payment(now))
    digest(PaymentStated(MIDTRANS, "pay-1", "", "refunded", 185000, now + timedelta(days=1)))
    found = Order.objects.get()
    assert (found.status, found.ended_at) == ("refunded", now + timedelta(days=1))


def test_a_number_that_two_orders_bear_pays_neither(digest: Callable[..., None], now: datetime) -> None:
    other = OrderStated(ChannelRef("offline"), "SAGE-2611-001", RINA, "unpaid", now, now, 50000)
    digest(order(now), other, payment(now))
    assert {row.status for row in Order.objects.all()} == {"unpaid"}
    assert Payment.objects.get().order is None


def test_a_parcel_reaches_its_order_by_its_waybill(digest: Callable[..., None], now: datetime) -> None:
    digest(order(now, "to_ship", tracking_number="JP0000123456"))
    digest(scan(now, "picked_up"), scan(now + timedelta(hours=9), "delivered"))
    found = Order.objects.get()
    assert (found.status, found.shipped_at, found.delivered_at) == (
        "delivered",
        now,
        now + timedelta(hours=9),
    )


def test_a_courier_that_scans_backwards_unsends_nothing(digest: Callable[..., None], now: datetime) -> None:
    digest(order(now, "to_ship", tracking_number="JP0000123456"))
    digest(scan(now, "delivered"))
    digest(scan(now + timedelta(minutes=5), "in_transit"))
    assert Order.objects.get().status == "delivered"
    assert Scan.objects.count() == 2


def respond(answers: dict[str, tuple[int, Any]]) -> httpx.Client:
    def answer(request: httpx.Request) -> httpx.Response:
        status, body = answers.get(request.url.path, (404, {}))
        return httpx.Response(status, json=body)

    return httpx.Client(transport=httpx.MockTransport(answer))


@pytest.fixture
def midtrans(toko_sage: Business, now: datetime) -> Channel:
    settings = {"server_key": cases_midtrans.KEY, "base_url": "http://midtrans.test"}
    return connect_channel(
        business=toko_sage,
        kind="payment:midtrans",
        name="Midtrans",
        account="",
        settings=settings,
        by=None,
        now=now,
    )


def notify(channel: Channel, body: bytes, now: datetime) -> None:
    Payload.objects.create(
        business=channel.business, channel=channel, dedupe_key=str(hash(body)), body=body, received_at=now
    )
    digest_payloads(business=channel.business, now=now)


def test_a_call_that_says_paid_is_believed_only_as_far_as_midtrans_says_so(
    midtrans: Channel, toko_sage: Business, digest: Callable[..., None], now: datetime
) -> None:
    digest(order(now))
    notify(midtrans, cases_midtrans.signed(cases_midtrans.notification("settlement")), now)
    assert Order.objects.get().status == "unpaid"
    truth = cases_midtrans.notification("pending", status_code="201")
    path = f"/v2/{truth['transaction_id']}/status"
    with respond({path: (200, truth)}) as http:
        assert look_up_due(now=now, http=http) == 1
    digest_payloads(business=toko_sage, now=now)
    assert (Order.objects.get().status, Payment.objects.get().status) == ("unpaid", "pending")
    notify(midtrans, cases_midtrans.signed(cases_midtrans.notification("settlement", status_code="201")), now)
    with respond({path: (200, cases_midtrans.notification())}) as http:
        look_up_due(now=now, http=http)
    digest_payloads(business=toko_sage, now=now)
    paid = Order.objects.get()
    assert (paid.status, paid.paid_at) == ("paid", datetime.fromisoformat("2026-11-21T13:12:00+07:00"))
    assert not Lookup.objects.exists()


def test_ten_calls_about_one_payment_are_one_question(midtrans: Channel, now: datetime) -> None:
    for number in range(10):
        notify(midtrans, cases_midtrans.signed(cases_midtrans.notification(status_message=str(number))), now)
    assert Lookup.objects.count() == 1


def test_a_provider_that_is_down_is_asked_again_later(midtrans: Channel, now: datetime) -> None:
    notify(midtrans, cases_midtrans.signed(cases_midtrans.notification()), now)
    path = f"/v2/{cases_midtrans.notification()['transaction_id']}/status"
    with respond({path: (503, {})}) as http:
        assert look_up_due(now=now, http=http) == 0
        assert look_up_due(now=now, http=http) == 0
    row = Lookup.objects.get()
    assert (row.tries, row.problem) == (1, "provider_down")
    assert row.due_at > now


def test_a_dead_key_breaks_the_channel_and_keeps_the_question(midtrans: Channel, now: datetime) -> None:
    notify(midtrans, cases_midtrans.signed(cases_midtrans.notification()), now)
    path = f"/v2/{cases_midtrans.notification()['transaction_id']}/status"
    with respond({path: (401, {"status_code": "401"})}) as http:
        look_up_due(now=now, http=http)
    midtrans.refresh_from_db()
    assert midtrans.broken_why == "token_dead"
    assert Lookup.objects.count() == 1


def test_parcels_on_their_way_are_asked_for_four_times_a_day(
    toko_sage: Business, digest: Callable[..., None], now: datetime
) -> None:
    settings = {"api_key": "x", "hook_secret": "y", "base_url": "http://biteship.test"}
    channel = connect_channel(
        business=toko_sage,
        kind="shipping:biteship",
        name="Biteship",
        account="",
        settings=settings,
        by=None,
        now=now,
    )
    digest(order(now, "shipped", tracking_number="JP0000123456"))
    assert ask_open_parcels(business=toko_sage, now=now) == 1
    assert ask_open_parcels(business=toko_sage, now=now + timedelta(hours=1)) == 0
    delivered = cases_biteship.tracking(
        ("picked", "2026-11-21T10:00:00+07:00"), ("delivered", "2026-11-21T14:00:00+07:00")
    )
    with respond({"/v1/trackings/JP0000123456/couriers/jnt": (200, delivered)}) as http:
        look_up_due(now=now, http=http)
    digest_payloads(business=toko_sage, now=now)
    assert Order.objects.get().status == "delivered"
    assert Parcel.objects.get().order == Order.objects.get()
    assert channel.is_live
    assert ask_open_parcels(business=toko_sage, now=now + timedelta(hours=7)) == 0


@pytest.mark.parametrize(
    ("shape", "body", "expected"),
    [
        ("invoice", cases_xendit.invoice(), ("593f4ed1c3d3bb7f39733d83", "SAGE-2611-001", "paid", 185000)),
        (
            "invoice",
            cases_xendit.invoice("EXPIRED"),
            ("593f4ed1c3d3bb7f39733d83", "SAGE-2611-001", "expired", 185000),
        ),
        (
            "payment_request",
            {
                "id": "pr-1",
                "reference_id": "SAGE-9",
                "status": "SUCCEEDED",
                "amount": 5000,
                "updated": "2026-11-21T06:12:00Z",
            },
            ("pr-1", "SAGE-9", "paid", 5000),
        ),
        (
            "refund",
            {
                "id": "rfd-1",
                "payment_request_id": "pr-1",
                "status": "SUCCEEDED",
                "amount": 5000,
                "updated": "2026-11-21T06:12:00Z",
            },
            ("pr-1", "", "refunded", 5000),
        ),
    ],
)
def test_what_xendit_answers(shape: str, body: dict[str, Any], expected: tuple[str, str, str, int]) -> None:
    item = RawItem("x", json.dumps(body).encode(), {"shape": shape})
    (event,) = cases_xendit.ADAPTER.parse(item, cases_xendit.ACCOUNT)
    assert isinstance(event, PaymentStated)
    assert (event.provider_id, event.order_number, event.status, event.amount) == expected


@pytest.mark.parametrize("status", ["refund", "partial_refund"])
def test_a_partial_refund_says_how_much(status: str) -> None:
    body = cases_midtrans.notification(status, refund_amount="20000.00")
    (event,) = cases_midtrans.ADAPTER.parse(RawItem("x", json.dumps(body).encode()), cases_midtrans.ACCOUNT)
    assert isinstance(event, PaymentStated)
    assert (event.status, event.amount) == ("refunded", 20000)


@pytest.mark.parametrize(
    ("waybill", "courier"),
    [
        ("JP0000123456", "jnt"),
        ("SPXID0123456789", "spx"),
        ("000123456789", "sicepat"),
        ("10001234567890", "anteraja"),
        ("0123456789012345", "jne"),
        ("12345", ""),
        ("terserah", ""),
    ],
)
def test_a_waybill_shows_its_courier_or_nothing_is_guessed(waybill: str, courier: str) -> None:
    assert guess_courier(waybill) == courier


def test_items_without_answers_leave_nothing(midtrans: Channel, now: datetime) -> None:
    store_items(channel=midtrans, items=[RawItem("a", b"{}"), RawItem("a", b"{}")], now=now)
    digest_payloads(business=midtrans.business, now=now)
    assert Payload.objects.count() == 1
    assert not Payment.objects.exists()
