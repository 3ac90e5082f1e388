"""TikTok Shop's two signatures: of what it calls us with and of what we ask it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from sapa.gateway.connecting import Account
from sapa.gateway.wire import words
from sapa.lib import clock


def hook_signature(app_key: str, app_secret: str, body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 over the app's key and the raw body."""
    return hmac.new(app_secret.encode(), app_key.encode() + body, hashlib.sha256).hexdigest()


def request_signature(app_secret: str, path: str, query: Mapping[str, str], body: bytes) -> str:
    """Hex HMAC-SHA256 over secret, path, the sorted query without sign and token, the body, and the secret again."""
    pairs = "".join(f"{name}{query[name]}" for name in sorted(query) if name not in ("sign", "access_token"))
    base = app_secret.encode() + f"{path}{pairs}".encode() + body + app_secret.encode()
    return hmac.new(app_secret.encode(), base, hashlib.sha256).hexdigest()


def signed_query(account: Account, path: str, query: Mapping[str, str], body: bytes) -> dict[str, str]:
    """The query of one call, stamped when the call is made because a signature holds for minutes."""
    settings = account.settings
    told = {
        "app_key": words(settings.get("app_key")),
        "timestamp": str(int(clock.now().timestamp())),
        **query,
    }
    return {**told, "sign": request_signature(words(settings.get("app_secret")), path, told, body)}
