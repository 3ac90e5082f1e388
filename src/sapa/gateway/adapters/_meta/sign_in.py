"""Signing in with Meta: Facebook Login for Pages, Embedded Signup for WhatsApp, Instagram Login.

Meta, "Manually Build a Login Flow", "Long-Lived Access Tokens", "Embedded Signup", "Business Login for Instagram".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from sapa.gateway.adapters._meta.graph import GRAPH, VERSION, GraphError, read
from sapa.gateway.adapters._meta.shapes import mapping, rows, word
from sapa.gateway.connecting import Account, ChoiceNeededError, SignIn, SignInError
from sapa.gateway.contract import ProviderDownError

_DIALOG = "https://www.facebook.com"
_INSTAGRAM_DIALOG = "https://www.instagram.com"
_INSTAGRAM_CODES = "https://api.instagram.com"
_INSTAGRAM = "https://graph.instagram.com"
_PAGE_SCOPES = "pages_show_list,pages_messaging,pages_manage_metadata,business_management"
_PAGE_INSTAGRAM_SCOPES = f"{_PAGE_SCOPES},instagram_basic,instagram_manage_messages,instagram_manage_comments"
_INSTAGRAM_SCOPES = (
    "instagram_business_basic,instagram_business_manage_messages,instagram_business_manage_comments"
)
_WHATSAPP_SCOPES = "whatsapp_business_management,whatsapp_business_messaging"
_TOKEN_DAYS = 60


def _setting(account: Account, name: str) -> str:
    return str(account.settings.get(name) or "")


def _at(account: Account, base: str) -> str:
    return (_setting(account, "base_url") or base).rstrip("/")


def _version(account: Account) -> str:
    return _setting(account, "api_version") or VERSION


def _call(http: httpx.Client, method: str, url: str, **request: Any) -> Mapping[str, Any]:
    """Raises `SignInError` for what is refused, `ProviderDownError`."""
    try:
        found = read(http.request(method, url, **request))
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ProviderDownError(type(problem).__name__) from None
    if isinstance(found, GraphError):
        if found.status >= 500:
            raise ProviderDownError(f"HTTP {found.status}")
        raise SignInError(found.detail)
    return found


def _dialog(account: Account, redirect: str, state: str, scopes: str, **more: str) -> str:
    query = {
        "client_id": _setting(account, "app_id"),
        "redirect_uri": redirect,
        "state": state,
        "response_type": "code",
        "scope": scopes,
        **more,
    }
    return f"{_at(account, _DIALOG)}/{_version(account)}/dialog/oauth?{urlencode(query)}"


def _user_token(
    account: Account, http: httpx.Client, answer: Mapping[str, str], redirect: str
) -> Mapping[str, Any]:
    params = {
        "client_id": _setting(account, "app_id"),
        "client_secret": _setting(account, "app_secret"),
        "redirect_uri": redirect,
        "code": answer.get("code", ""),
    }
    found = _call(http, "GET", f"{_at(account, GRAPH)}/{_version(account)}/oauth/access_token", params=params)
    if not word(found.get("access_token")):
        raise SignInError("The answer names no token.")
    return found


def _page_of(
    account: Account, http: httpx.Client, answer: Mapping[str, str], redirect: str, now: datetime
) -> dict[str, Any]:
    """The token of the Page without an end: asked for with the person's long-lived one."""
    graph = f"{_at(account, GRAPH)}/{_version(account)}"
    short = word(_user_token(account, http, answer, redirect).get("access_token"))
    params = {
        "grant_type": "fb_exchange_token",
        "client_id": _setting(account, "app_id"),
        "client_secret": _setting(account, "app_secret"),
        "fb_exchange_token": short,
    }
    long = word(_call(http, "GET", f"{graph}/oauth/access_token", params=params).get("access_token"))
    listed = _call(
        http,
        "GET",
        f"{graph}/me/accounts",
        params={"fields": "id,name,access_token", "limit": "100"},
        headers={"Authorization": f"Bearer {long}"},
    )
    pages = [row for row in rows(listed.get("data")) if word(row.get("access_token"))]
    page = _choose(pages, _setting(account, "page_id"), "page_id", "name")
    return {"token": word(page.get("access_token")), "page_id": word(page.get("id"))}


