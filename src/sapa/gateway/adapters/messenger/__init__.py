"""Facebook Messenger: what people write to the shop's Page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from sapa.gateway.adapters._meta import connecting, parsing, people
from sapa.gateway.adapters._meta.graph import GRAPH
from sapa.gateway.adapters._meta.replying import Line, reply
from sapa.gateway.adapters._meta.sign_in import MESSENGER
from sapa.gateway.adapters._meta.signing import verify
from sapa.gateway.adapters.messenger.guide import GUIDE
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
from sapa.gateway.types import Event

_MB = 1024 * 1024
_TEXT_LIMIT = 2000
_FIELDS = (
    "messages,message_echoes,message_edits,message_reactions,message_deliveries,message_reads,"
    "messaging_postbacks,messaging_referrals,messaging_optins,messaging_policy_enforcement,standby"
)
_LINE = Line(upload_node="me", bears_metadata=True, text_characters=_TEXT_LIMIT)
_HUMAN_AGENT = Window(hours=7 * 24)


class MessengerAdapter(BaseAdapter):
    """Settings: token, app_secret, app_id, human_agent, base_url, api_version."""

    kind = "messenger"
    capabilities = Capabilities(
        text_limit=_TEXT_LIMIT,
        media={"image": 8 * _MB, "video": 25 * _MB, "audio": 25 * _MB, "document": 25 * _MB},
        receipts=frozenset({"delivered", "read"}),
        window=Window(hours=24),
        rates=(Rate(300, 1),),
        buttons=True,
        edits=True,
        reactions=True,
        echoes=True,
        poll_seconds=people.POLL_SECONDS,
    )
    guide = GUIDE
    sign_in = MESSENGER

    def capabilities_for(self, account: Account) -> Capabilities:
        if account.settings.get("human_agent") != "yes":
            return self.capabilities
        return replace(self.capabilities, window=_HUMAN_AGENT)

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        return verify(request, account)

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        return parsing.parse(raw, account, object_name="page")

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        return reply(out, _LINE, account, http)

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        return parsing.fetch(ref, account, http)

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        return people.poll_names(cursor, account, http, node="me", base=GRAPH)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        return connecting.connect_page(account, http, hook_url=hook_url, fields=_FIELDS)


ADAPTER = MessengerAdapter()
