"""Calls of TikTok's business API: success is `code` 0 in the body of a 200, everything else is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx

from sapa.gateway.adapters.tiktok.leads import items_of_download
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    MediaGoneError,
    Outbound,
    OutboundFile,
    Polled,
    ProviderDownError,
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
    download,
    ident,
    mapping,
    read_object,
    send_in_order,
    unwell,
    whole,
    words,
)

BASE_URL = "https://business-api.tiktok.com"
TEXT_LIMIT = 6000
_PICTURES = frozenset({"image/jpeg", "image/png"})
_TOO_FAST = frozenset({40016, 40100, 40133})
_DEAD = frozenset({40101, 40102, 40103, 40104, 40105, 40106, 40110})
_DOWN = frozenset({40700, 50000, 50002, 51010, 51305})
_CLOSED = ("48 hour", "48-hour", "48h", "window", "message limit", "messages limit", "limit of messages")
_MISSING = ("conversation not", "conversation does not", "recipient", "not exist")


def send_message(out: Outbound, account: Account, http: httpx.Client) -> SendResult:
    """Each picture and the words are a message of their own, in this order."""
    if len(out.text) > TEXT_LIMIT:
        return Failed(Failure.TOO_LARGE, f"{len(out.text)} characters, at most {TEXT_LIMIT}")
    if any(file.mime not in _PICTURES for file in out.files):
        return Failed(Failure.REFUSED_CONTENT, "TikTok takes JPEG and PNG pictures only.")
    parts = [partial(_picture, out, file, account, http) for file in out.files]
    if out.text:
        text = {"message_type": "TEXT", "text": {"body": out.text}}
        return send_in_order([*parts, partial(_post, out, text, account, http)])
    return send_in_order(parts)


def _picture(out: Outbound, file: OutboundFile, account: Account, http: httpx.Client) -> SendResult:
    """Uploading sends nothing yet, so it may be tried again."""
    answer = call(
        http,
        "POST",
        _url(account, "business/message/media/upload/"),
        repeatable=True,
        headers=_token(account),
        data={"business_id": account.account, "media_type": "IMAGE"},
        files={"file": (file.name, file.read(), file.mime)},
    )
    if not isinstance(answer, httpx.Response):
        return answer
    if bad := _judge(answer, repeatable=True):
        return bad
    media = ident(mapping(read_object(answer.content).get("data")).get("media_id"))
    if not media:
        return Failed(Failure.UNKNOWN, "The upload names no picture.")
    return _post(out, {"message_type": "IMAGE", "image": {"media_id": media}}, account, http)


def _post(out: Outbound, content: dict[str, Any], account: Account, http: httpx.Client) -> SendResult:
    body = {
        "business_id": account.account,
        "recipient_type": "CONVERSATION",
        "recipient": out.conversation_key or out.recipient,
        **content,
    }
    if out.reply_to:
        body["referenced_message_info"] = {"referenced_message_id": out.reply_to}
    answer = call(http, "POST", _url(account, "business/message/send/"), json=body, headers=_token(account))
    if not isinstance(answer, httpx.Response):
        return answer
    if bad := _judge(answer):
        return bad
    said = mapping(mapping(read_object(answer.content).get("data")).get("message"))
    return Sent(ident(said.get("message_id")))


def _judge(response: httpx.Response, *, repeatable: bool = False) -> Retry | Failed | Uncertain | None:
    """What an answer means for the message; None where it was taken."""
    said = read_object(response.content)
    code, message = whole(said.get("code")), words(said.get("message"))
    if response.status_code == 200 and code == 0:
        return None
    detail = f"{response.status_code} {code} {message}"[:300]
    if response.status_code == 429 or code in _TOO_FAST:
        return Retry(Failure.TOO_MANY, after_header(response), detail)
    if response.status_code == 401 or code in _DEAD:
        return Failed(Failure.TOKEN_DEAD, detail)
    if trouble := unwell(response, repeatable=repeatable):
        return trouble
    if code is None and response.status_code < 400:
        return Uncertain(detail)
    if code in _DOWN:
        return Retry(Failure.PROVIDER_DOWN, None, detail)
    low = message.lower()
    if any(part in low for part in _CLOSED):
        return Failed(Failure.WINDOW_CLOSED, detail)
    if any(part in low for part in _MISSING):
        return Failed(Failure.NO_SUCH_RECIPIENT, detail)
    return Failed(Failure.REFUSED_CONTENT, detail)


def fetch_picture(ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
    """TikTok names an address for each download; it is asked without our token."""
    body = {
        "business_id": account.account,
        "conversation_id": words(ref.get("conversation_id")),
        "message_id": words(ref.get("message_id")),
        "media_id": words(ref.get("media_id")),
        "media_type": words(ref.get("type")) or "IMAGE",
    }
    try:
        data = _data(account, http, "POST", "business/message/media/download/", json=body)
    except RefusedError as error:
        raise MediaGoneError(str(error)) from None
    address = words(data.get("download_url"))
    if not address.startswith("https://") and not address.startswith(_url(account, "")):
        raise MediaGoneError("The answer names no address.")
    try:
        yield from download(http, address)
    except TokenDeadError as error:
        raise MediaGoneError(f"The address is no longer good: {error}") from None


def refresh_tokens(account: Account, http: httpx.Client, now: datetime) -> dict[str, Any]:
    """New tokens; TikTok may hand out another refresh token each time, so both are kept."""
    body = {
        "client_id": words(account.settings.get("client_id")),
        "client_secret": words(account.settings.get("client_secret")),
        "grant_type": "refresh_token",
        "refresh_token": words(account.settings.get("refresh_token")),
    }
    try:
        data = _data(account, http, "POST", "tt_user/oauth2/refresh_token/", json=body)
    except RefusedError as error:
        raise TokenDeadError(str(error)) from None
    access = words(data.get("access_token"))
    if not access:
        raise TokenDeadError("The answer names no token.")
    seconds = whole(data.get("expires_in")) or 24 * 3600
    return {
        "access_token": access,
        "refresh_token": words(data.get("refresh_token")) or body["refresh_token"],
        "token_expires_at": (now + timedelta(seconds=seconds)).isoformat(),
        **({"account": owner} if (owner := ident(data.get("open_id"))) else {}),
    }


def connect_account(account: Account, http: httpx.Client, hook_url: str, now: datetime) -> dict[str, Any]:
    """Tells TikTok our address first: after the tokens were renewed nothing may fail, else the new ones would be lost."""
    body = {
        "app_id": words(account.settings.get("client_id")),
        "secret": words(account.settings.get("client_secret")),
        "event_type": "DIRECT_MESSAGE",
        "callback_url": hook_url,
    }
    try:
        _data(account, http, "POST", "business/webhook/update/", json=body)
    except RefusedError as error:
        raise TokenDeadError(str(error)) from None
    kept = refresh_tokens(account, http, now)
    owner = kept.get("account") or words(account.settings.get("business_id"))
    return {**kept, "account": owner}


def poll_leads(cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
    """Every lead by way of a download task: one poll asks for it, the next takes it. Known leads are not taken twice."""
    advertiser = words(account.settings.get("lead_advertiser_id"))
    page = words(account.settings.get("lead_page_id"))
    if not advertiser or not page:
        return Polled((), cursor)
    task = ident(cursor.get("task"))
    try:
        if not task:
            body = {"advertiser_id": advertiser, "page_id": page}
            started = _data(account, http, "POST", "page/lead/task/", json=body)
            return Polled((), {"task": ident(started.get("task_id"))})
        query = {"advertiser_id": advertiser, "task_id": task}
        url = _url(account, "page/lead/task/download/")
        response = ask(http, "GET", url, params=query, headers=_token(account))
        return _downloaded(response, task)
    except RefusedError as error:
        raise ProviderDownError(str(error)) from None


def _downloaded(response: httpx.Response, task: str) -> Polled:
    """The table, or word that it is not made yet; a task that failed is asked for anew."""
    said = read_object(response.content)
    if not said and response.status_code == 200:
        return Polled(items_of_download(response.content.decode("utf-8-sig", errors="replace")), {})
    if whole(said.get("code")) in _DEAD or response.status_code == 401:
        raise TokenDeadError(f"{response.status_code} {whole(said.get('code'))}")
    waiting = words(mapping(said.get("data")).get("status")).upper() in ("RUNNING", "PENDING", "PROCESSING")
    return Polled((), {"task": task} if waiting else {})


class RefusedError(Exception):
    """TikTok will not do this, however often it is asked."""


def _data(account: Account, http: httpx.Client, method: str, path: str, **request: Any) -> dict[str, Any]:
    """The `data` of an answer. Raises `TokenDeadError`, `ProviderDownError`, `RefusedError`."""
    response = ask(http, method, _url(account, path), headers=_token(account), **request)
    bad = _judge(response)
    if bad is None:
        return mapping(read_object(response.content).get("data"))
    if isinstance(bad, Failed) and bad.code is Failure.TOKEN_DEAD:
        raise TokenDeadError(bad.detail)
    if isinstance(bad, Failed):
        raise RefusedError(bad.detail)
    raise ProviderDownError(bad.detail, bad.after if isinstance(bad, Retry) else None)


def _url(account: Account, path: str) -> str:
    return f"{str(account.settings.get('base_url') or BASE_URL).rstrip('/')}/open_api/v1.3/{path}"


def _token(account: Account) -> dict[str, str]:
    return {"Access-Token": words(account.settings.get("access_token")).strip()}
