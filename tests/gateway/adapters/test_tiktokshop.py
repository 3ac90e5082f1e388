"""TikTok Shop's and Tokopedia's habits one by one: signatures, chat, orders of two marketplaces, tokens."""

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

from sapa.gateway.adapters.tiktokshop import ADAPTER
from sapa.gateway.contract import (
    Failed,
    MediaGoneError,
    Outbound,
    OutboundFile,
    ProviderDownError,
    RawItem,
    RawRequest,
    TokenDeadError,
    Verified,
)
from sapa.gateway.types import (
    ChannelRef,
    ChannelStateChanged,
    Event,
    MessageReceived,
    OrderStated,
    Unsupported,
)
from tests.gateway.adapters.cases_tiktokshop import (
    ACCOUNT,
    CASES,
    KEY,
    SECRET,
    THREAD,
    chat,
    says,
    sign,
    told,
)

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def read(body: bytes) -> list[Event]:
    return ADAPTER.parse(sign(body), ACCOUNT)


def one(body: bytes) -> MessageReceived:
    [event] = read(body)
    assert isinstance(event, MessageReceived)
    return event


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


# ── signatures ───────────────────────────────────────────────────────────────────────────────────────


def test_the_documented_formula(shared: Path) -> None:
    path = shared / "data" / "channels" / "signature-vectors.json"
    vector = json.loads(path.read_text(encoding="utf-8"))["tiktok_shop_webhook"]
    account = replace(ACCOUNT, settings={"app_key": vector["app_key"], "app_secret": vector["app_secret"]})
    request = RawRequest("POST", "", {"authorization": vector["value"]}, vector["raw_body"].encode())
    assert isinstance(ADAPTER.verify(request, account), Verified)


def test_each_call_is_signed_over_its_sorted_query_and_its_body_as_sent() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return says(orders=[])(request)

    with client(answer) as http:
        ADAPTER.poll({}, ACCOUNT, http)
    [request] = asked
    query = dict(request.url.params)
    shown = query.pop("sign")
    pairs = "".join(f"{name}{query[name]}" for name in sorted(query))
    base = f"{SECRET}{request.url.path}{pairs}{request.content.decode()}{SECRET}"
    assert shown == hmac.new(SECRET.encode(), base.encode(), hashlib.sha256).hexdigest()
    assert query["app_key"] == KEY
    assert query["shop_cipher"] == "TTP_cipher"
    assert request.headers["x-tts-access-token"] == "TTP_akses-toko-sage"


# ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_chat_is_the_buyers_and_joins_no_order() -> None:
    message = one(chat())
    assert message.text == "stok ready kak?"
    assert message.conversation.key == THREAD
    assert message.person is not None
    assert message.person.record == ("marketplace:tiktokshop", "7494560109732334000")


def test_messages_of_one_second_keep_their_order() -> None:
    first, then = one(chat(index="1696131084080000")), one(chat(index="1696131084080001", message_id="2"))
    assert first.rank < then.rank < 2**31


@pytest.mark.parametrize(
    ("role", "automatic"), [("SHOP", False), ("CUSTOMER_SERVICE", False), ("ROBOT", True), ("SYSTEM", True)]
)
def test_what_is_not_the_buyers_is_the_shops(role: str, automatic: bool) -> None:
    message = one(chat(role))
    assert message.person is None
    assert message.automatic is automatic


def test_pictures_and_order_cards() -> None:
    assert one(chat(kind="IMAGE", held={"url": "https://p16.ibyteimg.com/a.jpg"})).media[0].kind == "image"
    assert one(chat(kind="ORDER_CARD", held={"order_id": "584697260225955022"})).text == "584697260225955022"
    shown, note = read(chat(kind="HOLOGRAM"))
    assert isinstance(shown, MessageReceived)
    assert note == Unsupported("message_kind", "HOLOGRAM")
    assert read(chat(is_visible=False)) == [Unsupported("message", "hidden")]


def test_permission_taken_and_ending() -> None:
    states = [event for kind in (6, 7) for event in read(told(kind))]
    assert [e.why for e in states if isinstance(e, ChannelStateChanged)] == [
        "deauthorised",
        "authorisation_ending",
    ]


