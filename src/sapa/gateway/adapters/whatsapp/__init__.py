"""WhatsApp by Meta's Cloud API, alone or beside the phone app (coexistence)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from sapa.gateway.adapters._meta.sign_in import WHATSAPP
from sapa.gateway.adapters._meta.signing import verify
from sapa.gateway.adapters.whatsapp import connecting, media, parsing, sending
from sapa.gateway.adapters.whatsapp.guide import GUIDE
from sapa.gateway.adapters.whatsapp.statuses import STATUSES
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    Challenge,
    Outbound,
    Polled,
    Rate,
    RawItem,
    RawRequest,
    Rejected,
    SendResult,
    Verified,
    Window,
)
from sapa.gateway.types import Event, Key

_MB = 1024 * 1024
# Meta, "Throughput": 80 messages a second, 20 beside the phone app; one every six seconds to the same person.
_TO_ONE_PERSON = Rate(1, 6, each_recipient=True)


class WhatsAppAdapter(BaseAdapter):
    """Settings: token, app_secret, phone_number_id, waba_id; coexistence, user_id_field, prices, base_url, api_version."""

    kind = "whatsapp"
    capabilities = Capabilities(
        text_limit=sending.TEXT_LIMIT,
        media={
            "image": 5 * _MB,
            "video": 16 * _MB,
            "audio": 16 * _MB,
            "document": 100 * _MB,
            "sticker": 500 * 1024,
        },
        receipts=STATUSES,
        window=Window(hours=24, template_outside=True),
        rates=(Rate(80, 1), _TO_ONE_PERSON),
        first_contact=True,
        templates=True,
        buttons=True,
        edits=True,
        deletes=True,
        reactions=True,
        echoes=True,
        poll_seconds=3600,
    )
    guide = GUIDE
    sign_in = WHATSAPP

    def capabilities_for(self, account: Account) -> Capabilities:
        if account.settings.get("coexistence") != "yes":
            return self.capabilities
        return replace(self.capabilities, rates=(Rate(20, 1), _TO_ONE_PERSON))

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        return verify(request, account)

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        return parsing.parse(raw, account)

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        return sending.send(out, account, http)

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        return media.fetch(ref, account, http)

    def address(self, conversation_key: str, keys: Sequence[Key]) -> str:
        return sending.address_of(conversation_key, keys)

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        """Templates: their words come by no webhook."""
        return connecting.poll_templates(cursor, account, http)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        return connecting.connect(account, http, hook_url=hook_url)


ADAPTER = WhatsAppAdapter()
