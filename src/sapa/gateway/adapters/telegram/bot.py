"""The Bot API itself: addresses that hold the token, and calls that are no message."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from sapa.gateway.connecting import Account
from sapa.gateway.contract import MediaGoneError, Polled, ProviderDownError, RawItem, TokenDeadError
from sapa.gateway.wire import download, items, mapping, read_object, whole, words
from sapa.lib.json import encode

BASE_URL = "https://api.telegram.org"


def method_url(account: Account, method: str) -> str:
    return f"{_base(account)}/bot{_token(account)}/{method}"


def ask_bot(account: Account, http: httpx.Client, method: str, **fields: Any) -> Any:
    """The `result` of a method. Raises `TokenDeadError`, `ProviderDownError`, `RefusedError`; no message holds the token."""
    return _answer(account, http, method, fields)[0]


def _answer(account: Account, http: httpx.Client, method: str, fields: dict[str, Any]) -> tuple[Any, str]:
    """The `result` and the moment of the answer as ISO 8601, "" where the answer has no date."""
    try:
        response = http.post(method_url(account, method), json=fields)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderDownError(f"{method}: {type(error).__name__}") from None
    said = read_object(response.content)
    if said.get("ok"):
        return said.get("result"), _moment_of(response)
    detail = f"{method}: {response.status_code} {words(said.get('description'))}"[:300]
    if response.status_code in (401, 404):
        raise TokenDeadError(detail)
    if response.status_code == 400:
        raise RefusedError(detail)
    seconds = whole(mapping(said.get("parameters")).get("retry_after"))
    raise ProviderDownError(detail, None if seconds is None else timedelta(seconds=seconds))


class RefusedError(Exception):
    """The Bot API says 400: it will not do this, however often it is asked."""


def fetch_file(ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
    """A file by its `file_id`, at most 20 MB: the address is asked for each time and never kept, because it holds the token."""
    try:
        path = words(
            mapping(ask_bot(account, http, "getFile", file_id=words(ref.get("file_id")))).get("file_path")
        )
    except RefusedError as error:
        if "temporarily" in str(error):
            raise ProviderDownError(str(error)) from None
        raise MediaGoneError(str(error)) from None
    if not path:
        raise MediaGoneError("getFile named no path")
    yield from download(http, f"{_base(account)}/file/bot{_token(account)}/{quote(path)}")


def poll_updates(
    cursor: Mapping[str, Any], account: Account, http: httpx.Client, wanted: tuple[str, ...]
) -> Polled:
    """At most 100 updates. Asking from an offset on tells Telegram that those before it are kept, so one call a poll."""
    fields: dict[str, Any] = {"limit": 100, "timeout": 0, "allowed_updates": list(wanted)}
    if cursor.get("offset"):
        fields["offset"] = cursor["offset"]
    try:
        result, at = _answer(account, http, "getUpdates", fields)
    except RefusedError as error:
        raise ProviderDownError(str(error)) from None
    found = items(result)
    numbers = [whole(update.get("update_id")) or 0 for update in found]
    raw = tuple(
        RawItem(f"update:{number}", encode(update), {"received_at": at} if at else {})
        for number, update in zip(numbers, found, strict=True)
    )
    _release_buttons(account, http, found)
    return Polled(raw, {**cursor, "offset": max(numbers) + 1} if numbers else dict(cursor))


def connect_bot(
    account: Account, http: httpx.Client, hook_url: str, wanted: tuple[str, ...]
) -> dict[str, Any]:
    """Tries the token, then sets the webhook, or removes it where the shop has no public https address."""
    try:
        me = mapping(ask_bot(account, http, "getMe"))
        by_webhook = account.settings.get("mode") != "poll" and hook_url.startswith("https://")
        secret = words(account.settings.get("secret_token")) or secrets.token_urlsafe(32)
        if by_webhook:
            ask_bot(
                account, http, "setWebhook", url=hook_url, secret_token=secret, allowed_updates=list(wanted)
            )
        else:
            ask_bot(account, http, "deleteWebhook", drop_pending_updates=False)
    except RefusedError as error:
        raise TokenDeadError(str(error)) from None
    return {
        "account": words(me.get("id")),
        "username": words(me.get("username")),
        "mode": "webhook" if by_webhook else "poll",
        "secret_token": secret,
    }


def _release_buttons(account: Account, http: httpx.Client, updates: list[dict[str, Any]]) -> None:
    """A pressed button turns until it is told that somebody heard; a press that is too old is no loss."""
    for update in updates:
        if key := words(mapping(update.get("callback_query")).get("id")):
            try:
                ask_bot(account, http, "answerCallbackQuery", callback_query_id=key)
            except (RefusedError, ProviderDownError):
                continue


def _moment_of(response: httpx.Response) -> str:
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).isoformat()
    except ValueError:
        return ""


def _base(account: Account) -> str:
    return str(account.settings.get("base_url") or BASE_URL).rstrip("/")


def _token(account: Account) -> str:
    return words(account.settings.get("token")).strip()