def test_an_order_is_stated_by_the_poll_which_knows_the_marketplace() -> None:
    assert read(told(1, order_id="584697260225955022", order_status="AWAITING_COLLECTION")) == []
    assert read(told(1, order_id="584697260225955022", order_status="HOLOGRAM")) == [
        Unsupported("order", "HOLOGRAM")
    ]


def test_the_gathered_webhooks_raise_nothing(shared: Path) -> None:
    folder = shared / "data" / "channels" / "tiktok-shop"
    found = json.loads((folder / "webhooks.json").read_text(encoding="utf-8"))
    read_kinds = {
        name: [type(event).__name__ for event in read(json.dumps(body).encode())]
        for name, body in found.items()
    }
    assert read_kinds == {
        "ORDER_STATUS_CHANGE": [],
        "NEW_CONVERSATION": ["Unsupported"],
        "NEW_MESSAGE": ["MessageReceived"],
        "SELLER_DEAUTHORIZATION": ["ChannelStateChanged"],
    }
    for one_type in json.loads((folder / "event-types.json").read_text(encoding="utf-8")):
        read(told(one_type["type"]))


# ── polls ────────────────────────────────────────────────────────────────────────────────────────────

LINE = {
    "seller_sku": "KS-L",
    "product_name": "Kebaya Sage",
    "sku_name": "L",
    "sale_price": "89000",
    "original_price": "99000",
    "tracking_number": "JX123",
}
ORDER = {
    "id": "584697260225955022",
    "status": "IN_TRANSIT",
    "create_time": 1795280000,
    "update_time": 1795289170,
    "paid_time": 1795280100,
    "commerce_platform": "TIKTOK_SHOP",
    "payment": {
        "currency": "IDR",
        "sub_total": "178000",
        "original_total_product_price": "198000",
        "shipping_fee": "12000",
    },
    "line_items": [LINE, LINE],
    "recipient_address": {"name": "R***a", "phone_number": "(+62)812*****90"},
}


def stated(order: dict[str, Any]) -> OrderStated:
    [event] = ADAPTER.parse(RawItem("order:1", json.dumps(order).encode()), ACCOUNT)
    assert isinstance(event, OrderStated)
    return event


def test_an_order_in_full() -> None:
    order = stated(ORDER)
    assert (order.goods_total, order.list_total, order.shipping_fee) == (178000, 198000, 12000)
    assert [(i.sku, i.variant, i.quantity, i.price) for i in order.items] == [("KS-L", "L", 2, 89000)]
    assert (order.status, order.tracking_number, order.masked) == ("shipped", "JX123", True)
    assert (order.person.name, order.person.keys) == ("", ())


def test_an_order_of_tokopedia_is_tokopedias_as_in_its_files() -> None:
    assert stated(ORDER).channel == ChannelRef("marketplace:tiktokshop")
    tokopedia = stated({**ORDER, "commerce_platform": "TOKOPEDIA"})
    assert tokopedia.channel == ChannelRef("marketplace:tokopedia")
    assert tokopedia.person.record == ("order", "tokopedia:584697260225955022")


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("89000", "IDR", 89000), ("12.50", "MYR", 1250), ("NaN", "IDR", None), ("1e99", "IDR", None), ("", "IDR", None)],
)  # fmt: skip
def test_amounts_are_decimal_texts(text: str, currency: str, amount: int | None) -> None:
    assert stated({**ORDER, "payment": {"currency": currency, "sub_total": text}}).goods_total == amount


def test_any_field_of_an_order_may_be_anything() -> None:
    for name in ORDER:
        for junk in (None, [], {}, "x", -1, 1e308, True, [None]):
            body = json.dumps({**ORDER, name: junk}).encode()
            assert len(ADAPTER.parse(RawItem("order:1", body), ACCOUNT)) == 1


