"""Raw bodies into PostgreSQL: one prepared statement, its parameters as binary arrays, in one round trip.

Where no transaction is open the statement is one by itself, so that the answer to it says that all is on disk. Django's cursor
would write each body into the text of the statement; psycopg's packs each value by itself, and asks three times a commit.
Array format: PostgreSQL, `array_send` (dimensions, has nulls, type, length, lower bound; then length and bytes of each item).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from struct import pack
from typing import Any
from weakref import WeakSet

import psycopg
from django.db import connection
from psycopg import pq

from sapa.gateway.models import Payload

Row = tuple[int, int, str, str, bytes]
"""Business, channel, dedupe key, head, body."""

_NAME = b"sapa_store_arrivals"
_INT8, _TEXT, _BYTEA, _MOMENT = 20, 25, 17, 1184
_INT8S, _TEXTS, _BYTEAS = 1016, 1009, 1001
_TYPES = (_INT8S, _INT8S, _TEXTS, _TEXTS, _BYTEAS, _MOMENT)
_FORMATS = (pq.Format.BINARY,) * 5 + (pq.Format.TEXT,)
# Ids follow the order of arrival. Rows go in by their keys: two batches that bring the same bodies then wait for one another
# in one direction only.
_STATEMENT = (
    "INSERT INTO {table} (id, business_id, channel_id, dedupe_key, head, body, received_at, problem)"
    " SELECT id, business, channel, key, head::jsonb, body, $6, '' FROM"
    " (SELECT nextval('{sequence}') AS id, given.* FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bytea[])"
    " AS given(business, channel, key, head, body)) AS numbered"
    " ORDER BY key, channel ON CONFLICT DO NOTHING"
)

_prepared: WeakSet[Any] = WeakSet()


def store_rows(rows: Sequence[Row], now: datetime) -> None:
    """Stores them durably, or within the transaction that is open; those that are there already stay as they are."""
    businesses, channels, keys, heads, bodies = zip(*rows, strict=True)
    given = [
        _numbers(businesses),
        _numbers(channels),
        _array(_TEXT, [key.encode() for key in keys]),
        _array(_TEXT, [head.encode() for head in heads]),
        _array(_BYTEA, bodies),
        now.isoformat().encode(),
    ]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        server = _ready().pgconn
        _check(server, server.exec_prepared(_NAME, given, _FORMATS))


def _ready() -> psycopg.Connection[Any]:
    """This thread's connection, with the statement prepared on it and the transaction begun where one is open."""
    line: psycopg.Connection[Any] = connection.connection
    if connection.in_atomic_block and line.pgconn.transaction_status == pq.TransactionStatus.IDLE:
        # Until its first statement Django's transaction exists here only.
        line.execute("SELECT 1")
    if line not in _prepared:
        table = Payload._meta.db_table
        found = line.pgconn.exec_(f"SELECT pg_get_serial_sequence('{table}', 'id')".encode())
        _check(line.pgconn, found)
        sequence = (found.get_value(0, 0) or b"").decode()
        statement = _STATEMENT.format(table=table, sequence=sequence)
        _check(line.pgconn, line.pgconn.prepare(_NAME, statement.encode(), _TYPES))
        _prepared.add(line)
    return line


def _check(server: pq.abc.PGconn, result: pq.abc.PGresult) -> None:
    if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        if server.status == pq.ConnStatus.BAD:
            raise psycopg.OperationalError(server.error_message.decode(errors="replace"))
        raise psycopg.errors.error_from_result(result)


def _array(kind: int, items: Sequence[bytes]) -> bytes:
    parts = [pack(">5i", 1, 0, kind, len(items), 1)]
    for item in items:
        parts += (pack(">i", len(item)), item)
    return b"".join(parts)


def _numbers(values: Sequence[int]) -> bytes:
    flat: list[int] = []
    for value in values:
        flat += (8, value)
    return pack(">5i" + "iq" * len(values), 1, 0, _INT8, len(values), 1, *flat)
