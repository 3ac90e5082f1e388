"""Telegram by the Bot API: https://core.telegram.org/bots/api."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from sapa.gateway.adapters.telegram.bot import connect_bot, fetch_file, poll_updates
from sapa.gateway.adapters.telegram.guide import GUIDE
from sapa.gateway.adapters.telegram.sending import TEXT_LIMIT, send_message
from sapa.gateway.adapters.telegram.updates import UPDATES, events_of_update
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
)
from sapa.gateway.types import Event, Unsupported
from sapa.gateway.wire import moment_of_text, read_object, words

_MEGABYTE = 1024 * 1024
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header


class TelegramAdapter(BaseAdapter):
    """A bot, the groups it is in, and the business accounts that let it answer for them.

    Settings: `token`, `mode` (webhook or poll), `secret_token` (made by `connect`), `base_url`.
    """

    kind = "telegram"
    guide = GUIDE
    capabilities = Capabilities(
        text_limit=TEXT_LIMIT,
        media={
            "image": 50 * _MEGABYTE,
            "video": 50 * _MEGABYTE,
            "audio": 50 * _MEGABYTE,
            "gif": 50 * _MEGABYTE,
            "document": 50 * _MEGABYTE,
        },
        rates=(Rate(30, 1), Rate(1, 1, each_recipient=True)),
        buttons=True,
        edits=True,
        deletes=True,
        reactions=True,
        groups=True,
        echoes=True,
        poll_seconds=3,
    )

    def capabilities_for(self, account: Account) -> Capabilities:
        """A bot that is told by webhook is not asked as well: Telegram allows one of the two."""
        if account.settings.get("mode") == "poll":
            return self.capabilities
        return replace(self.capabilities, poll_seconds=None)

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        secret = words(account.settings.get("secret_token"))
        shown = request.headers.get(_SECRET_HEADER, "")
        if not secret or not hmac.compare_digest(secret.encode(), shown.encode()):
            return Rejected("The secret token of the request is not ours.")
        return Verified({"received_at": request.received_at.isoformat()} if request.received_at else {})

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        update = read_object(raw.body)
        if not update:
            return [Unsupported("unreadable", "The body is no JSON object.")]
        kept = raw.headers if isinstance(raw, RawRequest) else raw.head
        return events_of_update(update, account, moment_of_text(kept.get("received_at")))

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        return send_message(out, account, http)

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        return fetch_file(ref, account, http)

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        if account.settings.get("mode") != "poll":
            return Polled((), cursor)
        return poll_updates(cursor, account, http, UPDATES)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        return connect_bot(account, http, hook_url, UPDATES)


ADAPTER = TelegramAdapter()
