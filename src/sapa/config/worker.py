"""Background work of one process: rounds side by side, of which the digest is first and waits for none of the others."""

from __future__ import annotations

import sys
import threading

import structlog
from filelock import Timeout

from sapa.config.background import (
    Automating,
    Building,
    Calling,
    Digesting,
    Fetching,
    Following,
    Importing,
    Looking,
    Polling,
    Refreshing,
    Round,
    Sending,
    Stale,
    Telling,
    run_rounds,
)
from sapa.upkeep.living import worker_lock

log = structlog.get_logger(__name__)

_TURN_SECONDS = 0.0005


def make_rounds() -> list[Round]:
    """All that a worker does for every business, the digest first."""
    stale = Stale()
    return [
        Digesting(),
        Sending(),
        Following(stale),
        Importing(),
        Building(stale),
        Fetching(),
        Polling(),
        Looking(),
        Refreshing(),
        Telling(),
        Calling(),
        Automating(),
    ]


def work_until(stop: threading.Event) -> None:
    """Works until `stop` is set. Holds the lock by which others know that somebody works here."""
    # The digest asks the database sixty times for twenty messages, and each time a round that reckons would keep it waiting.
    sys.setswitchinterval(_TURN_SECONDS)
    lock = worker_lock()
    try:
        lock.acquire()
    except Timeout:
        log.info("another worker is at work here too")
    try:
        run_rounds(make_rounds(), stop)
    finally:
        lock.release()
