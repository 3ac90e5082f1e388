"""Signing in with TikTok Shop: https://partner.tiktokshop.com/docv2/page/authorization-overview-202407."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from sapa.gateway.adapters.tiktokshop.api import TOKEN_URL
from sapa.gateway.connecting import Account, SignIn, SignInError
from sapa.gateway.wire import ask, mapping, moment, read_object, words

_DIALOG = "https://services.tiktokshop.com"


def _address(account: Account, redirect: str, state: str) -> str:
    """The redirect address is the one that was registered in the Partner Center."""
    base = str(account.settings.get("base_url") or _DIALOG).rstrip("/")
    query = {"service_id": words(account.settings.get("service_id")), "state": state}
    return f"{base}/open/authorize?{urlencode(query)}"


def _exchange(
    account: Account, http: httpx.Client, answer: Mapping[str, str], redirect: str, now: datetime
) -> dict[str, Any]:
    query = {
        "app_key": words(account.settings.get("app_key")),
        "app_secret": words(account.settings.get("app_secret")),
        "auth_code": answer.get("code", ""),
        "grant_type": "authorized_code",
    }
    base = str(account.settings.get("base_url") or TOKEN_URL).rstrip("/")
    said = read_object(ask(http, "GET", f"{base}/api/v2/token/get", params=query).content)
    data = mapping(said.get("data"))
    access, refresh = words(data.get("access_token")), words(data.get("refresh_token"))
    if not (access and refresh):
        raise SignInError(f"{said.get('code')} {words(said.get('message'))}"[:300])
    ends = moment(data.get("access_token_expire_in")) or now
    return {
        "access_token": access,
        "refresh_token": refresh,
        "token_expires_at": (ends if ends > now else now + timedelta(days=7)).isoformat(),
    }


SIGN_IN = SignIn(
    needs=("app_key", "app_secret", "service_id"),
    helps=("shop_id",),
    gives=("refresh_token",),
    address=_address,
    exchange=_exchange,
)
