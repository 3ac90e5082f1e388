"""What comes from a visitor is judged by the front (`gateway.web`), which signs it for the intake.

The signature is HMAC-SHA256 with the channel's `visitor_secret` over the moment of arrival, a line feed and the body.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

SIGNATURE, MOMENT = "x-sapa-door", "x-sapa-at"


def door_headers(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """The headers with which the front hands `body` on."""
    moment = at.isoformat()
    return {MOMENT: moment, SIGNATURE: _sign(moment, body, secret)}


def is_through_the_door(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    given = headers.get(SIGNATURE, "").encode()
    return bool(secret) and hmac.compare_digest(given, _sign(signed_moment(headers), body, secret).encode())


def signed_moment(headers: Mapping[str, str]) -> str:
    """When the front took the body in, ISO 8601."""
    return headers.get(MOMENT, "")


def _sign(moment: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"\n" + body, hashlib.sha256).hexdigest()
