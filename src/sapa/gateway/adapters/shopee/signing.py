"""Shopee's two signatures: of what it pushes to us and of what we ask it (https://open.shopee.com/developer-guide/16)."""

from __future__ import annotations

import hashlib
import hmac

from sapa.gateway.connecting import Account
from sapa.gateway.wire import words
from sapa.lib import clock


def push_signature(key: str, callback_url: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over the registered address, a bar and the raw body."""
    return hmac.new(key.encode(), f"{callback_url}|".encode() + body, hashlib.sha256).hexdigest()


def request_signature(key: str, *parts: object) -> str:
    """Hex HMAC-SHA256 over partner, path, time and, for a shop's own data, token and shop, one after another."""
    return hmac.new(key.encode(), "".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()


def signed_query(account: Account, path: str, *, for_shop: bool = True) -> dict[str, str]:
    """The query of one call. A signature holds for five minutes, so it is stamped when the call is made."""
    settings = account.settings
    partner, at = words(settings.get("partner_id")), int(clock.now().timestamp())
    own = {"access_token": words(settings.get("access_token")), "shop_id": words(settings.get("shop_id"))}
    parts: list[object] = [partner, path, at, *(own.values() if for_shop else ())]
    return {
        "partner_id": partner,
        "timestamp": str(at),
        **(own if for_shop else {}),
        "sign": request_signature(words(settings.get("partner_key")), *parts),
    }
