"""A base and a delta read as one: rows of the base that still hold, and those that were made since.

In a delta, `dead` has the contacts whose rows in the base no longer hold, and `dead_reply` single replies of
others (whose number of people that waited beside them moved); `number` is that of the delta that last made
them. What belongs to nobody known is contact 0 there.
"""

# ruff: noqa: S608 - the names of tables and columns are our own

from __future__ import annotations

from typing import Any

from sapa.analytics.building.replies import LOAD, OTHERS
from sapa.analytics.tables import TABLES

MADE = "made"
"""The schema in which a new delta is made, in memory."""

_NEVER_NULL = frozenset({"ev", "cust"})  # every row of these has a contact


def columns_of(table: str) -> str:
    return ", ".join(f'"{column}"' for column in TABLES[table])


def owner_of(table: str, row: str = "") -> str:
    """The contact of a row as `dead` names it."""
    contact = f"{row}.contact" if row else "contact"
    return contact if table in _NEVER_NULL else f"coalesce({contact}, 0)"


def holding(table: str, base: str, delta: str) -> str:
    """SQL of the rows of the base that still hold; `base` and `delta` are attached databases or schemas."""
    sql = (
        f"SELECT {columns_of(table)} FROM {base}.{table} b"
        f" WHERE NOT EXISTS (SELECT 1 FROM {delta}.dead d WHERE d.contact = {owner_of(table, 'b')})"
    )
    if table == "reply":
        sql += f" AND NOT EXISTS (SELECT 1 FROM {delta}.dead_reply r WHERE r.asked = b.asked)"
    return sql


def whole(table: str, base: str, delta: str) -> str:
    """SQL of all rows of a table; `delta` is empty where there is none."""
    if not delta:
        return f"SELECT {columns_of(table)} FROM {base}.{table}"
    return f"{holding(table, base, delta)} UNION ALL SELECT {columns_of(table)} FROM {delta}.{table}"


def show_as_one(con: Any, schema: str, base: str, delta: str) -> None:
    """Views in `schema` by the names of the tables, over both."""
    con.execute(f"CREATE SCHEMA {schema}")
    for table in TABLES:
        con.execute(f"CREATE VIEW {schema}.{table} AS {whole(table, base, delta)}")


def make_layer(con: Any, old: str, number: int) -> None:
    """Makes the delta `number` in memory: the rows just built of those in `scoped`, and the older ones of others.

    `old` is the attached delta before it, or empty. How many waited beside a reply is still to be settled.
    """
    con.execute(f"CREATE SCHEMA {MADE}")
    for table in TABLES:
        owner = owner_of(table)
        fresh = f"SELECT {columns_of(table)} FROM main.{table} WHERE {owner} IN (SELECT contact FROM scoped)"
        if old:
            fresh += (
                f" UNION ALL SELECT {columns_of(table)} FROM {old}.{table}"
                f" WHERE {owner} NOT IN (SELECT contact FROM scoped)"
            )
        con.execute(f"CREATE TABLE {MADE}.{table} AS {fresh}")
    con.execute(f"CREATE TABLE {MADE}.dead AS SELECT contact, CAST({number} AS BIGINT) AS number FROM scoped")
    con.execute(f"CREATE TABLE {MADE}.dead_reply (asked BIGINT, number BIGINT)")
    if old:
        con.execute(
            f"INSERT INTO {MADE}.dead SELECT * FROM {old}.dead WHERE contact NOT IN (SELECT contact FROM scoped)"
        )
        con.execute(f"INSERT INTO {MADE}.dead_reply SELECT * FROM {old}.dead_reply")


def settle_loads(con: Any, old: str, number: int) -> None:
    """How many others waited is shared among contacts: where waits came, went or moved, it is counted again.

    Only replies asked for between the first and the last such moment can differ.
    """
    con.execute(_GONE.format(before=whole("reply", "base", old)))
    con.execute(_MOVED)
    con.execute(_AS_BEFORE)
    low, high = con.execute("SELECT min(asked_at), max(ended_at) FROM made_moved").fetchall()[0]
    if low is None:
        return
    now = whole("reply", "base", MADE)
    con.execute(
        f"CREATE TEMP TABLE made_near AS SELECT * FROM ({now}) WHERE asked_at <= ? AND ended_at >= ?",
        [high, low],
    )
    con.execute(_FIXED.format(load=LOAD.format(waits="made_near"), others=OTHERS), [low])
    con.execute(_TAKE_OVER.format(holding=holding("reply", "base", MADE)))
    con.execute(f"UPDATE {MADE}.reply SET others = f.others FROM made_fixed f WHERE f.asked = reply.asked")
    con.execute(f"DELETE FROM {MADE}.dead_reply WHERE asked IN (SELECT asked FROM made_fixed)")
    con.execute(f"INSERT INTO {MADE}.dead_reply SELECT asked, CAST({number} AS BIGINT) FROM made_fixed")


_GONE = """
CREATE TEMP TABLE made_gone AS SELECT asked, asked_at, ended_at, others FROM ({before})
WHERE coalesce(contact, 0) IN (SELECT contact FROM scoped)
"""

_MOVED = """
CREATE TEMP TABLE made_moved AS
WITH come AS (
    SELECT asked, asked_at, ended_at FROM main.reply WHERE coalesce(contact, 0) IN (SELECT contact FROM scoped)
), left_over AS (
    SELECT asked, asked_at, ended_at FROM made_gone
)
(FROM come EXCEPT ALL FROM left_over) UNION ALL (FROM left_over EXCEPT ALL FROM come)
"""

_AS_BEFORE = f"""
UPDATE {MADE}.reply SET others = g.others FROM made_gone g
WHERE g.asked = reply.asked AND g.asked_at = reply.asked_at AND g.ended_at = reply.ended_at
    AND coalesce(reply.contact, 0) IN (SELECT contact FROM scoped)
"""

_FIXED = """
CREATE TEMP TABLE made_fixed AS
WITH load AS ({load}), counted AS (
    SELECT w.asked, w.others AS before, {others} AS others FROM made_near w JOIN load l ON l.moment = w.asked_at
    WHERE w.asked_at >= ?
)
SELECT asked, others FROM counted WHERE others <> before
"""

_TAKE_OVER = f"INSERT INTO {MADE}.reply {{holding}} AND b.asked IN (SELECT asked FROM made_fixed)"
