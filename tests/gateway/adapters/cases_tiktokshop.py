"""TikTok Shop: webhooks as the Partner API documents them, with invented people."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.adapters.tiktokshop import ADAPTER
from sapa.gateway.adapters.tiktokshop.signing import hook_signature
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, RawRequest, Retry, Sent, Uncertain
from tests.gateway.adapters.cases import AdapterCases, Answer

KEY, SECRET = "6abc", "rahasia-tiktokshop-toko-sage"
ACCOUNT = Account(
    1,
    "0195",
    "marketplace:tiktokshop",
    "tokosage",
    "7494049642642441621",
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {
        "app_key": KEY,
        "app_secret": SECRET,
        "access_token": "TTP_akses-toko-sage",
        "refresh_token": "TTP_segar-toko-sage",
        "shop_id": "7494049642642441621",
        "shop_cipher": "TTP_cipher",
    },
)
THREAD = "576486316948490001"


def told(kind: int, **data: Any) -> bytes:
    return json.dumps(
        {
            "type": kind,
            "tts_notification_id": "7327112393057371912",
            "shop_id": "7494049642642441621",
            "timestamp": 1795289177,
            "data": data,
        }
    ).encode()


def chat(role: str = "BUYER", kind: str = "TEXT", held: dict[str, Any] | None = None, **fields: Any) -> bytes:
    data = {
        "message_id": "7494560109732334261",
        "index": "1696131084080000",
        "conversation_id": THREAD,
        "type": kind,
        "content": json.dumps(held or {"content": "stok ready kak?"}),
        "create_time": 1795289177,
        "is_visible": True,
        "sender": {"im_user_id": "7494560109732334000", "role": role},
        **fields,
    }
    return told(14, **data)


def signed(body: bytes, secret: str) -> RawRequest:
    headers = {"authorization": hook_signature(KEY, secret, body)}
    return RawRequest("POST", "https://tokosage.example/hooks/0195/", headers, body)


def sign(body: bytes) -> RawRequest:
    return signed(body, SECRET)


def forge(body: bytes) -> RawRequest:
    return signed(body, "tebakan")


def says(code: int = 0, words: str = "Success", status: int = 200, **data: Any) -> Answer:
    body = {"code": code, "message": words, "request_id": "r", "data": data}
    return lambda request: httpx.Response(status, json=body)


def breaks_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=chat(),
    unknown=told(63),
    sign=sign,
    forge=forge,
    echo=chat("CUSTOMER_SERVICE"),
    out=Outbound(client_ref="r1", recipient=THREAD, text="Ready kak"),
    answers={
        "sent": (says(message_id="7494560109732334262"), Sent("7494560109732334262")),
        "rate_limited": (says(36009003, "Too many requests", 429), Retry(Failure.TOO_MANY)),
        "token_dead": (says(105002, "Expired credentials", 401), Failed(Failure.TOKEN_DEAD)),
        "refused": (says(45101001, "Message type not supported", 400), Failed(Failure.REFUSED_CONTENT)),
        "down": (lambda request: httpx.Response(503), Retry(Failure.PROVIDER_DOWN)),
        "gateway_broke": (lambda request: httpx.Response(504), Uncertain()),
        "broke_off": (breaks_off, Uncertain()),
    },
    media_ref={"url": "https://p16-oec-sg.ibyteimg.com/a.jpg"},
    media_answers={
        "ok": lambda request: httpx.Response(200, content=b"picture"),
        "gone": lambda request: httpx.Response(404),
        "token_dead": lambda request: httpx.Response(403),
        "down": lambda request: httpx.Response(503),
    },
)
