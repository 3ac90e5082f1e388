"""In: a payload is stored before it is understood; understanding happens after, and can be repeated.

The stored body is a line with the call and who sent it (`track browser`, `batch server`), then the bytes as they
came. Only a server's key, which no visitor ever sees, vouches for the names and addresses in its events.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sapa.accounts.models import Business
from sapa.channels.operations import Cache
from sapa.gateway.digest import digest_events
from sapa.gateway.models import Payload
from sapa.gateway.segment import event_from_segment
from sapa.gateway.types import Event, Unsupported
from sapa.lib.database import BULK_ROWS, write

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


def stored_body(call: str, body: bytes, *, from_server: bool) -> bytes:
    """The body in the form in which it is kept."""
    return f"{call} {'server' if from_server else 'browser'}\n".encode("ascii") + body


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
    channels: Cache = {}
    while payloads := list(
        Payload.objects.filter(business=business, digested_at=None)
        .select_related("business")
        .order_by("id")[:_PAYLOADS_AT_ONCE]
    ):
        events = [event for payload in payloads for event in _events(payload)]
        for start in range(0, len(events), BULK_ROWS):
            digest_events(
                business=business, events=events[start : start + BULK_ROWS], now=now, channels=channels
            )
        with write():
            Payload.objects.filter(id__in=[payload.id for payload in payloads]).update(digested_at=now)
        total += len(payloads)
    return total


def drop_digested(*, business: Business, now: datetime) -> int:
    """Forgets raw payloads 30 days after they were understood; answers how many."""
    with write():
        old = Payload.objects.filter(business=business, digested_at__lt=now - KEPT_AFTER_DIGEST)
        return old.delete()[0]


def _events(payload: Payload) -> list[Event]:
    head, _, raw = bytes(payload.body).partition(b"\n")
    call, sender = head.decode("ascii").split(" ")
    business = payload.business
    events: list[Event] = []
    for item in _calls(call, verify_body(call, raw)):
        found = event_from_segment(
            item, ZoneInfo(business.timezone), from_shop=sender == "server", currency=business.currency
        )
        events += [found] if isinstance(found, Unsupported) else found
    return events


def _calls(call: str, content: dict[str, Any]) -> list[dict[str, Any]]:
    if call not in ("batch", "import"):
        return [{**content, "type": content.get("type") or call}]
    shared: dict[str, Any] = {name: content[name] for name in ("context", "sentAt") if name in content}
    return [{**shared, **item} for item in content["batch"] if isinstance(item, dict)]
