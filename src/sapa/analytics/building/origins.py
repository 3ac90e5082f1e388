"""Where each contact came from, by the very rule that the contact's own sheet uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sapa.standings.rules.origin import find_origin
from sapa.standings.types import ConversationFact, Dossier, MessageFact, ToldFact, Touch

_CHUNK = 20_000
_START = datetime(1970, 1, 1, tzinfo=UTC)

# What the rule looks at: what was told, and the touchpoints up to the first that is no web visit.
_LEADING = """
CREATE TEMP TABLE first_steps AS
WITH numbered AS (
    SELECT contact, happened_at, rank, touch, kind, channel, measures, in_group, row_number() OVER (
        PARTITION BY contact ORDER BY happened_at, rank, touch) AS seq
    FROM touch
), parted AS (
    SELECT *, min(seq) FILTER (kind NOT LIKE 'web.%' AND kind <> 'origin.told') OVER (PARTITION BY contact) AS last_seq
    FROM numbered
)
SELECT p.contact, p.seq, p.happened_at, p.kind, p.channel, p.measures, g.title FROM parted p LEFT JOIN (
    SELECT contact, min({'at': happened_at, 'rank': rank, 'id': id, 'title': title}).title AS title
    FROM said WHERE is_group AND contact IS NOT NULL GROUP BY contact
) g ON g.contact = p.contact AND p.seq = 1 AND p.in_group
WHERE p.seq = 1 OR p.seq <= coalesce(p.last_seq, p.seq) AND p.measures IS NOT NULL AND p.kind <> 'origin.told'
"""

_TELLING = """
CREATE TEMP TABLE telling AS
SELECT contact, 0 AS sort, seq, happened_at, kind, channel, measures, title, NULL AS referrer FROM first_steps
UNION ALL
SELECT i.contact, 1, t.happened_at, t.happened_at, '', t.channel, NULL, t.context, t.referrer
FROM s_told t JOIN s_identity i ON i.id = t.identity WHERE i.contact IS NOT NULL
ORDER BY 1, 2, 3, 4, 6, 8, 9
"""


def build_origins(con: Any) -> None:
    """Makes the working table `origin`: contact, channel (null where unknown) and context (null where none)."""
    con.execute(_LEADING)
    con.execute(_TELLING)
    con.execute("CREATE TEMP TABLE origin (contact BIGINT, channel VARCHAR, context VARCHAR)")
    found: list[tuple[int, str | None, str | None]] = []
    for contact, rows in groupby(_rows(con), key=itemgetter(0)):
        origin = find_origin(_dossier(contact, list(rows)))
        found.append((contact, origin.channel or None, origin.context or None))
        if len(found) >= _CHUNK:
            _store(con, found)
            found = []
    _store(con, found)


def _store(con: Any, found: list[tuple[int, str | None, str | None]]) -> None:
    import pyarrow as pa

    if not found:
        return
    types = (pa.int64(), pa.string(), pa.string())
    columns = [pa.array(values, kind) for values, kind in zip(zip(*found, strict=True), types, strict=True)]
    con.register("batch", pa.Table.from_arrays(columns, ["contact", "channel", "context"]))
    con.execute("INSERT INTO origin SELECT * FROM batch")
    con.unregister("batch")


def _rows(con: Any) -> Iterator[tuple[Any, ...]]:
    """All rows of `telling` in order, fetched in ranges so that other statements may run in between."""
    offset = 0
    while True:
        rows = con.execute(
            "SELECT * FROM telling WHERE rowid >= ? AND rowid < ? ORDER BY rowid", [offset, offset + _CHUNK]
        ).fetchall()
        if not rows:
            return
        yield from rows
        offset += _CHUNK


def _moment(micros: int) -> datetime:
    return _START + timedelta(microseconds=micros)


def _dossier(contact: int, rows: list[tuple[Any, ...]]) -> Dossier:
    touches: list[Touch] = []
    told: list[ToldFact] = []
    threads: tuple[ConversationFact, ...] = ()
    for _, is_told, _, micros, kind, channel, measures, title, referrer in rows:
        at = _moment(micros)
        if is_told:
            told.append(ToldFact(at, channel or "", title or "", referrer or "", None))
            continue
        given = json.loads(measures) if measures else {}
        touches.append(Touch(at, 0, 0, 0, kind, channel or "", "", "", "", at, given, ""))
        if title:
            said = MessageFact(0, 0, None, True, "", at, 0, at, (), False, False, "", None, None, False, False, False)  # fmt: skip
            threads = (ConversationFact(0, channel or "", title, True, None, (said,), None, None),)
    return Dossier(contact, "", "", _START, (), tuple(touches), (), conversations=threads, told=tuple(told))
