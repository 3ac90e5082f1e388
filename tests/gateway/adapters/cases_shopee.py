"""Shopee: pushes as the Open Platform documents them, with invented people."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.adapters.shopee import ADAPTER
from sapa.gateway.adapters.shopee.signing import push_signature
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, RawRequest, Retry, Sent, Uncertain
from tests.gateway.adapters.cases import AdapterCases, Answer

KEY = "kunci-mitra-shopee-toko-sage"
HOOK = "https://tokosage.example/hooks/0194/"
SHOP = 300112233
ACCOUNT = Account(
    1,
    "0194",
    "marketplace:shopee",
    "tokosage",
    str(SHOP),
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {
        "partner_id": "2001234",
        "partner_key": KEY,
        "shop_id": str(SHOP),
        "access_token": "akses-shopee-toko-sage",
        "refresh_token": "segar-shopee-toko-sage",
        "hook_url": HOOK,
    },
)


def pushed(code: int, **data: Any) -> bytes:
    return json.dumps({"code": code, "shop_id": SHOP, "timestamp": 1795289376, "data": data}).encode()


def chat(kind: str = "text", **fields: Any) -> bytes:
    content = {
        "message_id": "2266778899",
        "conversation_id": "128800112233",
        "from_id": 88112233,
        "from_user_name": "rinaw_88",
        "from_shop_id": 0,
        "to_id": 300999,
        "to_user_name": "tokosage",
        "message_type": kind,
        "content": {"text": "kak kapan dikirim?"},
        "created_timestamp": 1795289376,
        **fields,
    }
    return pushed(10, type="message", region="ID", content=content)


def signed(body: bytes, key: str, url: str = HOOK) -> RawRequest:
    return RawRequest("POST", url, {"authorization": push_signature(key, url, body)}, body)


def sign(body: bytes) -> RawRequest:
    return signed(body, KEY)


def forge(body: bytes) -> RawRequest:
    return signed(body, "tebakan")


def says(**said: Any) -> Answer:
    body = {"error": "", "message": "", "request_id": "r", **said}
    return lambda request: httpx.Response(200, json=body)


def refuses(error: str, status: int = 200) -> Answer:
    return lambda request: httpx.Response(status, json={"error": error, "message": error, "request_id": "r"})


def breaks_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=chat(),
    unknown=pushed(28),
    sign=sign,
    forge=forge,
    echo=chat(
        from_id=300999, from_shop_id=SHOP, from_user_name="tokosage", to_id=88112233, to_user_name="rinaw_88"
    ),
    out=Outbound(client_ref="r1", recipient="128800112233:88112233", text="Besok kak"),
    answers={
        "sent": (says(response={"message_id": "2266778900"}), Sent("2266778900")),
        "rate_limited": (refuses("error_too_many_requests", 429), Retry(Failure.TOO_MANY)),
        "token_dead": (refuses("invalid_acceess_token", 403), Failed(Failure.TOKEN_DEAD)),
        "refused": (refuses("error_param"), Failed(Failure.REFUSED_CONTENT)),
        "down": (refuses("error_server", 503), Retry(Failure.PROVIDER_DOWN)),
        "gateway_broke": (lambda request: httpx.Response(502), Uncertain()),
        "broke_off": (breaks_off, Uncertain()),
    },
    media_ref={"url": "https://cf.shopee.co.id/file/abc"},
    media_answers={
        "ok": lambda request: httpx.Response(200, content=b"picture"),
        "gone": lambda request: httpx.Response(404),
        "token_dead": lambda request: httpx.Response(403),
        "down": lambda request: httpx.Response(503),
    },
)
