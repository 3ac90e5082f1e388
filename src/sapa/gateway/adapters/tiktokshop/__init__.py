"""TikTok Shop and Tokopedia by the Partner API: chat by webhook, orders by poll."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from sapa.gateway.adapters.tiktokshop.api import (
    TEXT_LIMIT,
    answer_chat,
    fetch_file,
    find_shop,
    poll_orders,
    refresh_tokens,
)
from sapa.gateway.adapters.tiktokshop.guide import GUIDE
from sapa.gateway.adapters.tiktokshop.hooks import events_of_hook
from sapa.gateway.adapters.tiktokshop.orders import KIND, events_of_order
from sapa.gateway.adapters.tiktokshop.sign_in import SIGN_IN
from sapa.gateway.adapters.tiktokshop.signing import hook_signature
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
from sapa.gateway.wire import read_object, words


class TikTokShopAdapter(BaseAdapter):
    """One shop. Settings: `app_key`, `app_secret`, `access_token`, `refresh_token`, `shop_id`, `shop_cipher`, `base_url`."""

    kind = KIND
    guide = GUIDE
    sign_in = SIGN_IN
    capabilities = Capabilities(
        text_limit=TEXT_LIMIT,
        rates=(Rate(10, 1),),
        echoes=True,
        poll_seconds=120,
        refresh_before=timedelta(days=1),
    )

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        secret = words(account.settings.get("app_secret"))
        expected = hook_signature(words(account.settings.get("app_key")), secret, request.body)
        shown = request.headers.get("authorization", "")
        if not secret or not hmac.compare_digest(expected.encode(), shown.encode()):
            return Rejected("The signature is not of this app's secret.")
        return Verified()

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        body = read_object(raw.body)
        if not body:
            return [Unsupported("unreadable", "The body is no JSON object.")]
        return events_of_order(body, account) if isinstance(raw, RawItem) else events_of_hook(body, account)

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        return answer_chat(out, account, http)

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        return fetch_file(ref, account, http)

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        return poll_orders(cursor, account, http)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        kept = refresh_tokens(account, http, now)
        shop = find_shop(replace(account, settings={**account.settings, **kept, "shop_cipher": ""}), http)
        return {**kept, **shop, "account": shop["shop_id"]}

    def refresh(self, account: Account, http: httpx.Client, *, now: datetime) -> dict[str, Any]:
        return refresh_tokens(account, http, now)


ADAPTER = TikTokShopAdapter()
