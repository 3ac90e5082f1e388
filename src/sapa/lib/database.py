"""The one way to write: a fair lock among the threads of a process, then one transaction (rule B of the design)."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

BULK_ROWS = 200
BULK_SECONDS = 0.02
YIELD_SECONDS = 0.002


class FairLock:
    """A re-entrant lock that serves waiting threads in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._owner: int | None = None
        self._depth = 0

    def acquire(self) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._owner == me:
                self._depth += 1
                return
            if self._owner is None:
                self._owner, self._depth = me, 1
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()
        with self._guard:
            self._owner, self._depth = me, 1

    def release(self) -> None:
        with self._guard:
            self._depth -= 1
            if self._depth:
                return
            # -1 keeps the lock taken until the next in line wakes: nobody may slip in between.
            self._owner = -1 if self._waiting else None
            if self._waiting:
                self._waiting.popleft().set()


_write_lock = FairLock()


@contextmanager
def write() -> Iterator[None]:
    """One write transaction. Nested calls join the outer one; on SQLite it begins IMMEDIATE (see settings)."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    _write_lock.acquire()
    try:
        with transaction.atomic():
            yield
    finally:
        _write_lock.release()


def yield_to_others(*, alone: bool) -> None:
    """Between two small transactions of a bulk writer: let another process have the database."""
    if not alone and connection.vendor == "sqlite":
        time.sleep(YIELD_SECONDS)
