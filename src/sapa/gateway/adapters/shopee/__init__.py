"""Shopee by the Open Platform: orders, parcels and chat as pushes, orders again by poll."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from sapa.gateway.adapters.shopee.api import (
    TEXT_LIMIT,
    answer_chat,
    fetch_file,
    poll_orders,
    refresh_tokens,
)
from sapa.gateway.adapters.shopee.guide import GUIDE
from sapa.gateway.adapters.shopee.orders import KIND, events_of_detail
from sapa.gateway.adapters.shopee.pushes import events_of_push
from sapa.gateway.adapters.shopee.sign_in import SIGN_IN
from sapa.gateway.adapters.shopee.signing import push_signature
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


class ShopeeAdapter(BaseAdapter):
    """One shop. Settings: `partner_id`, `partner_key`, `shop_id`, `access_token`, `refresh_token`, `hook_url`, `base_url`."""

    kind = KIND
    guide = GUIDE
    sign_in = SIGN_IN
    capabilities = Capabilities(
        text_limit=TEXT_LIMIT,
        rates=(Rate(10, 1),),
        echoes=True,
        poll_seconds=600,
        refresh_before=timedelta(hours=1),
    )

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        key, hook_url = words(account.settings.get("partner_key")), words(account.settings.get("hook_url"))
        expected = push_signature(key, hook_url or request.url, request.body)
        shown = request.headers.get("authorization", "")
        if not key or not hmac.compare_digest(expected.encode(), shown.encode()):
            return Rejected("The signature is not of this partner's key and the registered address.")
        return Verified()

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        body = read_object(raw.body)
        if not body:
            return [Unsupported("unreadable", "The body is no JSON object.")]
        return events_of_detail(body, account) if "order_sn" in body else events_of_push(body, account)

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
        return {**kept, "account": words(account.settings.get("shop_id")), "hook_url": hook_url}

    def refresh(self, account: Account, http: httpx.Client, *, now: datetime) -> dict[str, Any]:
        return refresh_tokens(account, http, now)


ADAPTER = ShopeeAdapter()
