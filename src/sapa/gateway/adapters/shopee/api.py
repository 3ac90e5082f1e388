"""Calls of the Shopee Open Platform: orders that changed, answers in a chat, tokens that rotate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from sapa.gateway.adapters.shopee.signing import signed_query
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
from sapa.lib.json import encode

BASE_URL = "https://partner.shopeemobile.com"
TEXT_LIMIT = 1000
_LONGEST = 15 * 24 * 3600 - 60
_OVERLAP = 600
_PAGE = 50
_DETAILS = "buyer_username,item_list,pay_time,recipient_address,actual_shipping_fee,estimated_shipping_fee,pickup_done_time"
_DEAD = ("error_auth", "invalid_acceess_token", "invalid_access_token", "error_permission", "invalid_token")
_SLOW = ("too_many", "rate_limit", "limit_exceed", "error_busi_rate")
_DOWN = ("error_server", "error_network", "error_system", "error_inner")
_HOSTS = ("shopee.co.id", "shopee.com", "shopeemobile.com", "susercontent.com")


def poll_orders(cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
    """Orders that changed since, a page a poll. Pushes may stop (Shopee closes a push that fails too often), polls do not."""
    path = "/api/v2/order/get_order_list"
    query = signed_query(account, path)
    now = int(query["timestamp"])
    start = whole(cursor.get("from")) or now - _LONGEST
    end = whole(cursor.get("to")) or min(now, start + _LONGEST)
    window = {
        "time_range_field": "update_time",
        "time_from": str(start),
        "time_to": str(end),
        "page_size": str(_PAGE),
        "cursor": words(cursor.get("page")),
        "response_optional_fields": "order_status",
    }
    listed = _response(account, http, "GET", path, params={**query, **window})
    numbers = [ident(one.get("order_sn"), 80) for one in items(listed.get("order_list"))]
    found = _details(account, http, [number for number in numbers if number])
    if listed.get("more") is True and (page := words(listed.get("next_cursor"))):
        return Polled(found, {"from": start, "to": end, "page": page})
    return Polled(found, {"from": max(start, end - _OVERLAP)})


def _details(account: Account, http: httpx.Client, numbers: list[str]) -> tuple[RawItem, ...]:
    if not numbers:
        return ()
    path = "/api/v2/order/get_order_detail"
    wanted = {"order_sn_list": ",".join(numbers), "response_optional_fields": _DETAILS}
    told = _response(account, http, "GET", path, params={**signed_query(account, path), **wanted})
    return tuple(
        RawItem(
            f"order:{dedupe_key(order.get('order_sn'), order.get('update_time'), order.get('order_status'))}",
            encode(order),
        )
        for order in items(told.get("order_list"))
    )


def answer_chat(out: Outbound, account: Account, http: httpx.Client) -> SendResult:
    """One text to the buyer of a conversation that exists; Shopee lets approved partners do so only."""
    buyer = whole((out.conversation_key or out.recipient).rpartition(":")[2])
    if out.files:
        return Failed(Failure.REFUSED_CONTENT, "Only words can be sent through Shopee's chat.")
    if buyer is None:
        return Failed(Failure.NO_SUCH_RECIPIENT, "This names no buyer.")
    if not out.text or len(out.text) > TEXT_LIMIT:
        return Failed(
            Failure.TOO_LARGE if out.text else Failure.REFUSED_CONTENT, f"{len(out.text)} characters"
        )
    path = "/api/v2/sellerchat/send_message"
    body = {"to_id": buyer, "message_type": "text", "content": {"text": out.text}}
    answer = call(http, "POST", _url(account, path), params=signed_query(account, path), json=body)
    if not isinstance(answer, httpx.Response):
        return answer
    if bad := _judge(answer):
        return bad
    return Sent(ident(mapping(read_object(answer.content).get("response")).get("message_id")))


def fetch_file(ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
    """A picture by its address, only from Shopee's own hosts."""
    address = words(ref.get("url"))
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise MediaGoneError("The message names no address.") from None
    if parts.scheme != "https" or not host.endswith(tuple(f".{one}" for one in _HOSTS)):
        raise MediaGoneError("The address is not one of Shopee's.")
    yield from download(http, address)


def refresh_tokens(account: Account, http: httpx.Client, now: datetime) -> dict[str, Any]:
    """New tokens; the refresh token works once, so the answer must be kept before anybody refreshes again."""
    path = "/api/v2/auth/access_token/get"
    body = {
        "refresh_token": words(account.settings.get("refresh_token")),
        "partner_id": whole(account.settings.get("partner_id")),
        "shop_id": whole(account.settings.get("shop_id")),
    }
    query = signed_query(account, path, for_shop=False)
    response = ask(http, "POST", _url(account, path), params=query, json=body)
    bad, said = _judge(response), read_object(response.content)
    if isinstance(bad, Retry | Uncertain):
        raise ProviderDownError(bad.detail)
    access, renewed = words(said.get("access_token")), words(said.get("refresh_token"))
    if bad or not access or not renewed:
        raise TokenDeadError(bad.detail if bad else "The answer names no tokens.")
    seconds = whole(said.get("expire_in")) or 4 * 3600
    return {
        "access_token": access,
        "refresh_token": renewed,
        "token_expires_at": (now + timedelta(seconds=seconds)).isoformat(),
    }


def _judge(response: httpx.Response) -> Retry | Failed | Uncertain | None:
    """What an answer means; None where Shopee did it. `error` is empty then, whatever the status says."""
    said = read_object(response.content)
    error = words(said.get("error"))
    if response.status_code == 200 and said and not error:
        return None
    detail = f"{response.status_code} {error} {words(said.get('message'))}"[:300]
    low = error.lower()
    if response.status_code == 429 or any(part in low for part in _SLOW):
        return Retry(Failure.TOO_MANY, after_header(response), detail)
    if response.status_code == 401 or any(part in low for part in _DEAD):
        return Failed(Failure.TOKEN_DEAD, detail)
    if trouble := unwell(response):
        return trouble
    if any(part in low for part in _DOWN):
        return Retry(Failure.PROVIDER_DOWN, None, detail)
    if not said and response.status_code < 400:
        return Uncertain(detail)
    return Failed(Failure.REFUSED_CONTENT, detail)


def _response(account: Account, http: httpx.Client, method: str, path: str, **request: Any) -> dict[str, Any]:
    """The `response` of an answer. Raises `TokenDeadError`, `ProviderDownError`."""
    response = ask(http, method, _url(account, path), **request)
    bad = _judge(response)
    if bad is None:
        return mapping(read_object(response.content).get("response"))
    if isinstance(bad, Failed) and bad.code is Failure.TOKEN_DEAD:
        raise TokenDeadError(bad.detail)
    raise ProviderDownError(bad.detail, bad.after if isinstance(bad, Retry) else None)


def _url(account: Account, path: str) -> str:
    return str(account.settings.get("base_url") or BASE_URL).rstrip("/") + path
