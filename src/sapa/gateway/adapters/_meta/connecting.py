"""Connecting Instagram and Messenger: the token is tried, the app is subscribed to the account, our address is named.

Meta, "Subscribed Apps" and "App Subscriptions". One app has one address for each sort of object: with the app's id we set
it; without, the business copies address and verify token into the app's webhook page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx

from sapa.gateway.adapters._meta.graph import GRAPH, VERSION, GraphError, as_problem, ask, read
from sapa.gateway.adapters._meta.shapes import mapping, word
from sapa.gateway.adapters._meta.signing import verify_token
from sapa.gateway.connecting import Account
from sapa.gateway.contract import ProviderDownError, TokenDeadError

_TOKEN_DAYS = 60


def connect_page(account: Account, http: httpx.Client, *, hook_url: str, fields: str) -> dict[str, Any]:
    """A Page's own id and name. Raises `TokenDeadError`, `ProviderDownError`."""
    page = ask(account, http, "GET", "me", params={"fields": "id,name"})
    page_id = word(page.get("id"))
    _name_address(account, http, "page", hook_url, fields)
    ask(account, http, "POST", f"{page_id}/subscribed_apps", params={"subscribed_fields": fields})
    return {"account": page_id, "page_name": word(page.get("name")), "verify_token": verify_token(account)}


def connect_page_instagram(
    account: Account, http: httpx.Client, *, hook_url: str, fields: str
) -> dict[str, Any]:
    """The Instagram account behind a Page. Raises `TokenDeadError` where none is linked."""
    wanted = "id,name,instagram_business_account{id,username}"
    page = ask(account, http, "GET", "me", params={"fields": wanted})
    linked = mapping(page.get("instagram_business_account"))
    if not word(linked.get("id")):
        raise TokenDeadError("No professional Instagram account is linked to this Page.")
    _name_address(account, http, "instagram", hook_url, fields)
    page_id = word(page.get("id"))
    ask(account, http, "POST", f"{page_id}/subscribed_apps", params={"subscribed_fields": "messages"})
    return {
        "account": word(linked.get("id")),
        "username": word(linked.get("username")),
        "page_id": page_id,
        "verify_token": verify_token(account),
    }


def connect_instagram(
    account: Account, http: httpx.Client, *, hook_url: str, fields: str, base: str
) -> dict[str, Any]:
    """The account behind a token of Instagram Login: webhooks name it by `user_id`, not by the app's own `id`."""
    me = ask(account, http, "GET", "me", base=base, params={"fields": "user_id,username"})
    _name_address(account, http, "instagram", hook_url, fields)
    ask(account, http, "POST", "me/subscribed_apps", base=base, params={"subscribed_fields": fields})
    return {
        "account": word(me.get("user_id")) or word(me.get("id")),
        "username": word(me.get("username")),
        "verify_token": verify_token(account),
    }


def refresh_instagram(account: Account, http: httpx.Client, *, base: str, now: datetime) -> dict[str, Any]:
    """A new token of 60 days: the old one must be a day old and still alive."""
    token = str(account.settings.get("token") or "")
    url = str(account.settings.get("base_url") or base).rstrip("/") + "/refresh_access_token"
    try:
        response = http.get(url, params={"grant_type": "ig_refresh_token", "access_token": token})
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ProviderDownError(type(problem).__name__) from problem
    found = read(response)
    if isinstance(found, GraphError):
        raise as_problem(found)
    fresh = word(found.get("access_token"))
    if not fresh:
        raise ProviderDownError("Instagram named no new token.")
    seconds = word(found.get("expires_in"))
    lives = (
        timedelta(seconds=int(seconds))
        if seconds.isdigit() and len(seconds) < 9
        else timedelta(days=_TOKEN_DAYS)
    )
    return {"token": fresh, "token_expires_at": (now + lives).isoformat()}


def _name_address(account: Account, http: httpx.Client, sort: str, hook_url: str, fields: str) -> None:
    """Set the app's address for this sort of object with the app's own token (`id|secret`), where its id is known."""
    app_id, secret = (str(account.settings.get(name) or "") for name in ("app_id", "app_secret"))
    if not app_id:
        return
    base = str(account.settings.get("base_url") or GRAPH).rstrip("/")
    form = {
        "object": sort,
        "callback_url": hook_url,
        "fields": fields,
        "verify_token": verify_token(account),
        "access_token": f"{app_id}|{secret}",
    }
    url = f"{base}/{account.settings.get('api_version') or VERSION}/{app_id}/subscriptions"
    try:
        found = read(http.post(url, data=form))
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ProviderDownError(type(problem).__name__) from problem
    if isinstance(found, GraphError):
        raise as_problem(found)
