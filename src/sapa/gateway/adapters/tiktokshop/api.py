"""Calls of the TikTok Shop Partner API, which serves Tokopedia too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from sapa.gateway.adapters.tiktokshop.signing import signed_query
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    MediaGoneError,
    Outbound,
    Polled,
    ProviderDownError,
    RawItem,
    Retry,
    SendResult,
    Sent,
    TokenDeadError,
    Uncertain,
)
from sapa.gateway.wire import (
    after_header,
    ask,
    call,
    dedupe_key,
    download,
    ident,
    items,
    mapping,
    read_object,
    unwell,
    whole,
    words,
)
from sapa.lib.json import encode, encode_text

BASE_URL = "https://open-api.tiktokglobalshop.com"
TOKEN_URL = "https://auth.tiktok-shops.com"  # noqa: S105 - an address
TEXT_LIMIT = 2000
_FIRST = 30 * 24 * 3600
_OVERLAP = 600
_DEAD = frozenset({105000, 105001, 105002, 105003, 105005, 36004004})
_SLOW = frozenset({36009003, 36009004, 36009017})
_HOSTS = ("tiktokcdn.com", "tiktokcdn-us.com", "ibyteimg.com", "tiktokglobalshop.com", "byteoversea.com")


def poll_orders(cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
    """Orders that changed since, a page of 50 a poll, oldest change first."""
    path = "/order/202309/orders/search"
    now = int(signed_query(account, path, {}, b"")["timestamp"])
    start = whole(cursor.get("from")) or now - _FIRST
    end = whole(cursor.get("to")) or now
    query = {"page_size": "50", "sort_field": "update_time", "sort_order": "ASC"}
    if page := words(cursor.get("page")):
        query["page_token"] = page
    told = _data(account, http, "POST", path, query, {"update_time_ge": start, "update_time_lt": end})
    found = tuple(
        RawItem(
            f"order:{dedupe_key(order.get('id'), order.get('update_time'), order.get('status'))}",
            encode(order),
        )
        for order in items(told.get("orders"))
    )
    if following := words(told.get("next_page_token")):
        return Polled(found, {"from": start, "to": end, "page": following})
    return Polled(found, {"from": max(start, end - _OVERLAP)})


def answer_chat(out: Outbound, account: Account, http: httpx.Client) -> SendResult:
    """One text into a conversation that the buyer began."""
    thread = out.conversation_key or out.recipient
    if out.files:
        return Failed(Failure.REFUSED_CONTENT, "Only words can be sent through TikTok Shop's chat.")
    if not thread.isdecimal():
        return Failed(Failure.NO_SUCH_RECIPIENT, "This names no conversation.")
    if not out.text or len(out.text) > TEXT_LIMIT:
        return Failed(
            Failure.TOO_LARGE if out.text else Failure.REFUSED_CONTENT, f"{len(out.text)} characters"
        )
    path = f"/customer_service/202309/conversations/{thread}/messages"
    body = {"type": "TEXT", "content": encode_text({"content": out.text})}
    answer = call(http, "POST", _base(account) + path, **_request(account, path, {}, body))
    if not isinstance(answer, httpx.Response):
        return answer
    if bad := _judge(answer):
        return bad
    return Sent(ident(mapping(read_object(answer.content).get("data")).get("message_id")))


def fetch_file(ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
    """A picture by its address, only from TikTok's own hosts."""
    address = words(ref.get("url"))
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise MediaGoneError("The message names no address.") from None
    if parts.scheme != "https" or not host.endswith(tuple(f".{one}" for one in _HOSTS)):
        raise MediaGoneError("The address is not one of TikTok's.")
    yield from download(http, address)


