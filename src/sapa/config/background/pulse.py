"""Cheap looks: whether anything was written, whether it is time."""

from __future__ import annotations

import threading
import time
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

_FRESH_SECONDS = 0.02


class _Watch:
    """One look for all rounds of a process, at what moves with whatever is committed.

    SQLite: `data_version`, read from shared memory in some microseconds; it is told to each connection by itself, so
    this has one of its own. PostgreSQL: how far the server's log has come; other databases there move it too, which
    costs a look and no more.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._line: Any = None
        self._asked_at, self._found = 0.0, ""
        self._moves = 0

    def count(self) -> int:
        """How often the database was seen to have moved, by a look that is at most 20 ms old."""
        with self._guard:
            if time.monotonic() >= self._asked_at + _FRESH_SECONDS:
                found = self._ask()
                self._asked_at = time.monotonic()
                if found != self._found:
                    self._moves, self._found = self._moves + 1, found
            return self._moves

    def _ask(self) -> str:
        if connection.vendor != "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
                return str(cursor.fetchone()[0])
        if self._line is None:
            self._line = connections.create_connection(DEFAULT_DB_ALIAS)
            self._line.inc_thread_sharing()
        try:
            with self._line.cursor() as cursor:
                # Past Django's own wrapping: this is asked twenty times a second.
                return str(cursor.cursor.execute("PRAGMA data_version").fetchone()[0])
        except Exception:
            self._drop()
            raise

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def close(self) -> None:
        with self._guard:
            self._drop()


_watch = _Watch()


def close_watch() -> None:
    """Ends the connection of the looks; the next look opens it again."""
    _watch.close()


class Pulse:
    """Whether others may have written since the last look. What the round's own connection wrote is no beat on SQLite."""

    def __init__(self) -> None:
        self._moves = -1
        self._seen: int | None = None
        self._echo = False

    def beats(self) -> bool:
        moves = _watch.count()
        moved, self._moves = moves != self._moves, moves
        if connection.vendor != "sqlite":
            # Its log moves a moment before a commit can be seen: the look after a beat is a beat too.
            beat, self._echo = moved or self._echo, moved
            return beat
        if not moved:
            return False
        with connection.cursor() as cursor:
            version: int = cursor.execute("PRAGMA data_version").fetchone()[0]
        changed, self._seen = version != self._seen, version
        return changed


class Every:
    """Says yes once in `seconds`, the first time at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    def is_due(self) -> bool:
        moment = time.monotonic()
        if moment < self._next:
            return False
        self._next = moment + self._seconds
        return True


def look_seconds() -> float:
    """How often to look: SQLite answers from memory, PostgreSQL is asked over a line."""
    return 0.05 if connection.vendor == "sqlite" else 0.2
