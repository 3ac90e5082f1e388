"""Making and dropping the copy."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

from sapa.accounts.models import Business
from sapa.analytics import copies
from sapa.analytics.questions import prepare
from sapa.analytics.tables import TABLES

BUILD_SECONDS = 600


def build(business: Business) -> Path:
    """The copy of a business as it now is: built if the one there is behind, else left as it is.

    One process builds at a time; another waits and then finds it made. Raises `filelock.Timeout` after ten minutes.
    """
    path = copies.path_of(business, copies.state_of(business))
    if path.exists():
        return path
    with FileLock(copies.lock_path(business), timeout=BUILD_SECONDS):
        path = copies.path_of(business, copies.state_of(business))
        if not path.exists():
            copies.make_file(business, path)
            prepare()
        copies.remove_others(business, keep=path)
    return path


def drop(business: Business) -> None:
    """Removes every copy of a business: after a restore or an erasure nothing of the old one may be read."""
    copies.close_readers(business)
    copies.remove_others(business, keep=None)


def drop_all() -> None:
    """Removes the copies of every business, known or not: the database itself has been replaced."""
    copies.close_all()
    for path in copies.folder().glob("*.duckdb*"):
        with suppress(OSError):
            path.unlink()


def rebuild(business: Business) -> Path:
    """Builds the copy anew whatever its state."""
    drop(business)
    return build(business)


def verify(business: Business) -> list[str]:
    """The tables in which the copy differs from one made afresh of what is stored; empty where all is equal."""
    kept = copies.reader(business, build(business))
    fresh = copies.make_private(business, None)
    try:
        return [table for table in TABLES if _content(kept, table) != _content(fresh, table)]
    finally:
        fresh.close()


def _content(con: Any, table: str) -> tuple[int, int]:
    """Number of rows and a digest of all of them, whatever their order."""
    columns = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '')" for column in _quoted(table))
    sql = f"SELECT count(*), coalesce(bit_xor(hash(concat_ws('|', {columns}))), 0) FROM {table}"  # noqa: S608 - our own names
    rows = con.cursor().execute(sql).fetchall()
    return int(rows[0][0]), int(rows[0][1])


def _quoted(table: str) -> list[str]:
    return [f'"{column}"' for column in TABLES[table]]
