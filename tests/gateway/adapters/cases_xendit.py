"""Xendit, for the contract: calls as documented, with an invented order of Rina's."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

from sapa.gateway.adapters.xendit import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import RawRequest
from tests.gateway.adapters.cases import AdapterCases

TOKEN = "token-panggilan-toko-sage"
ACCOUNT = Account(
    1,
    "0191",
    "payment:xendit",
    "Xendit",
    "",
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {"secret_key": "xnd_rahasia_toko_sage", "callback_token": TOKEN, "base_url": "http://xendit.test"},
)


def invoice(status: str = "PAID", **fields: Any) -> dict[str, Any]:
    return {
        "id": "593f4ed1c3d3bb7f39733d83",
        "external_id": "SAGE-2611-001",
        "status": status,
        "amount": 185000,
        "paid_amount": 185000,
        "paid_at": "2026-11-21T06:12:00.912Z",
        "created": "2026-11-21T06:00:00.000Z",
        "updated": "2026-11-21T06:12:00.912Z",
        "currency": "IDR",
        "payment_channel": "ALFAMART",
        **fields,
    }


def request(content: bytes) -> RawRequest:
    return RawRequest("POST", "https://tokosage.example/hooks/0191/", {"x-callback-token": TOKEN}, content)


def forged(content: bytes) -> RawRequest:
    return RawRequest(
        "POST", "https://tokosage.example/hooks/0191/", {"x-callback-token": "tebakan"}, content
    )


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=json.dumps(invoice()).encode(),
    unknown=b'{"event": "payment_method.activated", "data": {"id": "pm-1"}}',
    sign=request,
    forge=forged,
)
