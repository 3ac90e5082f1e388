"""Payments by Xendit: https://developers.xendit.co (invoices, payment requests, refunds).

A call is proven by a static token only, so it just says what to ask Xendit about.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Account, Guide, SettingField
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    Challenge,
    RawItem,
    RawRequest,
    Rejected,
    TokenDeadError,
    Verified,
)
from sapa.gateway.types import Event, LookAgain, PaymentStated, Unsupported
from sapa.gateway.wire import ask, dedupe_key, first, ident, mapping, moment_of_text, read_object, words

DEFAULT_BASE = "https://api.xendit.co"
_PATHS = {"invoice": "/v2/invoices/", "payment_request": "/payment_requests/", "refund": "/refunds/"}
_INVOICE = {"PENDING": "pending", "PAID": "paid", "SETTLED": "paid", "EXPIRED": "expired"}
_REQUEST = {
    "SUCCEEDED": "paid",
    "PENDING": "pending",
    "REQUIRES_ACTION": "pending",
    "AWAITING_CAPTURE": "pending",
    "FAILED": "failed",
    "CANCELED": "failed",
    "EXPIRED": "expired",
}


class Xendit(BaseAdapter):
    """Settings: `secret_key`, `callback_token`, `base_url`."""

    kind = "payment:xendit"
    capabilities = Capabilities(sends=False)
    guide = Guide(
        title="Xendit",
        steps=(
            _("Buat Secret API Key dengan izin baca untuk Invoices, Payments, dan Refunds."),
            _("Salin Webhook Verification Token dari Settings, lalu Webhooks."),
            _("Tempel alamat dari Sapa di Webhooks, untuk Invoices paid dan Payment succeeded."),
            _(
                "Isi external_id atau reference_id dengan nomor pesanan Anda; dari situ Sapa tahu pesanan mana yang lunas."
            ),
        ),
        takes=_("Beberapa menit, bila akun Xendit Anda sudah aktif"),
        proven=False,
        fields=(
            SettingField("secret_key", _("Secret API Key"), is_secret=True),
            SettingField("callback_token", _("Webhook Verification Token"), is_secret=True),
        ),
    )

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        token = words(account.settings.get("callback_token"))
        shown = request.headers.get("x-callback-token", "")
        if not token or not hmac.compare_digest(token.encode(), shown.encode()):
            return Rejected("The callback token is another one.")
        return Verified()

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        body = read_object(raw.body)
        if isinstance(raw, RawItem):
            return [_payment(words(raw.head.get("shape")), body, account)]
        ref = _ref(body)
        return [
            LookAgain(account.ref, ref) if ref else Unsupported("xendit.call", words(body.get("event"))[:60])
        ]

    def look(self, ref: str, account: Account, http: httpx.Client) -> tuple[RawItem, ...]:
        shape, _colon, number = ref.partition(":")
        if shape not in _PATHS:
            return ()
        answer = _ask(account, http, f"{_PATHS[shape]}{number}")
        if answer.status_code == 404:
            return ()
        body = read_object(answer.content)
        key = dedupe_key("xendit", number, words(body.get("status")), words(body.get("updated")))
        return (RawItem(key, answer.content, {"shape": shape}),)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        _ask(account, http, f"{_PATHS['invoice']}sapa-connection-check")
        return {}


def _ref(body: dict[str, Any]) -> str:
    event, data = words(body.get("event")), mapping(body.get("data"))
    if event.startswith("refund."):
        return _named("refund", data.get("id"))
    if event.startswith(("payment.", "payment_request.")):
        return _named("payment_request", data.get("payment_request_id") or data.get("id"))
    if not event and "external_id" in body:
        return _named("invoice", body.get("id"))
    return ""


def _named(shape: str, number: Any) -> str:
    found = ident(number, 80)
    return f"{shape}:{found}" if found.replace("-", "").replace("_", "").isalnum() else ""


def _ask(account: Account, http: httpx.Client, path: str) -> httpx.Response:
    base = words(account.settings.get("base_url")) or DEFAULT_BASE
    answer = ask(http, "GET", f"{base}{path}", auth=(words(account.settings.get("secret_key")), ""))
    if answer.status_code in (401, 403):
        raise TokenDeadError("Xendit refuses the secret key.")
    return answer


def _payment(shape: str, body: dict[str, Any], account: Account) -> Event:
    readers: dict[str, Callable[[dict[str, Any]], tuple[str, str, str | None, str]]] = {
        "invoice": _of_invoice,
        "payment_request": _of_request,
        "refund": _of_refund,
    }
    reader = readers.get(shape)
    if reader is None:
        return Unsupported("xendit.shape", shape[:60])
    payment, order, status, said_at = reader(body)
    amount, at = _amount(body), moment_of_text(said_at.replace("Z", "+00:00"))
    if status is None or amount is None or at is None or not payment:
        return Unsupported(f"xendit.{shape}", words(body.get("status"))[:60])
    method = first((words(body.get("payment_channel")), words(body.get("payment_method"))))
    currency = words(body.get("currency"))[:3] or "IDR"
    return PaymentStated(account.ref, payment, order, status, amount, at, currency, method[:40])


def _of_invoice(body: dict[str, Any]) -> tuple[str, str, str | None, str]:
    at = first(words(body.get(name)) for name in ("paid_at", "updated", "created"))
    return (
        ident(body.get("id"), 80),
        ident(body.get("external_id"), 80),
        _INVOICE.get(words(body.get("status"))),
        at,
    )


def _of_request(body: dict[str, Any]) -> tuple[str, str, str | None, str]:
    at = first(words(body.get(name)) for name in ("updated", "created"))
    return (
        ident(body.get("id"), 80),
        ident(body.get("reference_id"), 80),
        _REQUEST.get(words(body.get("status"))),
        at,
    )


def _of_refund(body: dict[str, Any]) -> tuple[str, str, str | None, str]:
    """A refund names the payment that it gives back; its order is known from there."""
    at = first(words(body.get(name)) for name in ("updated", "created"))
    paid = first(ident(body.get(name), 80) for name in ("payment_request_id", "invoice_id", "payment_id"))
    return paid, "", "refunded" if words(body.get("status")) == "SUCCEEDED" else None, at


def _amount(body: dict[str, Any]) -> int | None:
    value = body.get("paid_amount") or body.get("amount")
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or abs(value) >= 10**15
        or value != value
    ):
        return None
    return int(value)


ADAPTER = Xendit()
