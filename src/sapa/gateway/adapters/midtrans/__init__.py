"""Payments by Midtrans: https://docs.midtrans.com (HTTP notification, GET status).

The signature of a notification does not cover `transaction_status`: a notification only says which payment to ask about.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Account, Guide, SettingField
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    Challenge,
    ProviderDownError,
    RawItem,
    RawRequest,
    Rejected,
    TokenDeadError,
    Verified,
)
from sapa.gateway.types import Event, LookAgain, PaymentStated, Unsupported
from sapa.gateway.wire import ask, dedupe_key, first, ident, read_object, words

DEFAULT_BASE = "https://api.midtrans.com"
_JAKARTA = ZoneInfo("Asia/Jakarta")
_STATUSES = {
    "settlement": "paid",
    "pending": "pending",
    "authorize": "pending",
    "deny": "failed",
    "cancel": "failed",
    "failure": "failed",
    "expire": "expired",
    "refund": "refunded",
    "partial_refund": "refunded",
    "chargeback": "refunded",
}


class Midtrans(BaseAdapter):
    """Settings: `server_key`, `base_url` (the sandbox's, or a stand-in's)."""

    kind = "payment:midtrans"
    capabilities = Capabilities(sends=False)
    guide = Guide(
        title="Midtrans",
        steps=(
            _("Salin Server Key dari Dashboard Midtrans: Settings, lalu Access Keys."),
            _(
                "Tempel alamat dari Sapa di Settings, Payment, Notification URL. Alamat itu harus menjawab tanpa pengalihan."
            ),
            _(
                "Pakai nomor pesanan yang sama di Midtrans dan di data pesanan Anda; dari situ Sapa tahu pesanan mana yang lunas."
            ),
        ),
        takes=_("Beberapa menit, bila akun Midtrans Anda sudah aktif"),
        proven=False,
        fields=(SettingField("server_key", _("Server Key"), is_secret=True),),
    )

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        """SHA-512 over order id, status code, gross amount as sent, and the server key."""
        body = read_object(request.body)
        key = words(account.settings.get("server_key"))
        said = "".join(words(body.get(name)) for name in ("order_id", "status_code", "gross_amount"))
        wanted = hashlib.sha512(f"{said}{key}".encode()).hexdigest()
        if not key or not hmac.compare_digest(wanted.encode(), words(body.get("signature_key")).encode()):
            return Rejected("The signature is not of this server key.")
        return Verified()

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        body = read_object(raw.body)
        if isinstance(raw, RawItem):
            return [_payment(body, account)]
        asked = first((ident(body.get("transaction_id"), 80), ident(body.get("order_id"), 80)))
        return [LookAgain(account.ref, f"payment:{asked}") if asked else Unsupported("midtrans.no_id")]

    def look(self, ref: str, account: Account, http: httpx.Client) -> tuple[RawItem, ...]:
        asked = ref.removeprefix("payment:")
        answer = _ask(account, http, f"/v2/{asked}/status")
        body = read_object(answer.content)
        if words(body.get("status_code")) == "404":
            return ()
        said = [
            words(body.get(name))
            for name in ("transaction_id", "transaction_status", "fraud_status", "refund_amount")
        ]
        return (RawItem(dedupe_key("midtrans", *said), answer.content),)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        """A payment that cannot exist is asked for: only the key's owner is told that it does not."""
        _ask(account, http, "/v2/sapa-connection-check/status")
        return {}


def _ask(account: Account, http: httpx.Client, path: str) -> httpx.Response:
    base = words(account.settings.get("base_url")) or DEFAULT_BASE
    answer = ask(http, "GET", f"{base}{path}", auth=(words(account.settings.get("server_key")), ""))
    # Midtrans answers 200 and says the real status in the body.
    status = words(read_object(answer.content).get("status_code")) or str(answer.status_code)
    if status in ("401", "403") or answer.status_code in (401, 403):
        raise TokenDeadError("Midtrans refuses the server key.")
    if status.startswith("5"):
        raise ProviderDownError(f"Midtrans says {status}.")
    return answer


def _payment(body: dict[str, Any], account: Account) -> Event:
    said = words(body.get("transaction_status"))
    status = _STATUSES.get(said)
    if said == "capture":
        status = "paid" if words(body.get("fraud_status")) in ("", "accept") else "pending"
    amount = _amount(body, "refund_amount" if status == "refunded" else "gross_amount")
    at = _moment(first(words(body.get(name)) for name in ("settlement_time", "transaction_time")))
    payment, order = ident(body.get("transaction_id"), 80), ident(body.get("order_id"), 80)
    if status is None or amount is None or at is None or not payment:
        return Unsupported("midtrans.payment", said[:60])
    currency = words(body.get("currency"))[:3] or "IDR"
    return PaymentStated(
        account.ref, payment, order, status, amount, at, currency, words(body.get("payment_type"))[:40]
    )


def _amount(body: dict[str, Any], name: str) -> int | None:
    """Whole rupiah; Midtrans writes "24145.00"."""
    try:
        value = Decimal(words(body.get(name)) or words(body.get("gross_amount")))
        return int(value) if value.is_finite() and abs(value) < 10**15 else None
    except InvalidOperation:
        return None


def _moment(said: str) -> datetime | None:
    """Midtrans writes Jakarta's time without saying so."""
    try:
        return datetime.fromisoformat(said).replace(tzinfo=_JAKARTA)
    except ValueError:
        return None


ADAPTER = Midtrans()