def test_polls_walk_a_window_page_by_page_and_then_begin_where_it_ended() -> None:
    windows: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        windows.append(json.loads(request.content))
        page = request.url.params.get("page_token", "0")
        more = {"next_page_token": "1"} if page == "0" and len(windows) == 1 else {}
        return says(orders=[{**ORDER, "id": f"58{page}"}], **more)(request)

    with client(answer) as http:
        first = ADAPTER.poll({}, ACCOUNT, http)
        second = ADAPTER.poll(first.cursor, ACCOUNT, http)
        ADAPTER.poll(second.cursor, ACCOUNT, http)
    assert windows[0] == windows[1]
    assert windows[2]["update_time_ge"] == windows[0]["update_time_lt"] - 600
    assert first.items[0].dedupe_key != second.items[0].dedupe_key


# ── answers, files, tokens ───────────────────────────────────────────────────────────────────────────

OUT = Outbound(client_ref="r1", recipient=THREAD, text="Ready kak")


def test_an_answer_is_json_within_a_text() -> None:
    asked: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, json.loads(request.content)))
        return says(message_id="1")(request)

    with client(answer) as http:
        ADAPTER.send(OUT, ACCOUNT, http)
    [(path, body)] = asked
    assert path == f"/customer_service/202309/conversations/{THREAD}/messages"
    assert json.loads(body["content"]) == {"content": "Ready kak"}


def test_what_would_be_refused_is_not_sent() -> None:
    photo = (OutboundFile("image", "image/jpeg", "a", 1, ""),)
    with client(lambda request: pytest.fail("it was sent")) as http:
        for out in (
            replace(OUT, text=""),
            replace(OUT, text="a" * 2001),
            replace(OUT, files=photo),
            replace(OUT, recipient="../orders"),
        ):
            assert isinstance(ADAPTER.send(out, ACCOUNT, http), Failed)


def test_files_come_only_from_tiktoks_own_hosts() -> None:
    for url in ("https://evil.example/a", "http://p16.ibyteimg.com/a", "https://["):
        with client(lambda request: pytest.fail("asked")) as http, pytest.raises(MediaGoneError):
            b"".join(ADAPTER.fetch_media({"url": url}, ACCOUNT, http))


def test_tokens_end_at_a_moment_and_their_secret_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="httpx")
    answer = says(access_token="a.new", refresh_token="r.new", access_token_expire_in=1795894400)
    with client(answer) as http:
        kept = ADAPTER.refresh(ACCOUNT, http, now=NOW)
    assert kept["token_expires_at"] == datetime.fromtimestamp(1795894400, UTC).isoformat()
    assert (kept["access_token"], kept["refresh_token"]) == ("a.new", "r.new")
    assert "token/refresh" in caplog.text
    assert SECRET not in caplog.text
    assert "TTP_segar-toko-sage" not in caplog.text
    with client(says(36004004, "invalid refresh token")) as http, pytest.raises(TokenDeadError):
        ADAPTER.refresh(ACCOUNT, http, now=NOW)
    with client(lambda request: httpx.Response(503)) as http, pytest.raises(ProviderDownError):
        ADAPTER.refresh(ACCOUNT, http, now=NOW)


def shops(*names: str) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v2/token/refresh":
            return says(access_token="a.new", refresh_token="r.new")(request)
        assert request.headers["x-tts-access-token"] == "a.new"
        found = [{"id": f"7{n}", "name": name, "cipher": f"c{n}"} for n, name in enumerate(names)]
        return says(shops=found)(request)

    return answer


def test_connecting_finds_the_shop() -> None:
    def connect(shop: str, *names: str) -> dict[str, Any]:
        account = replace(ACCOUNT, settings={"app_key": KEY, "app_secret": SECRET, "shop_id": shop})
        with client(shops(*names)) as http:
            return ADAPTER.connect(account, http, hook_url="https://a.example/", now=NOW)

    only = connect("", "Toko Sage")
    assert (only["account"], only["shop_cipher"]) == ("70", "c0")
    assert connect("Toko Sage Dago", "Toko Sage", "Toko Sage Dago")["shop_cipher"] == "c1"
    with pytest.raises(TokenDeadError, match="Toko Sage, Toko Sage Dago"):
        connect("", "Toko Sage", "Toko Sage Dago")
    with pytest.raises(TokenDeadError):
        connect("")


def test_the_case_of_the_contract_is_a_chat() -> None:
    assert isinstance(CASES.message, bytes)
    assert one(CASES.message).source == "live"
