"""Meta's side of the three channels: how it signs, asks, answers and fails. Invented people, documented shapes."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

import httpx

from sapa.gateway.contract import Challenge, RawRequest
from tests.gateway.adapters.cases import Answer

APP_SECRET = "rahasia-aplikasi-toko-sage"
TOKEN = "EAAG-invented-token-of-toko-sage"
VERIFY_TOKEN = "kata-verifikasi-toko-sage"
HOOK = "https://tokosage.example/hooks/0190/"
KEYS = {"app_secret": APP_SECRET, "token": TOKEN, "verify_token": VERIFY_TOKEN}


def sign(body: bytes, secret: str = APP_SECRET) -> RawRequest:
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return RawRequest("POST", HOOK, {"x-hub-signature-256": f"sha256={signature}"}, body)


def forge(body: bytes) -> RawRequest:
    return sign(body, "rahasia-orang-lain")


def ask_whether_it_is_ours() -> tuple[RawRequest, Challenge]:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    return RawRequest("GET", f"{HOOK}?{urlencode(query)}", {}, b"", query), Challenge(b"1158201444")


def says(status: int = 200, **body: Any) -> Answer:
    return lambda request: httpx.Response(status, json=body)


def fails(
    status: int, code: int, subcode: int | None = None, words: str = "Something", **more: Any
) -> Answer:
    """An error as Graph words it."""
    error: dict[str, Any] = {"message": f"(#{code}) {words}", "type": "OAuthException", "code": code, **more}
    if subcode is not None:
        error["error_subcode"] = subcode
    error["fbtrace_id"] = "AbCdEf"
    return says(status, error=error)


def breaks_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


def closes_the_line(request: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError("closed without an answer", request=request)


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


def gateway_breaks(request: httpx.Request) -> httpx.Response:
    return httpx.Response(502, text="<html>Bad gateway</html>")


def nobody_asked(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"nothing was to be sent: {request.url}")


def takes_everything(request: httpx.Request) -> httpx.Response:
    """An upload gets an id, a WhatsApp message another."""
    if request.url.path.endswith("/media"):
        return httpx.Response(200, json={"id": "999"})
    to = {"input": "62811812345", "wa_id": "62811812345"}
    return httpx.Response(
        200, json={"messaging_product": "whatsapp", "contacts": [to], "messages": [{"id": "wamid.OUT01"}]}
    )
