"""Which sites may speak for the shop: exact origins, as a browser names them (RFC 6454)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_BETWEEN = re.compile(r"[\s,;]+")


def normalise_origin(written: str) -> str:
    """`https://tokosage.example` of an address as people write it, "" where it names no site."""
    text = written.strip().lower()
    if not text:
        return ""
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "*" in host:
        return ""
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def list_origins(settings: Mapping[str, Any]) -> list[str]:
    """The origins that the owner named (text with spaces, commas or lines between), in order."""
    written = settings.get("origins") or ""
    parts = _BETWEEN.split(written) if isinstance(written, str) else [str(one) for one in written]
    return list(dict.fromkeys(filter(None, map(normalise_origin, parts))))


def is_allowed(origin: str, settings: Mapping[str, Any], *, own_host: str) -> bool:
    """Whether a page of `origin` may call: one that the owner named, or Sapa's own (the preview)."""
    if not origin or origin == "null":
        return False
    try:
        if urlsplit(origin).netloc == own_host:
            return True
    except ValueError:
        return False
    return origin in list_origins(settings)
