"""Decisions about tokens, addresses and attempts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sapa.accounts.types import Act
from sapa.programs.types import Scope

NEEDED: dict[Scope, Act] = {
    Scope.READ_CUSTOMERS: Act.LOOK,
    Scope.WRITE_CUSTOMERS: Act.STATE,
    Scope.READ_TALK: Act.LOOK,
    Scope.WRITE_TALK: Act.WORK,
    Scope.READ_FIGURES: Act.LOOK,
    Scope.WRITE_IMPORTS: Act.IMPORT,
    Scope.MANAGE_WEBHOOKS: Act.SETTINGS,
}
"""What the teammate who made a token must be allowed for its scope to hold."""

SECRET_PREFIX = "whsec_"  # noqa: S105
BROKEN_AFTER = timedelta(days=3)
FORMER_HOLDS = timedelta(days=1)
_WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)


def next_wait(tries: int) -> timedelta | None:
    """How long to wait after so many attempts; None where it is enough (Standard Webhooks, "Retry schedule")."""
    return _WAITS[tries - 1] if 1 <= tries <= len(_WAITS) else None


def is_broken(failing_since: datetime | None, now: datetime) -> bool:
    """Whether nothing has arrived at an address for so long that nobody seems to be there."""
    return failing_since is not None and now - failing_since >= BROKEN_AFTER


def sign(secrets: Iterable[str], webhook_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: `v1,` and base64 of HMAC-SHA256 for each valid secret (Standard Webhooks 1.0)."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    keys = (base64.b64decode(secret.removeprefix(SECRET_PREFIX)) for secret in secrets)
    return " ".join(
        "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys
    )


def find_fault(address: str, allowed_hosts: Collection[str] = ()) -> str:
    """Why an address may not be called, as a code; empty where it may. `allowed_hosts` pass as `host:port`."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "unreadable"
    host = (parts.hostname or "").lower()
    if not host or len(address) > 500 or not address.isascii() or any(letter <= " " for letter in address):
        return "unreadable"
    if is_allowed(host, port or _port(parts.scheme), allowed_hosts):
        return "" if parts.scheme in ("http", "https") else "not_https"
    if parts.scheme != "https":
        return "not_https"
    if parts.username is not None or parts.password is not None:
        return "has_password"
    try:
        return "" if is_public(host) else "private"
    except ValueError:
        return "" if "." in host.strip(".") else "private"


def is_allowed(host: str, port: int, allowed_hosts: Collection[str]) -> bool:
    """Whether the installation itself names this host as one that may be called wherever it lies."""
    return f"{host}:{port}" in allowed_hosts


def is_public(ip: str) -> bool:
    """Whether an address of the net is reachable by everybody: neither this machine nor a network behind it.

    An IPv4 address inside an IPv6 one is judged as itself. Raises ValueError for what is no address.
    """
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            return is_public(str(inner))
        if address in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    return address.is_global and not (address.is_multicast or address.is_reserved)


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def _port(scheme: str) -> int:
    return 80 if scheme == "http" else 443
