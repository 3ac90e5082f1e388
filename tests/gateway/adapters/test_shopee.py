"""Shopee's habits one by one: its two signatures, orders by push and by poll, its chat, and tokens that work once."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sapa.accounts.models import Business
from sapa.gateway.adapters.shopee import ADAPTER
from sapa.gateway.contract import (
    Failed,
    MediaGoneError,
    Outbound,
    OutboundFile,
    ProviderDownError,
    RawItem,
    RawRequest,
    Rejected,
    TokenDeadError,
    Verified,
)
from sapa.gateway.digest import digest_events
from sapa.gateway.types import (
    ChannelRef,
    ChannelStateChanged,
    Event,
    Key,
    MessageReceived,
    OrderStated,
    ShipmentStated,
    Unsupported,
)
from sapa.orders.models import Order
from tests.gateway.adapters.cases_shopee import (
    ACCOUNT,
    CASES,
    HOOK,
    KEY,
    chat,
    pushed,
    refuses,
    says,
    sign,
    signed,
)

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def read(body: bytes) -> list[Event]:
    return ADAPTER.parse(sign(body), ACCOUNT)


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


# ── signatures ───────────────────────────────────────────────────────────────────────────────────────


def test_the_documented_formula(shared: Path) -> None:
    path = shared / "data" / "channels" / "signature-vectors.json"
    vector = json.loads(path.read_text(encoding="utf-8"))["shopee_push"]
    account = replace(
        ACCOUNT, settings={"partner_key": vector["partner_key"], "hook_url": vector["callback_url"]}
    )
    request = RawRequest("POST", "", {"authorization": vector["value"]}, vector["raw_body"].encode())
    assert isinstance(ADAPTER.verify(request, account), Verified)


def test_the_registered_address_counts_not_the_one_that_a_proxy_shows() -> None:
    behind_proxy = replace(sign(chat()), url="http://127.0.0.1:8000/hooks/0194")
    assert isinstance(ADAPTER.verify(behind_proxy, ACCOUNT), Verified)
    assert isinstance(ADAPTER.verify(signed(chat(), KEY, HOOK.rstrip("/")), ACCOUNT), Rejected)


def test_each_call_is_signed_with_its_time_its_token_and_its_shop() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return says(response={"order_list": []})(request)

    with client(answer) as http:
        ADAPTER.poll({}, ACCOUNT, http)
    query = asked[0].url.params
    base = f"2001234/api/v2/order/get_order_list{query['timestamp']}akses-shopee-toko-sage300112233"
    assert query["sign"] == hmac.new(KEY.encode(), base.encode(), hashlib.sha256).hexdigest()
    assert int(query["time_to"]) - int(query["time_from"]) <= 15 * 24 * 3600


# ── pushes ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("UNPAID", "unpaid"),
        ("READY_TO_SHIP", "to_ship"),
        ("SHIPPED", "shipped"),
        ("TO_CONFIRM_RECEIVE", "delivered"),
        ("COMPLETED", "completed"),
        ("CANCELLED", "cancelled"),
        ("TO_RETURN", "returned"),
    ],
)
def test_a_push_moves_an_order_on(said: str, status: str) -> None:
    [order] = read(pushed(3, ordersn="261121AB12CD34", status=said, update_time=1795289170))
    assert isinstance(order, OrderStated)
    assert (order.number, order.status) == ("261121AB12CD34", status)
    assert order.person.record == ("order", "shopee:261121AB12CD34")
    assert order.stated_at == datetime.fromtimestamp(1795289170, UTC)
    assert order.goods_total is None


def test_a_state_that_is_new_is_told_as_such() -> None:
    assert read(pushed(3, ordersn="261121AB12CD34", status="HOLOGRAM")) == [Unsupported("order", "HOLOGRAM")]


def test_a_tracking_number_is_a_parcel_of_its_order() -> None:
    [parcel] = read(pushed(4, ordersn="261121AB12CD34", tracking_no="SPXID0123456789"))
    assert isinstance(parcel, ShipmentStated)
    assert (parcel.waybill, parcel.status, parcel.order_number) == (
        "SPXID0123456789",
        "booked",
        "261121AB12CD34",
    )
    [moved] = read(
        pushed(30, ordersn="261121AB12CD34", tracking_number="SPXID0123456789", fulfillment_status="LOGISTICS_DELIVERY_DONE")
    )  # fmt: skip
    assert isinstance(moved, ShipmentStated)
    assert moved.status == "delivered"


def test_permission_given_taken_and_ending() -> None:
    states = [read(pushed(code))[0] for code in (1, 2, 12)]
    assert [s.why for s in states if isinstance(s, ChannelStateChanged)] == [
        "",
        "deauthorised",
        "authorisation_ending",
    ]


def test_a_chat_is_the_buyers_whose_orders_bear_the_same_name() -> None:
    [message] = read(chat())
    assert isinstance(message, MessageReceived)
    assert message.person is not None
    assert message.person.keys == (Key("marketplace:shopee", "rinaw_88"),)
    [echo] = read(CASES.echo or b"")
    assert isinstance(echo, MessageReceived)
    assert echo.conversation.key == message.conversation.key == "128800112233:88112233"
    assert echo.conversation.party == message.person


def test_a_masked_name_is_no_key() -> None:
    [message] = read(chat(from_user_name="r*****8"))
    assert isinstance(message, MessageReceived)
    assert message.person is not None
    assert message.person.keys == ()


def test_a_picture_comes_only_from_shopees_own_hosts() -> None:
    [message] = read(chat("image", content={"url": "https://cf.shopee.co.id/file/abc"}))
    assert isinstance(message, MessageReceived)
    assert message.media[0].ref == {"url": "https://cf.shopee.co.id/file/abc"}
    for url in (
        "http://cf.shopee.co.id/a",
        "https://evilshopee.co.id/a",
        "https://127.0.0.1/",
        "https://[",
        "",
    ):
        with client(lambda request: pytest.fail("asked")) as http, pytest.raises(MediaGoneError):
            b"".join(ADAPTER.fetch_media({"url": url}, ACCOUNT, http))


def test_the_gathered_pushes_are_all_read(shared: Path) -> None:
    path = shared / "data" / "channels" / "shopee" / "push.json"
    for name, body in json.loads(path.read_text(encoding="utf-8")).items():
        events = read(json.dumps(body).encode())
        assert events, name
        assert not any(isinstance(event, Unsupported) for event in events), name


# ── polls ────────────────────────────────────────────────────────────────────────────────────────────

ORDER = {
    "order_sn": "261121AB12CD34",
    "order_status": "COMPLETED",
    "create_time": 1795280000,
    "update_time": 1795289170,
    "pay_time": 1795280100,
    "currency": "IDR",
    "buyer_username": "rinaw_88",
    "actual_shipping_fee": 12000.0,
    "recipient_address": {"name": "R***a", "phone": "******90"},
    "item_list": [
        {
            "item_name": "Kebaya Sage",
            "model_name": "L",
            "model_sku": "KS-L",
            "model_quantity_purchased": 2,
            "model_original_price": 99000.0,
            "model_discounted_price": 89000.0,
        },
        {
            "item_name": "Selendang",
            "item_sku": "SL",
            "model_quantity_purchased": 1,
            "model_original_price": 35000,
            "model_discounted_price": 35000,
        },
    ],
}


def detail(order: dict[str, Any]) -> OrderStated:
    [event] = ADAPTER.parse(RawItem("order:1", json.dumps(order).encode()), ACCOUNT)
    assert isinstance(event, OrderStated)
    return event


def test_an_order_in_full() -> None:
    order = detail(ORDER)
    assert (order.goods_total, order.list_total, order.shipping_fee) == (213000, 233000, 12000)
    assert [(i.sku, i.variant, i.quantity, i.price) for i in order.items] == [
        ("KS-L", "L", 2, 89000),
        ("SL", "", 1, 35000),
    ]
    assert order.person.record == ("order", "shopee:261121AB12CD34")
    assert order.person.keys == (Key("marketplace:shopee", "rinaw_88"),)
    assert order.person.name == ""
    assert order.paid_at == datetime.fromtimestamp(1795280100, UTC)


def test_cents_are_counted_where_there_are_any_and_an_unknown_price_is_no_total() -> None:
    ringgit = {**ORDER, "currency": "MYR", "item_list": [{"model_quantity_purchased": 1, "model_discounted_price": 12.5}]}  # fmt: skip
    assert detail(ringgit).goods_total == 1250
    assert detail({**ORDER, "item_list": [*ORDER["item_list"], {"item_name": "?"}]}).goods_total is None  # type: ignore[misc]


class Shopee:
    """One page of orders after another."""

    def __init__(self, pages: list[list[str]]) -> None:
        self.pages = pages
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        if request.url.path.endswith("get_order_detail"):
            found = [{**ORDER, "order_sn": number} for number in query["order_sn_list"].split(",")]
            return says(response={"order_list": found})(request)
        self.asked.append(query)
        number = int(query["cursor"] or 0)
        more = number + 1 < len(self.pages)
        listed = [{"order_sn": one} for one in self.pages[number]]
        return says(
            response={"order_list": listed, "more": more, "next_cursor": str(number + 1) if more else ""}
        )(request)


def test_polls_walk_a_window_page_by_page_and_then_begin_where_it_ended() -> None:
    shopee = Shopee([["A1", "A2"], ["A3"], []])
    with client(shopee) as http:
        first = ADAPTER.poll({}, ACCOUNT, http)
        second = ADAPTER.poll(first.cursor, ACCOUNT, http)
        third = ADAPTER.poll(second.cursor, ACCOUNT, http)
        ADAPTER.poll(third.cursor, ACCOUNT, http)
    assert [len(one.items) for one in (first, second, third)] == [2, 1, 0]
    assert first.items[0].dedupe_key != first.items[1].dedupe_key
    assert {query["time_to"] for query in shopee.asked[:3]} == {shopee.asked[0]["time_to"]}
    assert int(shopee.asked[3]["time_from"]) == int(shopee.asked[0]["time_to"]) - 600


def test_a_poll_that_is_refused_or_unanswered() -> None:
    for error, raised in (("error_auth", TokenDeadError), ("error_param", ProviderDownError)):
        with client(refuses(error)) as http, pytest.raises(raised):
            ADAPTER.poll({}, ACCOUNT, http)


# ── answers and tokens ───────────────────────────────────────────────────────────────────────────────

OUT = Outbound(client_ref="r1", recipient="128800112233:88112233", text="Besok kak")


def test_an_answer_goes_to_the_buyer_of_the_conversation() -> None:
    asked: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, json.loads(request.content)))
        return says(response={"message_id": "1"})(request)

    with client(answer) as http:
        ADAPTER.send(OUT, ACCOUNT, http)
    assert asked == [
        (
            "/api/v2/sellerchat/send_message",
            {"to_id": 88112233, "message_type": "text", "content": {"text": "Besok kak"}},
        )
    ]


def test_what_shopee_would_refuse_is_not_sent() -> None:
    photo = (OutboundFile("image", "image/jpeg", "a", 1, ""),)
    with client(lambda request: pytest.fail("it was sent")) as http:
        for out in (
            replace(OUT, text=""),
            replace(OUT, text="a" * 1001),
            replace(OUT, files=photo),
            replace(OUT, recipient="nobody"),
        ):
            assert isinstance(ADAPTER.send(out, ACCOUNT, http), Failed)


def test_a_refresh_token_works_once_so_both_tokens_are_kept() -> None:
    """JimCurryWang/python-shopee#50: an answer without the next refresh token is no success."""
    bodies: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        assert "access_token" not in request.url.params
        return says(access_token="a.new", refresh_token="r.new", expire_in=14400)(request)

    with client(answer) as http:
        kept = ADAPTER.refresh(ACCOUNT, http, now=NOW)
        connected = ADAPTER.connect(ACCOUNT, http, hook_url=HOOK, now=NOW)
    assert bodies[0] == {
        "refresh_token": "segar-shopee-toko-sage",
        "partner_id": 2001234,
        "shop_id": 300112233,
    }
    assert kept == {
        "access_token": "a.new",
        "refresh_token": "r.new",
        "token_expires_at": "2026-11-21T11:30:00+00:00",
    }
    assert (connected["account"], connected["hook_url"]) == ("300112233", HOOK)
    for dead in (refuses("error_auth"), refuses("error_param"), says(access_token="a.new")):
        with client(dead) as http, pytest.raises(TokenDeadError):
            ADAPTER.refresh(ACCOUNT, http, now=NOW)
    with client(refuses("error_server", 503)) as http, pytest.raises(ProviderDownError):
        ADAPTER.refresh(ACCOUNT, http, now=NOW)


def test_no_token_and_no_signature_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="httpx")
    with client(says(response={"order_list": []})) as http:
        ADAPTER.poll({}, ACCOUNT, http)
    assert "get_order_list" in caplog.text
    assert "akses-shopee-toko-sage" not in caplog.text
    assert "sign=…" in caplog.text


def test_an_order_of_a_file_and_of_a_poll_is_one() -> None:
    assert detail(ORDER).channel == ChannelRef("marketplace:shopee")


@pytest.mark.django_db(transaction=True)
def test_a_push_and_a_poll_are_one_order_whatever_comes_first(toko_sage: Business, now: datetime) -> None:
    push = read(pushed(3, ordersn="261121AB12CD34", status="READY_TO_SHIP", update_time=1795285000))
    for event in (*push, detail(ORDER), *push):
        digest_events(business=toko_sage, events=[event], now=now)
    order = Order.objects.get()
    assert (order.status, order.goods_total) == ("completed", 213000)
    assert order.placed_at == datetime.fromtimestamp(1795280000, UTC)
