"""LINE by the Messaging API: https://developers.line.biz/en/reference/messaging-api/."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from sapa.gateway.adapters.line.api import (
    FETCHED_UNTIL,
    FILE_TYPES,
    MEDIA,
    TEXT_LIMIT,
    connect_bot,
    fetch_content,
    look_up_person,
    push,
)
from sapa.gateway.adapters.line.events import events_of_body, person_of_answer
from sapa.gateway.adapters.line.guide import GUIDE
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    Challenge,
    Outbound,
    Rate,
    RawItem,
    RawRequest,
    Rejected,
    SendResult,
    Verified,
)
from sapa.gateway.types import Event, Unsupported
from sapa.gateway.wire import can_be_fetched_from, read_object, words


class LineAdapter(BaseAdapter):
    """An official account. Settings: `channel_secret`, `access_token`, `base_url`."""

    kind = "line"
    guide = GUIDE
    capabilities = Capabilities(
        text_limit=TEXT_LIMIT,
        media=MEDIA,
        file_types=FILE_TYPES,
        fetches_files=FETCHED_UNTIL,
        rates=(Rate(2000, 1),),
        first_contact=False,
        buttons=True,
        edits=True,
        deletes=True,
        groups=True,
    )

    def capabilities_for(self, account: Account) -> Capabilities:
        """LINE, and the customers' phones, fetch files from us: without a public address there are none."""
        return self.capabilities if can_be_fetched_from(account) else replace(self.capabilities, media={})

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        secret = words(account.settings.get("channel_secret"))
        digest = hmac.new(secret.encode(), request.body, hashlib.sha256).digest()
        shown = request.headers.get("x-line-signature", "")
        if not secret or not hmac.compare_digest(base64.b64encode(digest), shown.encode()):
            return Rejected("The signature is not of this channel's secret.")
        return Verified()

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        body = read_object(raw.body)
        if "profile" in body:
            return person_of_answer(body, account)
        if not isinstance(body.get("events"), list):
            return [Unsupported("unreadable", "The body has no list of events.")]
        return events_of_body(body, account)

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        return push(out, account, http)

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        return fetch_content(ref, account, http)

    def look(self, ref: str, account: Account, http: httpx.Client) -> tuple[RawItem, ...]:
        return look_up_person(ref, account, http)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        return connect_bot(account, http, hook_url)


ADAPTER = LineAdapter()
