"""Reading JSON from outside: a field that is missing, or of another sort than documented, is empty and never an error."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

_NOTHING: Mapping[str, Any] = {}
# Seconds since 1970 of 2010 and 2100; a number beyond is in milliseconds, or no time at all.
_EARLIEST, _LATEST = 1_262_304_000, 4_102_444_800


def read_object(body: bytes) -> Mapping[str, Any] | None:
    """The JSON object in `body`, None where there is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def mapping(value: object) -> Mapping[str, Any]:
    """`value` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def rows(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects in the list `value`; what is no object there is left out."""
    if isinstance(value, list):
        yield from (row for row in value if isinstance(row, dict))


def word(value: object) -> str:
    """A string or whole number as text that every database takes: no NUL, no half of a surrogate pair."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else ""
    if value.isascii():
        return value.replace("\x00", "")
    return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def when(value: object) -> datetime | None:
    """The moment of a Unix time in seconds or milliseconds, as number or text; None where it is none."""
    text = word(value)
    if not (text.isascii() and text.isdigit()) or len(text) > 16:
        return None
    seconds = float(text)
    if seconds > _LATEST:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST <= seconds <= _LATEST else None


def digest_of(*parts: str) -> str:
    """A key of 64 characters for what these parts name: the ids of Meta are longer than our keys may be."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
