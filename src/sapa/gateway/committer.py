"""Natural group commit: bodies that arrive while one transaction commits form the next one; there is no timer.

SQLite has one writer, so one thread commits. On PostgreSQL two do: the server works for one batch on another core while the
next is read, and the disk writes both together.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import structlog
from django.db import DatabaseError, IntegrityError, close_old_connections, connection

from sapa.gateway.storing import Arrival, store_arrivals
from sapa.lib import clock

log = structlog.get_logger(__name__)

MOST_WAITING = 20_000
MOST_TOGETHER = 512
"""Bodies for which a commit waits no longer, though more keep coming in."""
MOST_THREADS = {"postgresql": 2}
_FEWEST_TOGETHER = 16
_CHECKPOINT_SECONDS = 1.0
_LONGEST_LOG = 64 * 1024 * 1024
_LONGEST_WAIT_MS = 200

Tell = Callable[[BaseException | None], None]
"""Called on the loop after the commit with None, or with what hindered it."""


class TooBusyError(Exception):
    """More is waiting to be stored than may wait: who sends should come back in a moment."""


@dataclass(slots=True)
class _Batch:
    """What came in successive turns of an event loop: the nth of `tells` hears of the nth arrival."""

    loop: asyncio.AbstractEventLoop
    arrivals: list[Arrival] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)
    is_given: bool = False


class Committer:
    """Threads that store what is waiting, again and again; each waiter is told when its own is on disk."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._gathering: _Batch | None = None
        self._waiting: list[_Batch] = []
        self._threads: list[threading.Thread] = []
        self._most_threads = MOST_THREADS.get(connection.vendor, 1)
        self._idle = 0
        self._untold = 0
        self._crowd = 0
        self._ends = False

    def store(self, arrival: Arrival) -> asyncio.Future[None]:
        """A future of the running loop that is done after the commit, or fails as the transaction did.

        Raises `TooBusyError`.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.store_and_tell(arrival, partial(_settle, future))
        return future

    def store_and_tell(self, arrival: Arrival, tell: Tell) -> None:
        """Like `store`, for callers on an event loop that do without a future."""
        loop = asyncio.get_running_loop()
        batch = self._gathering
        if batch is None or batch.loop is not loop:
            if self.count_waiting() >= MOST_WAITING:
                raise TooBusyError
            batch = self._gathering = _Batch(loop)
            loop.call_soon(self._hand_over, batch, 0)
        batch.arrivals.append(arrival)
        batch.tells.append(tell)
        self._untold += 1
        if self._most_threads > 1 and self._idle and len(batch.arrivals) >= self._share():
            self._give(batch)

    def count_waiting(self) -> int:
        """How many were handed over and are not being stored yet."""
        return sum(len(batch.arrivals) for batch in self._waiting)

    def _share(self) -> int:
        """With several threads nobody waits for the last of a crowd: while a part is committed the rest is read."""
        return max(_FEWEST_TOGETHER, self._crowd // (self._most_threads + 1))

    def _hand_over(self, batch: _Batch, before: int) -> None:
        """Once a turn of the loop brought nothing more: a commit costs nearly the same for one body and for many."""
        if batch.is_given:
            return
        count = len(batch.arrivals)
        if before < count < MOST_TOGETHER:
            batch.loop.call_soon(self._hand_over, batch, count)
        else:
            self._give(batch)

    def _give(self, batch: _Batch) -> None:
        batch.is_given = True
        if self._gathering is batch:
            self._gathering = None
        with self._ready:
            self._waiting.append(batch)
            if not self._idle and len(self._threads) < self._most_threads:
                self._ends = False
                thread = threading.Thread(target=self._run, name="sapa-intake", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._ready.notify()

    def end(self) -> None:
        """Stores what is still waiting, then lets the threads go."""
        with self._ready:
            self._ends = True
            self._ready.notify_all()
        for thread in list(self._threads):
            thread.join(timeout=30)

    def _run(self) -> None:
        checkpoints = _Checkpoints()
        while batches := self._next():
            # Where there is no connection, the commit says so to those who wait.
            with suppress(DatabaseError):
                checkpoints.leave_to_another()
            self._commit(batches)
        checkpoints.end()
        connection.close()

    def _next(self) -> list[_Batch]:
        """What waits now; nothing when it is time for this thread to end."""
        with self._ready:
            self._idle += 1
            while not self._waiting and not self._ends:
                self._ready.wait()
            self._idle -= 1
            batches, self._waiting = self._waiting, []
            if not batches:
                self._threads.remove(threading.current_thread())
        return batches

    def _commit(self, batches: list[_Batch]) -> None:
        problem: BaseException | None = None
        try:
            store_arrivals([arrival for batch in batches for arrival in batch.arrivals], now=clock.now())
        except IntegrityError as error:
            # A channel that went a moment ago must not take the others' bodies with it.
            if len(batches) > 1 or len(batches[0].arrivals) > 1:
                for batch in batches:
                    for arrival, tell in zip(batch.arrivals, batch.tells, strict=True):
                        self._commit([_Batch(batch.loop, [arrival], [tell])])
                return
            problem = error
        except BaseException as error:  # noqa: BLE001 - whatever it was, every waiter must hear of it
            problem = error
            close_old_connections()
        for batch in batches:
            # A loop that was closed meanwhile has nobody left who waits.
            with suppress(RuntimeError):
                batch.loop.call_soon_threadsafe(self._tell_all, batch.tells, problem)

    def _tell_all(self, tells: list[Tell], problem: BaseException | None) -> None:
        self._crowd = max(self._untold, self._crowd * 7 // 8)
        self._untold -= len(tells)
        for tell in tells:
            try:
                tell(problem)
            except Exception:
                log.exception("one who waited could not be told")


def _settle(future: asyncio.Future[None], problem: BaseException | None) -> None:
    if future.done():
        return
    if problem is None:
        future.set_result(None)
    else:
        future.set_exception(problem)


class _Checkpoints:
    """SQLite's write-ahead log goes into the database in a thread of its own: else every thousandth page would wait for it."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._of: object = None

    def leave_to_another(self) -> None:
        """Of the thread that commits: its connection does no checkpoint any more."""
        if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
            return
        connection.ensure_connection()
        if self._of is connection.connection:
            return
        self._of = connection.connection
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint = 0")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sapa-checkpoint", daemon=True)
            self._thread.start()

    def end(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.wait(_CHECKPOINT_SECONDS):
            try:
                _checkpoint()
            except Exception:
                log.warning("no checkpoint was made", exc_info=True)
                close_old_connections()
        connection.close()


def _checkpoint() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        _, pages, _ = cursor.fetchone()
        page_size: int = cursor.execute("PRAGMA page_size").fetchone()[0]
    if pages * page_size <= _LONGEST_LOG:
        return
    # Under writers that never pause the log would only grow: once in a while they wait until it begins anew.
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {_LONGEST_WAIT_MS}")
        cursor.execute("PRAGMA wal_checkpoint(RESTART)")
