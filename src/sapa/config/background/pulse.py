"""Cheap looks: whether anything was written, whether it is time."""

from __future__ import annotations

import time

from django.db import connection


class Pulse:
    """Whether anything may have been written since the last look: SQLite's data_version, elsewhere always yes."""

    def __init__(self) -> None:
        self._seen: int | None = None

    def beats(self) -> bool:
        if connection.vendor != "sqlite":
            return True
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
