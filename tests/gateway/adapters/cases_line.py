"""LINE: bodies as the Messaging API documents them, with invented people."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.adapters.line import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, RawRequest, Retry, Sent
from tests.gateway.adapters.cases import AdapterCases, Answer

SECRET = "rahasia-kanal-line"
TOKEN = "token-panjang-line-toko-sage"
ACCOUNT = Account(
    1,
    "0191",
    "line",
    "@tokosage",
    "Ubot",
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {"channel_secret": SECRET, "access_token": TOKEN},
)
RINA = "U206d25c2ea6bd87c17655609a1c37cb8"
CLIENT_REF = "01900000-0000-7000-8000-000000000002"


def event(kind: str = "message", **fields: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "mode": "active",
        "timestamp": 1795289176000,
        "source": {"type": "user", "userId": RINA},
        "webhookEventId": "01JDQ4ZV6T6T6Z3X9V9R5Y7C2M",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
        **fields,
    }


def text(words: str, **fields: Any) -> dict[str, Any]:
    return event(message={"id": "325708", "type": "text", "text": words, "quoteToken": "q1"}, **fields)


def body(*events: dict[str, Any]) -> bytes:
    return json.dumps({"destination": "Ubot", "events": list(events)}).encode()


def signed(content: bytes, secret: str) -> RawRequest:
    digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    headers = {"x-line-signature": base64.b64encode(digest).decode()}
    return RawRequest("POST", "https://tokosage.example/hooks/0191/", headers, content)


def sign(content: bytes) -> RawRequest:
    return signed(content, SECRET)


def forge(content: bytes) -> RawRequest:
    return signed(content, "tebakan")


def says(status: int, **said: Any) -> Answer:
    return lambda request: httpx.Response(status, json=said)


def breaks_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


SENT_ONE = {"sentMessages": [{"id": "461230966842064897", "quoteToken": "IStG5h1Tz7b"}]}

CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=body(text("Kak, sage L masih ada?")),
    unknown=body(event("hologram")),
    sign=sign,
    forge=forge,
    edit=body(event("messageEdited", message={"id": "325708", "type": "text", "text": "Kak, sage M?"})),
    delete=body(event("unsend", unsend={"messageId": "325708"})),
    history=body(text("Halo", mode="standby")),
    out=Outbound(client_ref=CLIENT_REF, recipient=RINA, text="Ready kak"),
    answers={
        "sent": (says(200, **SENT_ONE), Sent("461230966842064897")),
        "accepted_before": (
            says(409, message="The retry key is already accepted", **SENT_ONE),
            Sent("461230966842064897"),
        ),
        "rate_limited": (
            says(429, message="The API rate limit has been exceeded. Try again later."),
            Retry(Failure.TOO_MANY),
        ),
        "quota": (says(429, message="You have reached your monthly limit."), Failed(Failure.QUOTA_USED_UP)),
        "token_dead": (
            says(401, message="Authentication failed. Confirm that the access token is valid."),
            Failed(Failure.TOKEN_DEAD),
        ),
        "no_such_recipient": (
            says(400, message="The property, 'to', in the request body is invalid (line: -, column: -)"),
            Failed(Failure.NO_SUCH_RECIPIENT),
        ),
        "refused": (
            says(400, message="The request body has 1 error(s)", details=[{"message": "May not be empty"}]),
            Failed(Failure.REFUSED_CONTENT),
        ),
        "too_long": (
            says(
                400,
                message="The request body has 1 error(s)",
                details=[{"message": "Length must be between 0 and 5000", "property": "messages[0].text"}],
            ),
            Failed(Failure.TOO_LARGE),
        ),
        "down": (lambda request: httpx.Response(500), Retry(Failure.PROVIDER_DOWN)),
        "gateway_broke": (lambda request: httpx.Response(504), Retry(Failure.PROVIDER_DOWN)),
        "broke_off": (breaks_off, Retry(Failure.UNREACHABLE)),
    },
    media_ref={"message_id": "325708"},
    media_answers={
        "ok": lambda request: httpx.Response(200, content=b"picture"),
        "gone": lambda request: httpx.Response(404),
        "token_dead": lambda request: httpx.Response(401),
        "down": lambda request: httpx.Response(202),
    },
)
