"""What the contract test asks the adapter of the shop's own site with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.adapters.web import ADAPTER
from sapa.gateway.adapters.web.door import door_headers
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Outbound, RawRequest, Sent
from tests.gateway.adapters.cases import AdapterCases

SECRET = "rahasia-pengunjung-untuk-uji"
VISITOR = "vAAAAAAAAAAAAAAAAAAAAAA"
ARRIVED = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)

ACCOUNT = Account(
    id=7,
    public_id="019a0000-0000-7000-8000-000000000007",
    kind="web",
    name="Situs",
    account="tokosage.example",
    timezone=ZoneInfo("Asia/Jakarta"),
    currency="IDR",
    settings={
        "origins": "https://tokosage.example",
        "visitor_secret": SECRET,
        "identity_secret": "rahasia-situs-untuk-uji",
    },
)


def body(**values: Any) -> bytes:
    return json.dumps(values).encode()


MESSAGE = body(
    type="message",
    visitor=VISITOR,
    id="5b0c7a2e-0000-4000-8000-000000000001",
    text="Kak, sage L masih ada?",
    name="Rina Wulandari",
    phone="+6281234567890",
    at="2026-11-21T07:29:50.000Z",
    sent="2026-11-21T07:29:55.000Z",
    first={"source": "instagram", "medium": "bio", "referrer": "https://l.instagram.com/x"},
)


def sign(raw: bytes) -> RawRequest:
    return RawRequest("POST", "", door_headers(raw, SECRET, ARRIVED), raw)


def forge(raw: bytes) -> RawRequest:
    return RawRequest("POST", "", door_headers(raw, "tebakan", ARRIVED), raw)


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"nothing is called to send through our own site: {request.url}")


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=MESSAGE,
    unknown=body(type="poke", visitor=VISITOR),
    sign=sign,
    forge=forge,
    receipts={"read": body(type="seen", visitor=VISITOR, status="read", ids=["d-1", "d-2"])},
    out=Outbound(client_ref="d-1", recipient=VISITOR, text="Masih, Kak."),
    answers={"sent": (never, Sent("d-1"))},
    speaks_http=False,
)
