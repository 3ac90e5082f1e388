"""Background work: one loop that looks cheaply whether anything was written, and then does all that follows from it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from django.db import close_old_connections, connection
from filelock import Timeout

from sapa.accounts.models import Business
from sapa.accounts.queries import list_businesses
from sapa.analytics import operations as analytics
from sapa.config.middleware import is_busy
from sapa.gateway.intake import digest_payloads, drop_digested
from sapa.imports import tasks as imports
from sapa.lib import clock
from sapa.snapshots import operations as snapshots
from sapa.upkeep.living import worker_lock

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
DUE_SECONDS = 60.0
_DAY_SECONDS = 24 * 3600.0
_BUILD_SHARE = 4.0
_TURN_SECONDS = 1.0


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


class Worker:
    """What one process does in the background for every business."""

    def __init__(self) -> None:
        self._pulse = Pulse()
        self._minute, self._day = Every(DUE_SECONDS), Every(_DAY_SECONDS)
        self._stale: set[int] = set()
        self._build_after: dict[int, float] = {}

    def turn(self) -> bool:
        """One look at everything; answers whether something was done (then the next turn should come at once)."""
        minute, day, changed = self._minute.is_due(), self._day.is_due(), self._pulse.beats()
        if not (minute or day or changed or self._stale):
            return False
        did = bool(
            changed and self._try("run_waiting", None, lambda: imports.run_waiting_task(now=clock.now()))
        )
        for business in list_businesses():
            now = clock.now()
            if changed or minute:
                did |= self._follow(business, now)
            if minute and self._try(
                "refresh_due",
                business,
                partial(snapshots.refresh_due, business, now=now, wait_seconds=_TURN_SECONDS),
            ):
                self._stale.add(business.id)
            if day:
                self._try("drop_digested", business, partial(drop_digested, business=business, now=now))
            self._build(business)
        return did

    def _follow(self, business: Business, now: datetime) -> bool:
        """From what came in to what is derived, in order."""
        steps: tuple[tuple[str, Callable[[], int]], ...] = (
            ("digest_payloads", lambda: digest_payloads(business=business, now=now)),
            (
                "refresh_changed",
                lambda: snapshots.refresh_changed(business, now=now, wait_seconds=_TURN_SECONDS),
            ),
        )
        done = [self._try(name, business, step) for name, step in steps]
        if any(done):
            self._stale.add(business.id)
        return any(done)

    def _build(self, business: Business) -> None:
        """The analytics copy, anew after changes; a build that takes long is not begun again at once."""
        if business.id not in self._stale or time.monotonic() < self._build_after.get(business.id, 0.0):
            return
        started = time.monotonic()
        self._stale.discard(business.id)
        self._try("analytics.build", business, lambda: analytics.build(business))
        took = time.monotonic() - started
        self._build_after[business.id] = time.monotonic() + took * _BUILD_SHARE

    def _try(self, name: str, business: Business | None, step: Callable[[], object]) -> int:
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


def work_until(stop: threading.Event) -> None:
    """Turns until `stop` is set. Holds the lock by which others know that somebody works here."""
    lock = worker_lock()
    try:
        lock.acquire()
    except Timeout:
        log.info("another worker is at work here too")
    try:
        _turn_until(stop)
    finally:
        lock.release()


def _turn_until(stop: threading.Event) -> None:
    worker = Worker()
    while not stop.is_set():
        busy = False
        try:
            busy = worker.turn()
        except Exception:
            log.exception("turn failed")
            close_old_connections()
        if not busy:
            stop.wait(POLL_SECONDS)
