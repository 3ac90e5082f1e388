"""Raw bodies go into the table of payloads: one statement for a batch of them, in plain SQL.

Django's `bulk_create` prepares each value by itself and would take half of what the intake may take.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from sapa.gateway.models import Payload
from sapa.lib.database import write

_COLUMNS = "business_id, channel_id, dedupe_key, head, body, received_at, problem"
_MOST_ROWS = 128


class Arrival(NamedTuple):
    """One verified body on its way into the table of payloads; `head` is JSON text, `named` its key where the source names it."""

    business_id: int
    channel_id: int
    body: bytes
    head: str = "{}"
    named: str = ""

    @property
    def dedupe_key(self) -> str:
        """What the source named it, else head and body: who sends the same bytes again is answered, not stored twice."""
        if self.named:
            return self.named if len(self.named) <= 64 else _digest(self.named.encode())
        return _digest(self.body if self.head == "{}" else self.head.encode() + b"\n" + self.body)


_MOMENT = re.compile(rb"1[789][0-9]{8}(?![0-9]{4})")


def _digest(content: bytes) -> str:
    """Of the first Unix time that the content names eight digits, then of SHA-256 72 bits in 12 signs; without a time 120 in 20.

    With the time in front, keys of one moment lie together: the index of keys takes a commit on a few of its pages instead
    of on another one for each row. Any function of the content would tell repeats as well.
    """
    moment = _MOMENT.search(content)
    if moment:
        return (moment[0][2:] + b2a_base64(sha256(content).digest()[:9], newline=False)).decode()
    return b2a_base64(sha256(content).digest()[:15], newline=False).decode()


def head_text(head: Mapping[str, Any]) -> str:
    """A head in its stored form; the same head has always the same text."""
    return msgspec.json.encode(head, order="deterministic").decode() if head else "{}"


def store_arrivals(arrivals: Sequence[Arrival], *, now: datetime) -> None:
    """Stores bodies in one transaction; those that are there already stay as they are."""
    if not arrivals:
        return
    if connection.vendor == "sqlite":
        with write():
            _store_on_sqlite(arrivals, str(now.astimezone(UTC))[:-6])
        return
    from sapa.gateway.storing_on_postgresql import store_rows

    store_rows([(one[0], one[1], one.dedupe_key, one[3], one[2]) for one in arrivals], now)


def _store_on_sqlite(arrivals: Sequence[Arrival], received_at: str) -> None:
    """Many rows a statement: between two statements the thread would queue for Python's lock behind the event loop."""
    execute = connection.connection.execute
    start = 0
    while start < len(arrivals):
        count = min(_MOST_ROWS, 1 << (len(arrivals) - start).bit_length() - 1)
        values: list[Any] = [received_at]
        for one in arrivals[start : start + count]:
            values += (one[0], one[1], one.dedupe_key, one[3], one[2])
        execute(_sqlite_statement(count), values)
        start += count


@cache
def _sqlite_statement(rows: int) -> str:
    """`?1` is the moment at which all of them came."""
    places = ", ".join(
        f"(?{first}, ?{first + 1}, ?{first + 2}, ?{first + 3}, ?{first + 4}, ?1, '')"
        for first in range(2, 2 + 5 * rows, 5)
    )
    return f"INSERT OR IGNORE INTO {Payload._meta.db_table} ({_COLUMNS}) VALUES {places}"  # noqa: S608
