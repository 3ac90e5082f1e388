"""In: a payload is stored before it is understood; understanding happens after, and can be repeated.

The stored body is the call's name (`track`, `batch`, …), a line break, then the bytes as they came.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.gateway.digest import digest_events
from sapa.gateway.models import Payload
from sapa.gateway.segment import event_from_segment
from sapa.gateway.types import ChannelRef, Event
from sapa.lib.database import write

CALLS = frozenset({"track", "page", "screen", "identify", "group", "alias", "batch", "import"})
MOST_BYTES = 1024 * 1024
KEPT_AFTER_DIGEST = timedelta(days=30)
_PAYLOADS_AT_ONCE = 100


class RefusedError(Exception):
    """A body that is not taken in: `status` and a sentence for the program that sent it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Arrival:
    """One verified body on its way into the table of payloads."""

    business_id: int
    channel_id: int
    body: bytes

    @property
    def dedupe_key(self) -> str:
        """The body itself: a program that sends the same bytes again is answered, not stored twice."""
        return hashlib.sha256(self.body).hexdigest()


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


def store_arrivals(arrivals: Iterable[Arrival], *, now: datetime) -> None:
    """Stores bodies in one transaction; those that are there already stay as they are."""
    rows = [
        Payload(
            business_id=arrival.business_id,
            channel_id=arrival.channel_id,
            dedupe_key=arrival.dedupe_key,
            body=arrival.body,
            received_at=now,
        )
        for arrival in arrivals
    ]
    with write():
        Payload.objects.bulk_create(rows, ignore_conflicts=True)


def digest_payloads(*, business: Business, now: datetime) -> int:
    """Understands what has come in, oldest first; answers how many payloads. The digest makes repeats harmless."""
    total = 0
    while payloads := list(
        Payload.objects.filter(business=business, digested_at=None)
        .select_related("channel")
        .order_by("id")[:_PAYLOADS_AT_ONCE]
    ):
        events = [event for payload in payloads for event in _events(payload)]
        with write():
            digest_events(business=business, events=events, now=now)
            Payload.objects.filter(id__in=[payload.id for payload in payloads]).update(digested_at=now)
        total += len(payloads)
    return total


def drop_digested(*, business: Business, now: datetime) -> int:
    """Forgets raw payloads 30 days after they were understood; answers how many."""
    with write():
        old = Payload.objects.filter(business=business, digested_at__lt=now - KEPT_AFTER_DIGEST)
        return old.delete()[0]


def _events(payload: Payload) -> list[Event]:
    call, _, raw = bytes(payload.body).partition(b"\n")
    content = verify_body(call.decode("ascii"), raw)
    channel = ChannelRef(payload.channel.kind, payload.channel.name)
    return [event for item in _calls(call.decode("ascii"), content) for event in _parse(item, channel, payload)]


def _calls(call: str, content: dict[str, Any]) -> list[dict[str, Any]]:
    if call not in ("batch", "import"):
        return [{**content, "type": content.get("type") or call}]
    shared = {name: content[name] for name in ("context", "sentAt") if name in content}
    return [{**shared, **item} for item in content["batch"] if isinstance(item, dict)]


__all__ = [
    "CALLS",
    "MOST_BYTES",
    "Arrival",
    "RefusedError",
    "digest_payloads",
    "drop_digested",
    "gzip",
    "store_arrivals",
    "unpack",
    "verify_body",
]
