"""TikTok: direct messages by the Business Messaging API, lead forms of ads by Lead Generation."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from sapa.gateway.adapters.tiktok.api import (
    TEXT_LIMIT,
    connect_account,
    fetch_picture,
    poll_leads,
    refresh_tokens,
    send_message,
)
from sapa.gateway.adapters.tiktok.guide import GUIDE
from sapa.gateway.adapters.tiktok.leads import events_of_leads
from sapa.gateway.adapters.tiktok.messages import events_of_message
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
from sapa.gateway.types import Event, Unsupported
from sapa.gateway.wire import moment, read_object, words

# TikTok repeats a call for 72 hours and does not say whether it signs anew. A replay does no harm: each message counts once.
_OLDEST = timedelta(hours=72, minutes=5)
_CLOCKS_APART = timedelta(minutes=5)


class TikTokAdapter(BaseAdapter):
    """A business account. Settings: `client_id`, `client_secret`, `access_token`, `refresh_token`, `lead_advertiser_id`,
    `lead_page_id`, `base_url`; the account is the business id.
    """

    kind = "tiktok"
    guide = GUIDE
    capabilities = Capabilities(
        text_limit=TEXT_LIMIT,
        media={"image": 3 * 1024 * 1024},
        receipts=frozenset({"read"}),
        window=Window(48, most_messages=10),
        rates=(Rate(10, 1),),
        echoes=True,
        poll_seconds=600,
        refresh_before=timedelta(hours=2),
    )

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        secret = words(account.settings.get("client_secret"))
        parts = dict(
            part.strip().partition("=")[::2]
            for part in request.headers.get("tiktok-signature", "").split(",")
        )
        at, shown = parts.get("t", ""), parts.get("s", "")
        expected = hmac.new(secret.encode(), at.encode() + b"." + request.body, hashlib.sha256).hexdigest()
        if not secret or not hmac.compare_digest(expected.encode(), shown.encode()):
            return Rejected("The signature is not of this app's secret.")
        signed_at = moment(at)
        if signed_at is None:
            return Rejected("The signature has no time.")
        if request.received_at and not -_CLOCKS_APART <= request.received_at - signed_at <= _OLDEST:
            return Rejected("The signature is too old.")
        return Verified()

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        body = read_object(raw.body)
        if not body:
            return [Unsupported("unreadable", "The body is no JSON object.")]
        if isinstance(body.get("entry"), list):
            return events_of_leads(body, account)
        return events_of_message(body, account)

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        return send_message(out, account, http)

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        return fetch_picture(ref, account, http)

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        return poll_leads(cursor, account, http)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        return connect_account(account, http, hook_url, now)

    def refresh(self, account: Account, http: httpx.Client, *, now: datetime) -> dict[str, Any]:
        kept = refresh_tokens(account, http, now)
        kept.pop("account", None)
        return kept


ADAPTER = TikTokAdapter()
