"""Natural group commit: bodies that arrive while one transaction commits form the next one; there is no timer."""

from __future__ import annotations

import asyncio
import threading

import structlog
from django.db import IntegrityError, close_old_connections, connection

from sapa.gateway.storing import Arrival, store_arrivals
from sapa.lib import clock

log = structlog.get_logger(__name__)

MOST_WAITING = 20_000
_CHECKPOINT_SECONDS = 1.0
_LONGEST_LOG = 64 * 1024 * 1024
_LONGEST_WAIT_MS = 200

Waiter = tuple[Arrival, "asyncio.Future[None]"]


class TooBusyError(Exception):
    """More is waiting to be stored than may wait: who sends should come back in a moment."""


class Committer:
    """One thread that stores what is waiting, again and again; each waiter is told when its own is on disk."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._waiting: list[Waiter] = []
        self._thread: threading.Thread | None = None
        self._ends = False

    def store(self, arrival: Arrival) -> asyncio.Future[None]:
        """A future of the running loop that is done after the commit, or fails as the transaction did.

        Raises `TooBusyError`.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._ready:
            if len(self._waiting) >= MOST_WAITING:
                raise TooBusyError
            self._waiting.append((arrival, future))
            if len(self._waiting) == 1:
                self._wake()
        return future

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._ends = False
            self._thread = threading.Thread(target=self._run, name="sapa-intake", daemon=True)
            self._thread.start()
        self._ready.notify()

    def end(self) -> None:
        """Stores what is still waiting, then lets the thread go."""
        with self._ready:
            self._ends = True
            self._ready.notify()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _run(self) -> None:
        checkpoints = _Checkpoints()
        while True:
            with self._ready:
                while not self._waiting and not self._ends:
                    self._ready.wait()
                batch, self._waiting = self._waiting, []
            if not batch:
                checkpoints.end()
                connection.close()
                return
            checkpoints.leave_to_another()
            self._commit(batch)

    def _commit(self, batch: list[Waiter]) -> None:
        problem: BaseException | None = None
        try:
            store_arrivals([arrival for arrival, _ in batch], now=clock.now())
        except IntegrityError as error:
            # A channel that went a moment ago must not take the others' bodies with it.
            if len(batch) > 1:
                for one in batch:
                    self._commit([one])
                return
            problem = error
        except BaseException as error:  # noqa: BLE001 - whatever it was, every waiter must hear of it
            problem = error
            close_old_connections()
        for loop in {future.get_loop() for _, future in batch}:
            mine = [future for _, future in batch if future.get_loop() is loop]
            loop.call_soon_threadsafe(_settle, mine, problem)


def _settle(futures: list[asyncio.Future[None]], problem: BaseException | None) -> None:
    for future in futures:
        if future.done():
            continue
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
