"""Midtrans, for the contract: notifications as documented, with an invented order of Rina's."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from zoneinfo import ZoneInfo

from sapa.gateway.adapters.midtrans import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import RawRequest
from tests.gateway.adapters.cases import AdapterCases

KEY = "SB-Mid-server-rahasia-toko-sage"
ACCOUNT = Account(
    1,
    "0191",
    "payment:midtrans",
    "Midtrans",
    "",
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {"server_key": KEY, "base_url": "http://midtrans.test"},
)


def notification(status: str = "settlement", **fields: Any) -> dict[str, Any]:
    return {
        "transaction_time": "2026-11-21 13:10:00",
        "settlement_time": "2026-11-21 13:12:00",
        "transaction_status": status,
        "transaction_id": "6ee793df-9b1d-4343-8eda-cc9663b4222f",
        "status_code": "200",
        "payment_type": "qris",
        "order_id": "SAGE-2611-001",
        "gross_amount": "185000.00",
        "fraud_status": "accept",
        "currency": "IDR",
        **fields,
    }


def signed(body: dict[str, Any], key: str = KEY) -> bytes:
    said = f"{body['order_id']}{body['status_code']}{body['gross_amount']}{key}"
    return json.dumps({**body, "signature_key": hashlib.sha512(said.encode()).hexdigest()}).encode()


def request(content: bytes) -> RawRequest:
    return RawRequest("POST", "https://tokosage.example/hooks/0191/", {}, content)


def forged(content: bytes) -> RawRequest:
    return request(signed({**notification(), **json.loads(content)}, key="SB-Mid-server-orang-lain"))


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=signed(notification()),
    unknown=signed(notification(transaction_id=None, order_id="")),
    sign=request,
    forge=forged,
    signs_in_body=True,
)
