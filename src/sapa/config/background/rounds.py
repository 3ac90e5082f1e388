"""Rounds in threads of their own, jobs beside a round, and an orderly end of both."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import structlog
from django.db import close_old_connections, connection

from sapa.accounts.models import Business
from sapa.config.background.pulse import close_watch
from sapa.config.middleware import is_busy

log = structlog.get_logger(__name__)


class Round(Protocol):
    """One sort of background work. `turn` looks once and answers whether it did something: then it comes again at once."""

    name: str

    @property
    def pause(self) -> float:
        """Seconds to wait after a turn that found nothing."""

    def turn(self) -> bool: ...

    def end(self) -> None:
        """Waits for what is still running."""


def run_rounds(rounds: Sequence[Round], stop: threading.Event) -> None:
    """Runs the first round in this thread and the others beside it, until `stop` is set and all have ended."""
    first, *others = rounds
    threads = [
        threading.Thread(target=run_round, args=(one, stop), name=f"sapa-{one.name}") for one in others
    ]
    for thread in threads:
        thread.start()
    try:
        run_round(first, stop)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        close_watch()


def run_round(one: Round, stop: threading.Event) -> None:
    """Turns of one round until `stop` is set; a turn that fails is logged, and the next one comes."""
    try:
        while not stop.is_set():
            busy = False
            try:
                busy = one.turn()
            except Exception as error:
                log.log(30 if is_busy(error) else 40, "turn failed", round=one.name, exc_info=True)
                close_old_connections()
            if not busy:
                stop.wait(one.pause)
    finally:
        one.end()
        connection.close()


def attempt(name: str, business: Business | None, step: Callable[[], object]) -> int:
    """One step; a failure is logged and left for the next turn, so that one shop never stops another."""
    try:
        return int(bool(step()))
    except TimeoutError:
        return 0  # another process has its turn; its writes make the pulse beat again
    except Exception as error:
        log.log(
            30 if is_busy(error) else 40,
            "step failed",
            step=name,
            business=business.slug if business else "",
            exc_info=True,
        )
        close_old_connections()
        return 0


class Jobs:
    """Jobs beside a round: at most `most` at a time, each under a key; none ever waits in a line."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        self._pool: ThreadPoolExecutor | None = None
        self._guard = threading.Lock()
        self._running: dict[Hashable, int] = {}
        self.done = threading.Event()

    def free(self, key: Hashable = None, most: int | None = None) -> int:
        """How many more jobs may begin now: in all, and under this key."""
        with self._guard:
            left = self._most - sum(self._running.values())
            return left if most is None else min(left, most - self._running.get(key, 0))

    def runs(self, key: Hashable) -> bool:
        with self._guard:
            return key in self._running

    def begin(self, key: Hashable, job: Callable[[], object]) -> None:
        """Runs `job` in a thread of the pool. Ask `free` first."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=self._most, thread_name_prefix=f"sapa-{self._name}")
        with self._guard:
            self._running[key] = self._running.get(key, 0) + 1
        self._pool.submit(self._run, key, job)

    def _run(self, key: Hashable, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception:
            log.exception("job failed", job=self._name)
        finally:
            # A connection of its own for a job only: a page cache in each of many threads would be memory for nothing.
            connection.close()
            with self._guard:
                self._running[key] -= 1
                if not self._running[key]:
                    del self._running[key]
            self.done.set()

    def end(self) -> None:
        """Waits until what has begun is done."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
