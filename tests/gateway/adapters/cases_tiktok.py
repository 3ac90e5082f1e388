"""TikTok: bodies as Business Messaging documents them, with invented people."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.adapters.tiktok import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, RawRequest, Retry, Sent, Uncertain
from tests.gateway.adapters.cases import AdapterCases, Answer

SECRET = "rahasia-aplikasi-tiktok"
TOKEN = "act.token-tiktok-toko-sage"
ACCOUNT = Account(
    1,
    "0192",
    "tiktok",
    "tokosage",
    "biz-123",
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {
        "client_id": "7300",
        "client_secret": SECRET,
        "access_token": TOKEN,
        "refresh_token": "rft.tiktok-toko-sage",
        "lead_advertiser_id": "adv-1",
        "lead_page_id": "page-1",
    },
)
THREAD = "u5JhpselBAhoPOlnH0tZ9y07kg=="
RINA = {"id": "cust-9", "role": "personal_account"}
SHOP = {"id": "biz-123", "role": "business_account"}
SIGNED_AT = 1795289176


def told(event: str, **content: Any) -> bytes:
    inner = {"conversation_id": THREAD, "timestamp": SIGNED_AT * 1000, **content}
    return json.dumps(
        {"client_key": "ck", "event": event, "user_openid": "biz-123", "content": json.dumps(inner)}
    ).encode()


def received(kind: str = "text", number: str = "m1==", **content: Any) -> bytes:
    people = {"from": "rinaw", "from_user": RINA, "to": "tokosage", "to_user": SHOP}
    return told("im_receive_msg", message_id=number, type=kind, **people, **content)


def signed(body: bytes, secret: str, at: int = SIGNED_AT) -> RawRequest:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"tiktok-signature": f"t={at},s={digest}"}
    received_at = datetime.fromtimestamp(SIGNED_AT, UTC)
    return RawRequest("POST", "https://tokosage.example/hooks/0192/", headers, body, received_at=received_at)


def sign(body: bytes) -> RawRequest:
    return signed(body, SECRET)


def forge(body: bytes) -> RawRequest:
    return signed(body, "tebakan")


def says(code: int, words: str = "OK", **data: Any) -> Answer:
    body = {"code": code, "message": words, "request_id": "r", "data": data}
    return lambda request: httpx.Response(200, json=body)


def breaks_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("no route", request=request)


def picture(status: int) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            assert "access-token" not in request.headers
            return httpx.Response(status, content=b"picture")
        return httpx.Response(
            200,
            json={"code": 0, "message": "OK", "data": {"download_url": "https://p16.example/a.jpg?sig=1"}},
        )

    return answer


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=received(text={"body": "halo kak, ready?"}),
    unknown=told("im_hologram"),
    sign=sign,
    forge=forge,
    receipts={"read": told("im_mark_read_msg", from_user=RINA, read={"last_read_timestamp": 1795289190000})},
    echo=told(
        "im_send_msg",
        message_id="m2==",
        type="text",
        text={"body": "ready kak"},
        from_user=SHOP,
        to_user=RINA,
        **{"from": "tokosage", "to": "rinaw"},
    ),
    out=Outbound(client_ref="r1", recipient=THREAD, text="Ready kak"),
    answers={
        "sent": (says(0, message={"message_id": "m3=="}), Sent("m3==")),
        "rate_limited": (
            says(40100, "Too many requests. Please retry in some time."),
            Retry(Failure.TOO_MANY),
        ),
        "window_closed": (
            says(40002, "The message cannot be sent: outside of the 48 hours window."),
            Failed(Failure.WINDOW_CLOSED),
        ),
        "token_dead": (
            says(40105, "Access token is incorrect or has been revoked."),
            Failed(Failure.TOKEN_DEAD),
        ),
        "refused": (says(40002, "Invalid value for text."), Failed(Failure.REFUSED_CONTENT)),
        "down": (says(50000, "System error."), Retry(Failure.PROVIDER_DOWN)),
        "unavailable": (lambda request: httpx.Response(503), Retry(Failure.PROVIDER_DOWN)),
        "gateway_broke": (lambda request: httpx.Response(504), Uncertain()),
        "no_answer": (lambda request: httpx.Response(200, text="<html>"), Uncertain()),
        "broke_off": (breaks_off, Uncertain()),
        "unreachable": (unreachable, Retry(Failure.UNREACHABLE)),
    },
    media_ref={"conversation_id": THREAD, "message_id": "m3==", "media_id": "med1", "type": "IMAGE"},
    media_answers={
        "ok": picture(200),
        "gone": says(40002, "Media does not exist."),
        "token_dead": says(40105, "Access token is incorrect or has been revoked."),
        "down": lambda request: httpx.Response(503),
    },
)
