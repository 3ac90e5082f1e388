"""Reading the body of a request from an ASGI server, no further than may be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

MOST_BYTES = 1024 * 1024

Receive = Callable[[], Awaitable[dict[str, Any]]]


class TooLargeError(Exception):
    """The body is larger than `MOST_BYTES`."""


class BrokenOffError(Exception):
    """Who sends went away in mid-body."""


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], most: int = MOST_BYTES) -> bytes:
    """The whole body. Raises `TooLargeError`, `BrokenOffError`."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > most:
        raise TooLargeError
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BrokenOffError
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > most:
            raise TooLargeError
        if not message.get("more_body", False):
            return b"".join((*parts, part)) if parts else part
        parts.append(part)
