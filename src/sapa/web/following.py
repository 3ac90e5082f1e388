"""Follows the stirs of conversations in a thread: what changed on open screens, soon after it was committed.

SQLite says by `PRAGMA data_version` that another connection committed (this process's too); PostgreSQL wakes who listens.
Either way the rows are read, and they alone are believed.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from django.db import connection
from django.db.models import Max

from sapa.conversations.models import Stir
from sapa.conversations.operations.stirs import LISTENED

POLL_SECONDS = 0.01
HOLE_SECONDS = 10.0
AT_ONCE = 1000

Row = tuple[int, int, Any, str]
"""Stir id, business id, public id of the conversation (None: the whole shop), what."""


class Watch(Protocol):
    """Waits until something may have been written."""

    def wait(self, seconds: float) -> bool: ...

    def end(self) -> None: ...


class SqliteWatch:
    """Looks at the version counter of the database file on this thread's own connection."""

    def __init__(self) -> None:
        self._seen = self._version()

    def wait(self, seconds: float) -> bool:
        """True as soon as somebody committed, False after `seconds`."""
        until = time.monotonic() + seconds
        while (version := self._version()) == self._seen:
            if time.monotonic() >= until:
                return False
            time.sleep(POLL_SECONDS)
        self._seen = version
        return True

    def _version(self) -> int:
        with connection.cursor() as cursor:
            found: int = cursor.execute("PRAGMA data_version").fetchone()[0]
        return found

    def end(self) -> None:
        """Nothing of its own is open."""


class PostgresWatch:
    """Listens on a connection of its own: nothing else reads from it, so no word is lost in between."""

    def __init__(self) -> None:
        import psycopg

        given = connection.get_connection_params()
        kept = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if name in given}
        self._listening = psycopg.connect(**kept, autocommit=True)
        self._listening.execute(f"LISTEN {LISTENED}".encode())

    def wait(self, seconds: float) -> bool:
        """True as soon as a stir was told, False after `seconds`."""
        return any(True for _ in self._listening.notifies(timeout=seconds, stop_after=1))

    def end(self) -> None:
        self._listening.close()


def _make_watch() -> Watch:
    return PostgresWatch() if connection.vendor == "postgresql" else SqliteWatch()


class Follower:
    """Hands out each stir once, in the order of ids. Belongs to one thread.

    Ids are given out before they are committed, so on PostgreSQL a smaller one may appear after a larger one: the last
    seconds are read again, and what was handed out is left away.
    """

    def __init__(self) -> None:
        self._watch: Watch | None = None
        self._floor = 0
        self._seen: dict[int, float] = {}

    def begin(self) -> None:
        """From here on every stir is handed out. Raises `django.db.Error`."""
        self._seen.clear()
        self._floor = Stir.objects.aggregate(last=Max("id"))["last"] or 0
        self._watch = _make_watch()

    def next_rows(self, businesses: Collection[int], seconds: float) -> list[Row]:
        """New stirs of these businesses; [] where `seconds` pass without one. Raises `django.db.Error`."""
        if self._watch is None:
            self._watch = _make_watch()
        else:
            self._watch.wait(seconds)
        return self._fresh(businesses)

    def end(self) -> None:
        """Closes what is open in this thread; `next_rows` goes on behind what was handed out."""
        if self._watch is not None:
            self._watch.end()
        self._watch = None
        connection.close()

    def _fresh(self, businesses: Collection[int]) -> list[Row]:
        rows = [row for row in self._read(businesses) if row[0] not in self._seen]
        moment = time.monotonic()
        if connection.vendor == "sqlite":  # one writer: ids are committed in their order
            self._floor = max([self._floor, *(row[0] for row in rows)])
            return rows
        self._seen.update((row[0], moment) for row in rows)
        settled = [one for one, at in self._seen.items() if at < moment - HOLE_SECONDS]
        self._floor = max([self._floor, *settled])
        for one in settled:
            del self._seen[one]
        return rows

    def _read(self, businesses: Collection[int]) -> list[Row]:
        rows: list[Row] = []
        while page := read_after(businesses, rows[-1][0] if rows else self._floor):
            rows += page
            if len(page) < AT_ONCE:
                break
        return rows


def read_after(businesses: Collection[int], stir_id: int) -> list[Row]:
    """The next stirs of these businesses behind an id."""
    found = Stir.objects.filter(business__in=businesses, id__gt=stir_id).order_by("id")
    return list(found.values_list("id", "business_id", "conversation__public_id", "what")[:AT_ONCE])


def read_since(business_id: int, moment: datetime) -> list[Row]:
    """What changed since a moment, for a screen that was drawn just before it began to listen."""
    found = Stir.objects.filter(business=business_id, at__gte=moment).order_by("id")
    return list(found.values_list("id", "business_id", "conversation__public_id", "what")[:AT_ONCE])


def is_kept(business_id: int, stir_id: int) -> bool:
    """Whether everything behind this stir can still be told: the stir itself was not thrown away yet."""
    return Stir.objects.filter(business=business_id, id__lte=stir_id).exists()
