"""Signing in with Google: https://developers.google.com/identity/protocols/oauth2/web-server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from sapa.gateway.adapters.google_reviews.api import TOKENS
from sapa.gateway.connecting import Account, SignIn, SignInError
from sapa.gateway.wire import ask, read_object, whole, words

_DIALOG = "https://accounts.google.com/o/oauth2/v2/auth"
_SCOPE = "https://www.googleapis.com/auth/business.manage"


def _address(account: Account, redirect: str, state: str) -> str:
    """`prompt=consent`: Google hands out a refresh token only with the consent itself, not when it was given before."""
    base = str(account.settings.get("base_url") or "").rstrip("/")
    query = {
        "client_id": words(account.settings.get("client_id")),
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": _SCOPE,
        "access_type": "offline",
        "prompt": "consent",
        "state": state,
    }
    return f"{base + '/o/oauth2/v2/auth' if base else _DIALOG}?{urlencode(query)}"


def _exchange(
    account: Account, http: httpx.Client, answer: Mapping[str, str], redirect: str, now: datetime
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": answer.get("code", ""),
        "client_id": words(account.settings.get("client_id")),
        "client_secret": words(account.settings.get("client_secret")),
        "redirect_uri": redirect,
    }
    base = str(account.settings.get("base_url") or "").rstrip("/")
    said = read_object(ask(http, "POST", f"{base}/token" if base else TOKENS, data=form).content)
    access, refresh = words(said.get("access_token")), words(said.get("refresh_token"))
    if not (access and refresh):
        raise SignInError(f"{words(said.get('error'))} {words(said.get('error_description'))}"[:300])
    ends = now + timedelta(seconds=whole(said.get("expires_in")) or 3600)
    return {"access_token": access, "refresh_token": refresh, "token_expires_at": ends.isoformat()}


SIGN_IN = SignIn(
    needs=("client_id", "client_secret"),
    helps=("location",),
    gives=("refresh_token",),
    address=_address,
    exchange=_exchange,
)
