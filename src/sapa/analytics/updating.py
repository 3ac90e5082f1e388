"""Making files: the base whole from what is stored, the next delta from what was touched, both laid together."""

# ruff: noqa: S608 - the names of tables and columns are our own

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics.building import build_tables
from sapa.analytics.copies import connect, quoted
from sapa.analytics.layers import MADE, columns_of, make_layer, owner_of, settle_loads, whole
from sapa.analytics.places import Pointer, base_path, delta_path, next_base
from sapa.analytics.scope import UNKNOWN, count_people, find_removed, list_touched, reach
from sapa.analytics.sources import one_moment
from sapa.analytics.state import Mark, read_mark
from sapa.analytics.tables import TABLES, VERSION
from sapa.contacts.operations import settle_changes

_BLOCK_BYTES = 16_384
_MOST_SHARE = 0.3
_MOST_LEAST = 500


class TooMuchError(Exception):
    """More changed than a delta is good for: building whole is quicker."""


def make_base(business: Business) -> Pointer:
    """Builds the whole copy of a business into a new file. Nothing points to it yet."""
    settled = settle_changes(business)
    number = next_base(business)
    with _finished(base_path(business, number)) as path, _connected(str(path)) as con:
        with one_moment():
            mark = read_mark(business, settled)
            build_tables(con, business, None)
        contacts = int(con.execute("SELECT count(*) FROM cust").fetchall()[0][0])
        con.execute("CHECKPOINT")
    return Pointer(VERSION, number, 0, contacts, 0, False, mark)


def make_delta(business: Business, pointer: Pointer) -> Pointer:
    """Makes the rows of the contacts anew whom the log names since; the new file takes the older delta in.

    Raises TooMuchError where building whole is the better way.
    """
    settled = settle_changes(business)
    number = pointer.delta + 1
    with _connected(":memory:") as con:
        _attach(con, business, pointer, "old")
        with one_moment():
            mark, touched = _look(con, business, pointer, settled)
            scope = reach(business, touched)
            _most(len(scope.contacts), pointer)
            _put_numbers(con, "scoped", scope.contacts)
            try:
                build_tables(con, business, None, scope, _kinds(con))
            except LookupError as error:
                raise TooMuchError(str(error)) from error
        old = "old" if pointer.delta else ""
        make_layer(con, old, number)
        settle_loads(con, old, number)
        dead, owes = _weigh(con)
        with _finished(delta_path(business, pointer.base, number)) as path:
            _write_layer(con, path)
    return replace(pointer, delta=number, dead=dead, owes=pointer.owes or owes, mark=mark)


def lay_together(business: Business, pointer: Pointer) -> int:
    """Writes base and delta as one new base: what was replaced or removed is no longer on the disk. Its number."""
    number = next_base(business)
    with _finished(base_path(business, number)) as path, _connected(str(path)) as con:
        _attach(con, business, pointer, "delta")
        for table in TABLES:
            con.execute(f"CREATE TABLE {table} AS {whole(table, 'base', 'delta')}")
        con.execute("CHECKPOINT")
    return number


def carry_over(business: Business, now: Pointer, then: Pointer, base: int) -> Pointer:
    """The copy over a new `base` that holds all that stood in `then`: what came since, up to `now`, is its delta."""
    if now.delta == then.delta:
        return replace(now, base=base, delta=0, dead=0, owes=False)
    with _connected(":memory:") as con:
        _attach(con, business, now, "delta")
        con.execute(f"CREATE SCHEMA {MADE}")
        for table in ("dead", "dead_reply"):
            con.execute(
                f"CREATE TABLE {MADE}.{table} AS SELECT * FROM delta.{table} WHERE number > ?", [then.delta]
            )
        for table in TABLES:
            kept = f"{owner_of(table)} IN (SELECT contact FROM {MADE}.dead)"
            if table == "reply":
                kept += f" OR asked IN (SELECT asked FROM {MADE}.dead_reply)"
            con.execute(
                f"CREATE TABLE {MADE}.{table} AS SELECT {columns_of(table)} FROM delta.{table} WHERE {kept}"
            )
        dead, _ = _weigh(con)
        with _finished(delta_path(business, base, now.delta)) as path:
            _write_layer(con, path)
    return replace(now, base=base, dead=dead, owes=now.owes)


def _look(con: Any, business: Business, pointer: Pointer, settled: int) -> tuple[Mark, set[int]]:
    touched = list_touched(business, pointer.mark.position)
    if UNKNOWN not in touched:
        return read_mark(business, settled, pointer.mark), touched
    # Who was removed took their lines of the log along: counted among those of old, looked up among the new.
    mark = pointer.mark
    since = -1 if count_people(business, mark.last_person) < mark.people else mark.last_person
    people = whole("cust", "base", "old" if pointer.delta else "")
    seen = con.execute(f"SELECT contact FROM ({people}) WHERE contact > ?", [since]).fetchall()
    touched |= find_removed(business, [row[0] for row in seen])
    return read_mark(business, settled), touched


def _most(touched: int, pointer: Pointer) -> None:
    if touched > max(_MOST_LEAST, pointer.contacts * _MOST_SHARE):
        raise TooMuchError(f"{touched} contacts of {pointer.contacts} changed")


def _kinds(con: Any) -> list[str]:
    rows = con.execute("SELECT enum_range(kind) FROM base.ev LIMIT 1").fetchall()
    return list(rows[0][0]) if rows else []


def _weigh(con: Any) -> tuple[int, bool]:
    """How many keys are dead, and whether somebody is gone whose rows still lie in the base."""
    return tuple(
        con.execute(
            f"SELECT (SELECT count(*) FROM {MADE}.dead) + (SELECT count(*) FROM {MADE}.dead_reply), EXISTS ("
            f" SELECT 1 FROM {MADE}.dead d JOIN base.cust b ON b.contact = d.contact"
            f" WHERE NOT EXISTS (SELECT 1 FROM {MADE}.cust c WHERE c.contact = d.contact))"
        ).fetchall()[0]
    )


def _attach(con: Any, business: Business, pointer: Pointer, name: str) -> None:
    con.execute(f"ATTACH {quoted(base_path(business, pointer.base))} AS base (READ_ONLY)")
    if pointer.delta:
        path = delta_path(business, pointer.base, pointer.delta)
        con.execute(f"ATTACH {quoted(path)} AS {name} (READ_ONLY)")


def _put_numbers(con: Any, table: str, numbers: frozenset[int]) -> None:
    import pyarrow as pa

    con.register("batch", pa.table({"contact": pa.array(sorted(numbers), pa.int64())}))
    con.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM batch")
    con.unregister("batch")


def _write_layer(con: Any, path: Path) -> None:
    con.execute(f"ATTACH {quoted(path)} AS written (BLOCK_SIZE {_BLOCK_BYTES})")
    con.execute("BEGIN")
    for table in (*TABLES, "dead", "dead_reply"):
        con.execute(f"CREATE TABLE written.{table} AS SELECT * FROM {MADE}.{table}")
    con.execute("COMMIT")
    con.execute("CHECKPOINT written")
    con.execute("DETACH written")


@contextmanager
def _finished(path: Path) -> Iterator[Path]:
    """A path beside the file's place; what was written there is moved at the end, and goes if something failed."""
    unfinished = path.with_name(f"{path.name}.tmp")
    unfinished.unlink(missing_ok=True)
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _connected(path: str) -> Iterator[Any]:
    con = connect(path)
    try:
        yield con
    finally:
        con.close()
