"""Facts from the shop's database into staging tables of DuckDB, in Arrow batches of bounded size.

One plain SQL for SQLite and PostgreSQL. Moments become integer microseconds in the database itself, which
costs a fraction of making datetimes; the texts of messages are judged here and never reach DuckDB.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sapa.accounts.models import Business
from sapa.accounts.queries import list_teammates
from sapa.analytics.judging import Judge, Row
from sapa.analytics.scope import Scope
from sapa.lib.collecting import without_collecting

BATCH_ROWS = 50_000

Batch = list[Row]


@dataclass(frozen=True, slots=True)
class Source:
    """One staging table: its columns with their DuckDB types, and the SQL that fills it.

    In `sql`, {at:column} stands for that moment in microseconds, {is:column} for a flag as 0 or 1. The only
    parameter is the business; `until` is the column that a reading as of a moment compares.
    """

    table: str
    columns: dict[str, str]
    sql: str
    until: str = ""
    order: str = ""
    narrow: tuple[str, str] = ("", "")
    """The column that a reading of few contacts compares, and with which list of `Scope`; none is read whole."""


SOURCES = (
    Source(
        "s_identity",
        {"id": "BIGINT", "contact": "BIGINT", "kind": "VARCHAR"},
        "SELECT id, contact_id, kind FROM contacts_identity WHERE business_id = %s",
        narrow=("id", "known"),
    ),
    Source(
        "s_channel",
        {"id": "BIGINT", "kind": "VARCHAR", "target": "INTEGER"},
        "SELECT id, kind, reply_target_minutes FROM channels_channel WHERE business_id = %s",
    ),
    Source(
        "s_conversation",
        {
            "id": "BIGINT",
            "is_group": "BOOLEAN",
            "title": "VARCHAR",
            "identity": "BIGINT",
            "channel": "BIGINT",
        },
        "SELECT id, {is:is_group}, title, identity_id, channel_id FROM conversations_conversation WHERE business_id = %s",
        narrow=("id", "threads"),
    ),
    Source(
        "s_touch",
        {
            "id": "BIGINT",
            "identity": "BIGINT",
            "channel": "BIGINT",
            "kind": "VARCHAR",
            "happened_at": "BIGINT",
            "rank": "INTEGER",
            "phase": "VARCHAR",
            "measures": "VARCHAR",
        },
        "SELECT id, identity_id, channel_id, kind, {at:happened_at}, rank, phase, NULLIF(CAST(measures AS TEXT), '{{}}')"
        " FROM timeline_touchpoint WHERE business_id = %s",
        until="happened_at",
        narrow=("identity_id", "identities"),
    ),
    Source(
        "s_order",
        {
            "id": "BIGINT",
            "identity": "BIGINT",
            "channel": "BIGINT",
            "status": "VARCHAR",
            "placed_at": "BIGINT",
            "delivered_at": "BIGINT",
            "ended_at": "BIGINT",
            "currency": "VARCHAR",
            "goods_total": "BIGINT",
            "list_total": "BIGINT",
            "discount_total": "BIGINT",
            "has_voucher": "BOOLEAN",
            "is_masked": "BOOLEAN",
        },
        "SELECT id, identity_id, channel_id, status, {at:placed_at}, {at:delivered_at}, {at:ended_at}, currency,"
        " goods_total, list_total, discount_total, CASE WHEN CAST(voucher_codes AS TEXT) IN ('[]', '') THEN 0 ELSE 1 END,"
        " {is:is_masked} FROM orders_order WHERE business_id = %s",
        until="placed_at",
        narrow=("identity_id", "identities"),
    ),
    Source(
        "s_told",
        {
            "identity": "BIGINT",
            "happened_at": "BIGINT",
            "channel": "VARCHAR",
            "context": "VARCHAR",
            "referrer": "VARCHAR",
            "in_chat": "BOOLEAN",
        },
        "SELECT identity_id, {at:at}, channel, context, referrer, 0 FROM contacts_toldorigin WHERE business_id = %s",
        until="at",
        narrow=("identity_id", "identities"),
    ),
    Source(
        "s_mark",
        {
            "conversation": "BIGINT",
            "kind": "VARCHAR",
            "happened_at": "BIGINT",
            "undone_at": "BIGINT",
            "teammate": "BIGINT",
        },
        "SELECT conversation_id, kind, {at:at}, {at:undone_at}, by_id FROM conversations_mark WHERE business_id = %s",
        until="at",
        narrow=("conversation_id", "threads"),
    ),
    Source(
        "s_promise",
        {
            "contact": "BIGINT",
            "kind": "VARCHAR",
            "made_at": "BIGINT",
            "due_at": "BIGINT",
            "done_at": "BIGINT",
            "is_dismissed": "BOOLEAN",
        },
        "SELECT contact_id, kind, {at:made_at}, {at:due_at}, {at:done_at}, {is:is_dismissed} FROM promises_promise WHERE business_id = %s",
        until="made_at",
        narrow=("contact_id", "contacts"),
    ),
    Source(
        "s_response",
        {"identity": "BIGINT", "survey": "VARCHAR", "score": "INTEGER", "happened_at": "BIGINT"},
        "SELECT identity_id, survey, score, {at:happened_at} FROM responses_response WHERE business_id = %s",
        until="happened_at",
        narrow=("identity_id", "identities"),
    ),
)

MESSAGES = Source(
    "s_message",
    {
        "id": "BIGINT",
        "conversation": "BIGINT",
        "identity": "BIGINT",
        "is_in": "BOOLEAN",
        "happened_at": "BIGINT",
        "rank": "INTEGER",
        "is_automatic": "BOOLEAN",
        "intent": "VARCHAR",
        "is_question": "BOOLEAN",
        "closes": "BOOLEAN",
        "complains": "BOOLEAN",
        "complains_later": "BOOLEAN",
        "is_promotional": "BOOLEAN",
        "asks_for_word": "BOOLEAN",
        "referral": "VARCHAR",
        "teammate": "BIGINT",
    },
    "SELECT m.id, m.conversation_id, m.identity_id, m.direction, {at:m.happened_at}, m.rank, {is:m.is_automatic},"
    " r.intent, {is:r.is_question}, {is:r.closes}, r.sentiment, {is:r.needs_human}, m.text, CAST(m.media AS TEXT),"
    " {is:m.is_deleted}, {is:c.is_group}, m.by_id, m.author_name, CASE WHEN w.id IS NULL THEN 0 ELSE 1 END"
    " FROM conversations_message m JOIN conversations_conversation c ON c.id = m.conversation_id"
    " LEFT JOIN readings_reading r ON r.message_id = m.id"
    " LEFT JOIN readings_referralword w ON w.message_id = m.id AND w.verdict = 'rejected' WHERE m.business_id = %s"
    " AND m.send_status NOT IN ('failed', 'cancelled')",
    until="m.happened_at",
    narrow=("m.conversation_id", "threads"),
    order=" ORDER BY m.conversation_id, m.happened_at, m.rank, m.id",
)


CLOSINGS = Source(
    "s_closing",
    {"conversation": "BIGINT", "happened_at": "BIGINT", "teammate": "BIGINT"},
    "SELECT CAST(data AS TEXT), {at:at}, teammate_id FROM accounts_auditentry WHERE business_id = %s"
    " AND verb = 'conversation.closed' AND undone_at IS NULL",
    until="at",
)


def _closed(rows: Batch) -> Batch:
    """A row for each conversation that a teammate closed: one entry of the trail may tell of many."""
    return [(int(pk), at, by) for data, at, by in rows for pk in json.loads(data or "{}").get("before", {})]


def _at(column: str) -> str:
    if connection.vendor == "sqlite":
        # strftime rounds a fraction of a second, so the fraction is read apart.
        return (
            f"CAST(strftime('%%s', substr({column}, 1, 19)) AS INTEGER) * 1000000"
            f" + CAST(substr({column}, 21, 6) AS INTEGER)"
        )
    return f"CAST(EXTRACT(EPOCH FROM {column}) * 1000000 AS BIGINT)"


class _Column:
    def __init__(self, write: Callable[[str], str]) -> None:
        self._write = write

    def __format__(self, column: str) -> str:
        return self._write(connection.ops.quote_name(column) if "." not in column else column)


def _statement(source: Source, until: datetime | None, scope: Scope | None) -> tuple[str, list[Any]]:
    flag = _Column(lambda column: f"CASE WHEN {column} THEN 1 ELSE 0 END")
    sql = source.sql.format(at=_Column(_at), **{"is": flag})
    given: list[Any] = []
    column, listed = source.narrow
    if scope is not None and column:
        ids = sorted(getattr(scope, listed))
        is_lite = connection.vendor == "sqlite"
        sql = " ".join(
            (sql, "AND", column, "IN (SELECT value FROM json_each(%s))" if is_lite else "= ANY(%s)")
        )
        given.append(json.dumps(ids) if is_lite else ids)
    if until is not None and source.until:
        column = source.until if "." in source.until else connection.ops.quote_name(source.until)
        sql += f" AND {column} <= %s"
        given.append(connection.ops.adapt_datetimefield_value(until))
    return f"{sql}{source.order}", given


@contextmanager
def one_moment() -> Iterator[None]:
    """All reads inside see the database as of one moment, without taking SQLite's write lock."""
    if connection.in_atomic_block or _is_reading():
        yield
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _is_reading() -> bool:
    """Whether a moment is held already: SQLite's is begun by hand, which Django does not know of."""
    return (
        connection.vendor == "sqlite"
        and connection.connection is not None
        and connection.connection.in_transaction
    )