def _choose(found: Sequence[Mapping[str, Any]], wanted: str, field: str, name: str) -> Mapping[str, Any]:
    if not found:
        raise SignInError("Nothing was shared with the app.")
    chosen = [row for row in found if word(row.get("id")) == wanted] if wanted else list(found)
    if len(chosen) != 1:
        raise ChoiceNeededError(field, [(word(row.get("id")), word(row.get(name))) for row in found])
    return chosen[0]


def _number_of(
    account: Account, http: httpx.Client, answer: Mapping[str, str], redirect: str, now: datetime
) -> dict[str, Any]:
    """The business token, the WhatsApp account that was shared with the app, and its number."""
    graph = f"{_at(account, GRAPH)}/{_version(account)}"
    token = word(_user_token(account, http, answer, redirect).get("access_token"))
    app = f"{_setting(account, 'app_id')}|{_setting(account, 'app_secret')}"
    told = mapping(
        _call(
            http,
            "GET",
            f"{graph}/debug_token",
            params={"input_token": token},
            headers={"Authorization": f"Bearer {app}"},
        ).get("data")
    )
    shared = [
        {"id": word(one)}
        for scope in rows(told.get("granular_scopes"))
        if word(scope.get("scope")) == "whatsapp_business_management"
        for one in scope.get("target_ids") or ()
    ]
    waba = word(_choose(shared, _setting(account, "waba_id"), "waba_id", "id").get("id"))
    listed = _call(
        http,
        "GET",
        f"{graph}/{waba}/phone_numbers",
        params={"fields": "id,display_phone_number"},
        headers={"Authorization": f"Bearer {token}"},
    )
    numbers = list(rows(listed.get("data")))
    number = _choose(numbers, _setting(account, "phone_number_id"), "phone_number_id", "display_phone_number")
    return {"token": token, "waba_id": waba, "phone_number_id": word(number.get("id"))}


def _to_instagram(account: Account, redirect: str, state: str) -> str:
    if _setting(account, "login") == "facebook":
        return _dialog(account, redirect, state, _PAGE_INSTAGRAM_SCOPES)
    query = {
        "client_id": _setting(account, "app_id"),
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": _INSTAGRAM_SCOPES,
        "state": state,
    }
    return f"{_at(account, _INSTAGRAM_DIALOG)}/oauth/authorize?{urlencode(query)}"


def _instagram_of(
    account: Account, http: httpx.Client, answer: Mapping[str, str], redirect: str, now: datetime
) -> dict[str, Any]:
    """A token of sixty days for one of an hour; through a Facebook Page, the Page's."""
    if _setting(account, "login") == "facebook":
        return _page_of(account, http, answer, redirect, now)
    form = {
        "client_id": _setting(account, "app_id"),
        "client_secret": _setting(account, "app_secret"),
        "grant_type": "authorization_code",
        "redirect_uri": redirect,
        "code": answer.get("code", "").removesuffix("#_"),
    }
    said = _call(http, "POST", f"{_at(account, _INSTAGRAM_CODES)}/oauth/access_token", data=form)
    short = word((next(rows(said.get("data")), None) or said).get("access_token"))
    params = {
        "grant_type": "ig_exchange_token",
        "client_secret": form["client_secret"],
        "access_token": short,
    }
    found = _call(http, "GET", f"{_at(account, _INSTAGRAM)}/access_token", params=params)
    token = word(found.get("access_token"))
    if not token:
        raise SignInError("The answer names no token.")
    ends = now + timedelta(days=_TOKEN_DAYS)
    return {"token": token, "token_expires_at": ends.isoformat()}


MESSENGER = SignIn(
    needs=("app_id", "app_secret"),
    helps=("page_id",),
    gives=("token",),
    address=lambda account, redirect, state: _dialog(account, redirect, state, _PAGE_SCOPES),
    exchange=_page_of,
)
INSTAGRAM = SignIn(
    needs=("login", "app_id", "app_secret"),
    helps=("page_id",),
    gives=("token",),
    address=_to_instagram,
    exchange=_instagram_of,
)
WHATSAPP = SignIn(
    needs=("app_id", "app_secret", "config_id"),
    helps=("coexistence", "waba_id", "phone_number_id"),
    gives=("token", "waba_id", "phone_number_id"),
    address=lambda account, redirect, state: _dialog(
        account, redirect, state, _WHATSAPP_SCOPES, config_id=_setting(account, "config_id")
    ),
    exchange=_number_of,
)
