"""Parcels by Biteship: https://biteship.com/id/docs (webhooks, orders, trackings by waybill and courier).

A call is proven by a header of our own choosing only, so it just says which parcel to ask about. Any waybill of its
couriers can be followed, also of parcels that were not booked through it.
"""

from __future__ import annotations

import hmac
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
from sapa.gateway.types import Event, LookAgain, ShipmentStated, Unsupported
from sapa.gateway.wire import (
    ask,
    dedupe_key,
    first,
    ident,
    items,
    mapping,
    moment_of_text,
    read_object,
    words,
)

DEFAULT_BASE = "https://api.biteship.com"
DEFAULT_HEADER = "x-sapa-token"
_STATUSES = {
    "confirmed": "booked",
    "scheduled": "booked",
    "allocated": "booked",
    "pickingup": "booked",
    "picked": "picked_up",
    "droppingoff": "in_transit",
    "intransit": "in_transit",
    "onprocess": "in_transit",
    "delivered": "delivered",
    "returnintransit": "returned",
    "returned": "returned",
    "onhold": "problem",
    "rejected": "problem",
    "couriernotfound": "problem",
    "disposed": "problem",
    "cancelled": "cancelled",
}


class Biteship(BaseAdapter):
    """Settings: `api_key`, `hook_header`, `hook_secret`, `base_url`."""

    kind = "shipping:biteship"
    capabilities = Capabilities(sends=False)
    guide = Guide(
        title="Biteship",
        steps=(
            _("Buat API key di Dashboard Biteship: Integrasi."),
            _("Tempel alamat dari Sapa di Webhook, dengan nama dan isi header yang sama seperti di sini."),
            _("Tanpa webhook pun Sapa menanyakan resi yang belum sampai beberapa kali sehari."),
        ),
        takes=_("Beberapa menit"),
        proven=False,
        fields=(
            SettingField("api_key", _("API key"), is_secret=True),
            SettingField("hook_header", _("Nama header webhook"), default=DEFAULT_HEADER),
            SettingField("hook_secret", _("Isi header webhook"), is_secret=True),
        ),
    )

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        """Biteship tries a new address with an empty body and wants to hear 200."""
        if request.body.strip() in (b"", b"{}"):
            return Challenge(b"ok")
        header = words(account.settings.get("hook_header")) or DEFAULT_HEADER
        secret, shown = words(account.settings.get("hook_secret")), request.headers.get(header.lower(), "")
        if not secret or not hmac.compare_digest(secret.encode(), shown.encode()):
            return Rejected("The header is missing or another one.")
        return Verified()

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        body = read_object(raw.body)
        if isinstance(raw, RawItem):
            return _scans(body, account)
        # Public handlers disagree on whether the order stands at the top or one level down.
        said = {**mapping(body.get("data")), **mapping(body.get("order")), **body}
        ref = waybill_ref(said.get("courier_waybill_id"), said.get("courier_company")) or _order_ref(said)
        return [
            LookAgain(account.ref, ref)
            if ref
            else Unsupported("biteship.call", words(body.get("event"))[:60])
        ]

    def look(self, ref: str, account: Account, http: httpx.Client) -> tuple[RawItem, ...]:
        shape, _colon, rest = ref.partition(":")
        if shape == "order":
            answer = _ask(account, http, f"/v1/orders/{rest}")
            courier = mapping(read_object(answer.content).get("courier"))
            found = waybill_ref(courier.get("waybill_id"), courier.get("company"))
            return self.look(found, account, http) if found else ()
        courier_code, _colon, waybill = rest.partition(":")
        answer = _ask(account, http, f"/v1/trackings/{waybill}/couriers/{courier_code}")
        if answer.status_code != 200:
            return ()
        return (RawItem(dedupe_key("biteship", answer.content), answer.content),)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        _ask(account, http, "/v1/couriers")
        return {}


def waybill_ref(waybill: Any, courier: Any) -> str:
    """What `look` takes for a waybill; "" where either is no plain word."""
    number, company = ident(waybill, 80), ident(courier, 40).lower()
    return f"waybill:{company}:{number}" if number.replace("-", "").isalnum() and company.isalnum() else ""


def _order_ref(said: dict[str, Any]) -> str:
    number = ident(said.get("order_id"), 80)
    return f"order:{number}" if number.isalnum() else ""


def _ask(account: Account, http: httpx.Client, path: str) -> httpx.Response:
    base = words(account.settings.get("base_url")) or DEFAULT_BASE
    answer = ask(
        http, "GET", f"{base}{path}", headers={"authorization": words(account.settings.get("api_key"))}
    )
    if answer.status_code in (401, 403):
        raise TokenDeadError("Biteship refuses the API key.")
    return answer


def _scans(body: dict[str, Any], account: Account) -> list[Event]:
    waybill, courier = (
        ident(body.get("waybill_id"), 80),
        ident(mapping(body.get("courier")).get("company"), 40),
    )
    order = first((ident(body.get("reference_id"), 80), ident(body.get("external_id"), 80)))
    found: list[Event] = [
        ShipmentStated(account.ref, waybill, courier, status, at, order, words(scan.get("note"))[:200])
        for scan in items(body.get("history"))
        if (status := status_of(words(scan.get("status"))))
        and (at := moment_of_text(words(scan.get("updated_at"))))
    ]
    return found if waybill and found else [Unsupported("biteship.tracking", words(body.get("status"))[:60])]


def status_of(said: str) -> str:
    """Our word for a status of theirs, written with or without a line between; "" where it is not known."""
    return _STATUSES.get(said.lower().replace("_", "").replace(" ", ""), "")


ADAPTER = Biteship()