def _batches(
    source: Source, business: Business, until: datetime | None, scope: Scope | None = None
) -> Iterator[Batch]:
    sql, more = _statement(source, until, scope)
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, [business.pk, *more])
        while rows := cursor.fetchmany(BATCH_ROWS):
            yield rows


_ARROW = {"BIGINT": "int64", "INTEGER": "int32", "VARCHAR": "string", "BOOLEAN": "bool_"}


def _insert(con: Any, source: Source, rows: Batch) -> None:
    import pyarrow as pa

    arrays = []
    for kind, values in zip(source.columns.values(), zip(*rows, strict=True), strict=True):
        column: Sequence[Any] = values
        if kind == "BOOLEAN":
            column = [value if value is None else bool(value) for value in values]
        arrays.append(pa.array(column, getattr(pa, _ARROW[kind])()))
    con.register("batch", pa.Table.from_arrays(arrays, list(source.columns)))
    con.execute(f"INSERT INTO {source.table} SELECT * FROM batch")  # noqa: S608 - a name of our own
    con.unregister("batch")


def _create(con: Any, source: Source) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in source.columns.items())
    con.execute(f"CREATE TEMP TABLE {source.table} ({columns})")


def stage(con: Any, business: Business, until: datetime | None, scope: Scope | None = None) -> None:
    """Fills the staging tables of this DuckDB connection with the facts of a business up to a moment.

    With a `scope` only what it names is read.
    """
    with one_moment(), without_collecting():
        for source in SOURCES:
            _create(con, source)
            for rows in _batches(source, business, until, scope):
                _insert(con, source, rows)
        _stage_closings(con, business, until, scope)
        _stage_messages(con, business, until, scope)


def _stage_closings(con: Any, business: Business, until: datetime | None, scope: Scope | None) -> None:
    """One entry of the trail may tell of many conversations: all are read, those of the scope are kept."""
    _create(con, CLOSINGS)
    for rows in _batches(CLOSINGS, business, until):
        closed = _closed(rows)
        if scope is not None:
            closed = [row for row in closed if row[0] in scope.threads]
        if closed:
            _insert(con, CLOSINGS, closed)


def _stage_messages(con: Any, business: Business, until: datetime | None, scope: Scope | None) -> None:
    _create(con, MESSAGES)
    told = next(source for source in SOURCES if source.table == "s_told")
    judge = Judge(
        tuple(str(name) for name in (business.name, *business.own_names)),
        {mate.name.casefold(): mate.pk for mate in list_teammates(business)},
    )
    for rows in _batches(MESSAGES, business, until, scope):
        judged = [judge(row) for row in rows]
        _insert(con, MESSAGES, [message for message, _ in judged])
        if heard := [origin for _, origin in judged if origin is not None]:
            _insert(con, told, heard)
