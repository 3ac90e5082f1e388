"""Biteship, for the contract: calls as documented, with an invented parcel of Rina's."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

from sapa.gateway.adapters.biteship import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Challenge, RawRequest
from tests.gateway.adapters.cases import AdapterCases

SECRET = "isi-header-toko-sage"
ACCOUNT = Account(
    1,
    "0191",
    "shipping:biteship",
    "Biteship",
    "",
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {"api_key": "biteship_rahasia", "hook_secret": SECRET, "base_url": "http://biteship.test"},
)
CALL = {
    "event": "order.status",
    "order_id": "62f4b8d9c0a1e00012ab3cde",
    "courier_waybill_id": "JP0000123456",
    "courier_company": "jnt",
    "status": "picked",
}


def tracking(*scans: tuple[str, str], **fields: Any) -> dict[str, Any]:
    history = [{"note": f"Paket {status}", "status": status, "updated_at": at} for status, at in scans]
    return {
        "success": True,
        "waybill_id": "JP0000123456",
        "courier": {"company": "jnt"},
        "history": history,
        "status": scans[-1][0] if scans else "",
        **fields,
    }


def request(content: bytes) -> RawRequest:
    return RawRequest("POST", "https://tokosage.example/hooks/0191/", {"x-sapa-token": SECRET}, content)


def forged(content: bytes) -> RawRequest:
    return RawRequest("POST", "https://tokosage.example/hooks/0191/", {"x-sapa-token": "tebakan"}, content)


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=json.dumps(CALL).encode(),
    unknown=b'{"event": "order.price", "order_price": 18000}',
    sign=request,
    forge=forged,
    challenge=(RawRequest("POST", "https://tokosage.example/hooks/0191/", {}, b""), Challenge(b"ok")),
)
