"""Touchpoints and messages by contact; then `ev`, each step with the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sapa.analytics.rules import place_of
from sapa.readings.types import BUYING_INTENTS, COURTESY_INTENTS, TOPICS
from sapa.timeline.kinds import KINDS

_TOUCHES = """
CREATE TEMP TABLE touch AS
SELECT i.contact, t.id AS touch, t.happened_at, t.rank, t.kind, t.phase, c.kind AS channel, t.measures,
       lower(t.measures ->> '$.utm_source') AS source,
       lower(regexp_extract(t.measures ->> '$.referrer', '^(?:[a-zA-Z]+://)?([^/?#]+)', 1)) AS host,
       coalesce(t.measures ->> '$.group', '') IN ('true', '1') AS in_group
FROM s_touch t JOIN s_identity i ON i.id = t.identity LEFT JOIN s_channel c ON c.id = t.channel
WHERE i.contact IS NOT NULL
"""

# What a message is to its contact: the author of what came in, the person of a private thread for what went out.
_SAID = """
CREATE TEMP TABLE said AS
SELECT m.id, m.conversation, m.happened_at, m.rank, m.is_in, m.is_automatic, m.intent, m.closes,
       m.complains, m.complains_later, m.is_promotional, m.asks_for_word, m.referral, m.teammate,
       v.is_group, v.title, c.kind AS channel, c.target, o.contact AS person,
       CASE WHEN m.is_in THEN i.contact WHEN NOT v.is_group THEN o.contact END AS contact,
       m.is_in AND NOT m.closes AND NOT list_contains(getvariable('courtesies'), coalesce(m.intent, ''))
           AND (coalesce(m.is_question, false) OR coalesce(m.intent, '') IN ('order', 'payment')) AS asks,
       m.is_in AND NOT m.closes AND list_contains(getvariable('buying'), coalesce(m.intent, '')) AS buys,
       m.intent IS NULL OR list_contains(getvariable('topics'), m.intent) AS has_topic
FROM s_message m JOIN s_conversation v ON v.id = m.conversation
LEFT JOIN s_channel c ON c.id = v.channel
LEFT JOIN s_identity i ON i.id = m.identity
LEFT JOIN s_identity o ON o.id = v.identity
"""

_EV = """
CREATE TABLE ev AS
WITH ordered AS (
    SELECT t.contact, t.touch, t.happened_at, t.rank, day_of(t.happened_at) AS day, t.kind, t.phase, t.channel,
           list_contains(getvariable('ours'), t.kind) AS by_shop,
           lag(t.kind) OVER way AS prev, t.happened_at - lag(t.happened_at) OVER way AS gap
    FROM touch t WINDOW way AS (PARTITION BY t.contact ORDER BY t.happened_at, t.rank, t.touch)
)
SELECT o.contact, o.touch, o.happened_at, o.day, CAST(o.kind AS touch_kind) AS kind, o.phase, o.channel, o.by_shop,
       CAST(o.prev AS touch_kind) AS prev, o.gap,
       o.prev IS NOT NULL AND row_number() OVER (
           PARTITION BY o.contact, o.prev, o.kind ORDER BY o.happened_at, o.rank, o.touch) = 1 AS opens_edge,
       c.seen_day
FROM ordered o JOIN cust c ON c.contact = o.contact
ORDER BY o.contact, o.happened_at, o.rank, o.touch
"""


def build_touches(con: Any) -> None:
    """Makes the working tables `touch` (with the place from which a visit came) and `said`."""
    con.execute("SET VARIABLE courtesies = ?", [sorted(COURTESY_INTENTS)])
    con.execute("SET VARIABLE buying = ?", [sorted(BUYING_INTENTS)])
    con.execute("SET VARIABLE topics = ?", [sorted(TOPICS)])
    con.execute("SET VARIABLE ours = ?", [sorted(code for code, kind in KINDS.items() if kind.by_shop)])
    con.execute(_TOUCHES)
    con.execute("DROP TABLE s_touch")
    con.execute(_SAID)
    con.execute("DROP TABLE s_message")
    _place_visits(con)


def _place_visits(con: Any) -> None:
    con.execute("CREATE TEMP TABLE place (source VARCHAR, host VARCHAR, place VARCHAR)")
    visits = con.execute(
        "SELECT DISTINCT source, host FROM touch WHERE coalesce(source, host) IS NOT NULL"
    ).fetchall()
    found = [(source, host, place_of(source, host)) for source, host in visits]
    if not found:
        return
    import pyarrow as pa

    columns = [pa.array(values, pa.string()) for values in zip(*found, strict=True)]
    con.register("batch", pa.Table.from_arrays(columns, ["source", "host", "place"]))
    con.execute("INSERT INTO place SELECT * FROM batch WHERE place IS NOT NULL")
    con.unregister("batch")


def mark_edges(con: Any, kinds: Sequence[str] = ()) -> None:
    """Makes `ev`; kinds are an enum, so that grouping by them is cheap: those given, else all that are known or occur.

    Raises LookupError where one occurs that is not among those given.
    """
    found = {row[0] for row in con.execute("SELECT DISTINCT kind FROM touch").fetchall()}
    if kinds and not found <= set(kinds):
        raise LookupError(f"new kinds of touchpoints: {sorted(found - set(kinds))}")
    named = kinds or sorted(found | set(KINDS))
    con.execute(f"CREATE TYPE touch_kind AS ENUM ({', '.join(map(_quoted, named))})")
    con.execute(_EV)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