def refresh_tokens(account: Account, http: httpx.Client, now: datetime) -> dict[str, Any]:
    """New tokens; the time of their end is told as a moment, not as a span."""
    query = {
        "app_key": words(account.settings.get("app_key")),
        "app_secret": words(account.settings.get("app_secret")),
        "refresh_token": words(account.settings.get("refresh_token")),
        "grant_type": "refresh_token",
    }
    base = str(account.settings.get("base_url") or TOKEN_URL).rstrip("/")
    response = ask(http, "GET", f"{base}/api/v2/token/refresh", params=query)
    bad, data = _judge(response), mapping(read_object(response.content).get("data"))
    if isinstance(bad, Retry | Uncertain):
        raise ProviderDownError(bad.detail)
    access = words(data.get("access_token"))
    if bad or not access:
        raise TokenDeadError(bad.detail if bad else "The answer names no token.")
    ends = whole(data.get("access_token_expire_in"))
    at = datetime.fromtimestamp(ends, UTC) if ends and 10**9 < ends < 10**11 else now + timedelta(days=7)
    return {
        "access_token": access,
        "refresh_token": words(data.get("refresh_token")) or query["refresh_token"],
        "token_expires_at": at.isoformat(),
    }


def find_shop(account: Account, http: httpx.Client) -> dict[str, str]:
    """The shop that the settings name, or the only one there is, as `shop_id`, `shop_cipher` and `shop_name`."""
    wanted = words(account.settings.get("shop_id")).strip()
    found = items(_data(account, http, "GET", "/authorization/202309/shops", {}, None).get("shops"))
    chosen = [
        shop for shop in found if not wanted or wanted in (words(shop.get("id")), words(shop.get("name")))
    ]
    if len(chosen) != 1:
        names = ", ".join(words(shop.get("name")) for shop in found)
        raise TokenDeadError(f"Name one of these shops: {names}" if found else "This account has no shop.")
    shop = chosen[0]
    return {
        "shop_id": words(shop.get("id")),
        "shop_cipher": words(shop.get("cipher")),
        "shop_name": words(shop.get("name")),
    }


def _request(account: Account, path: str, query: Mapping[str, str], body: Any) -> dict[str, Any]:
    """Query, headers and body of one signed call: the body is signed as it is sent."""
    content = b"" if body is None else encode(body)
    if cipher := words(account.settings.get("shop_cipher")):
        query = {**query, "shop_cipher": cipher}
    headers = {
        "x-tts-access-token": words(account.settings.get("access_token")),
        "content-type": "application/json",
    }
    return {"params": signed_query(account, path, query, content), "headers": headers, "content": content}


def _judge(response: httpx.Response) -> Retry | Failed | Uncertain | None:
    """What an answer means; None where it was done."""
    said = read_object(response.content)
    code = whole(said.get("code"))
    if response.status_code == 200 and code == 0:
        return None
    detail = f"{response.status_code} {code} {words(said.get('message'))}"[:300]
    if response.status_code == 429 or code in _SLOW:
        return Retry(Failure.TOO_MANY, after_header(response), detail)
    if response.status_code == 401 or code in _DEAD:
        return Failed(Failure.TOKEN_DEAD, detail)
    if trouble := unwell(response):
        return trouble
    if code is None and response.status_code < 400:
        return Uncertain(detail)
    return Failed(Failure.REFUSED_CONTENT, detail)


def _data(
    account: Account, http: httpx.Client, method: str, path: str, query: Mapping[str, str], body: Any
) -> dict[str, Any]:
    """The `data` of an answer. Raises `TokenDeadError`, `ProviderDownError`."""
    response = ask(http, method, _base(account) + path, **_request(account, path, query, body))
    bad = _judge(response)
    if bad is None:
        return mapping(read_object(response.content).get("data"))
    if isinstance(bad, Failed) and bad.code is Failure.TOKEN_DEAD:
        raise TokenDeadError(bad.detail)
    raise ProviderDownError(bad.detail, bad.after if isinstance(bad, Retry) else None)


def _base(account: Account) -> str:
    return str(account.settings.get("base_url") or BASE_URL).rstrip("/")
