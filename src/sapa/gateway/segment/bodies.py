"""The bodies of the Segment HTTP API: what may come in, and the form in which it is kept.

The stored body is a line with the call and who sent it (`track browser`, `batch server`), then the bytes as they
came. Only a server's key, which no visitor ever sees, vouches for the names and addresses in its events.
"""

from __future__ import annotations

import re
import zlib
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sapa.gateway.reading import MOST_BYTES
from sapa.gateway.segment import event_from_segment
from sapa.gateway.types import Event, Unsupported

CALLS = frozenset({"track", "page", "screen", "identify", "group", "alias", "batch", "import"})
_FIRST_LINE = re.compile(rb"^([a-z]+) (server|browser)\n")


class RefusedError(Exception):
    """A body that is not taken in: `status` and a sentence for the program that sent it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def unpack(raw: bytes, encoding: str) -> bytes:
    """The body without its gzip. Raises `RefusedError` for what cannot be unpacked or would be too large."""
    if encoding in ("", "identity"):
        return raw
    if encoding != "gzip":
        raise RefusedError(415, f"Content-Encoding {encoding} is not understood; send gzip or none.")
    try:
        unpacker = zlib.decompressobj(wbits=31)
        body = unpacker.decompress(raw, MOST_BYTES + 1)
    except zlib.error as error:
        raise RefusedError(400, "The body is not gzip, although Content-Encoding says so.") from error
    if len(body) > MOST_BYTES:
        raise RefusedError(413, f"The unpacked body is larger than {MOST_BYTES} bytes; send smaller batches.")
    return body


def verify_body(call: str, body: bytes) -> dict[str, Any]:
    """The JSON object that a call of the Segment HTTP API carries. Raises `RefusedError` for anything else."""
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(400, "The body is not JSON.") from error
    if not isinstance(content, dict):
        raise RefusedError(400, "The body must be one JSON object.")
    if call in ("batch", "import") and not isinstance(content.get("batch"), list):
        raise RefusedError(400, "A batch needs the list `batch`.")
    return content


def stored_body(call: str, body: bytes, *, from_server: bool) -> bytes:
    """The body in the form in which it is kept."""
    return f"{call} {'server' if from_server else 'browser'}\n".encode("ascii") + body


def is_stored_body(body: bytes) -> bool:
    """Whether a stored body came by the Segment HTTP API."""
    found = _FIRST_LINE.match(body)
    return found is not None and found[1].decode() in CALLS


def read_stored(body: bytes, timezone: ZoneInfo, currency: str) -> list[Event]:
    """The events of a stored body."""
    head, _, raw = body.partition(b"\n")
    call, sender = head.decode("ascii").split(" ")
    events: list[Event] = []
    for item in _calls(call, verify_body(call, raw)):
        found = event_from_segment(item, timezone, from_shop=sender == "server", currency=currency)
        events += [found] if isinstance(found, Unsupported) else found
    return events


def _calls(call: str, content: dict[str, Any]) -> list[dict[str, Any]]:
    if call not in ("batch", "import"):
        return [{**content, "type": content.get("type") or call}]
    shared: dict[str, Any] = {name: content[name] for name in ("context", "sentAt") if name in content}
    return [{**shared, **item} for item in content["batch"] if isinstance(item, dict)]
