"""Signing in with Shopee: https://open.shopee.com/developer-guide/20 ("Authorization and Authentication")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from sapa.gateway.adapters.shopee.signing import signed_query
from sapa.gateway.connecting import Account, SignIn, SignInError
from sapa.gateway.wire import ask, ident, read_object, whole, words

_BASE = "https://partner.shopeemobile.com"


def _base(account: Account) -> str:
    return str(account.settings.get("base_url") or _BASE).rstrip("/")


def _address(account: Account, redirect: str, state: str) -> str:
    path = "/api/v2/shop/auth_partner"
    query = signed_query(account, path, for_shop=False) | {"redirect": redirect}
    return f"{_base(account)}{path}?{urlencode(query)}"


def _exchange(
    account: Account, http: httpx.Client, answer: Mapping[str, str], redirect: str, now: datetime
) -> dict[str, Any]:
    """Tokens of the shop that the seller chose, whose id comes back with the code."""
    path, shop = "/api/v2/auth/token/get", ident(answer.get("shop_id"))
    body = {
        "code": answer.get("code", ""),
        "shop_id": whole(shop),
        "partner_id": whole(account.settings.get("partner_id")),
    }
    query = signed_query(account, path, for_shop=False)
    said = read_object(ask(http, "POST", f"{_base(account)}{path}", params=query, json=body).content)
    access, refresh = words(said.get("access_token")), words(said.get("refresh_token"))
    if not (access and refresh and shop):
        raise SignInError(f"{words(said.get('error'))} {words(said.get('message'))}"[:300])
    ends = now + timedelta(seconds=whole(said.get("expire_in")) or 4 * 3600)
    return {
        "access_token": access,
        "refresh_token": refresh,
        "shop_id": shop,
        "token_expires_at": ends.isoformat(),
    }


SIGN_IN = SignIn(
    needs=("partner_id", "partner_key"),
    gives=("shop_id", "refresh_token"),
    address=_address,
    exchange=_exchange,
    keeps_state=False,
)
