"""The demo shop's channels are live: invented customers write while one looks, and react to what one answers.

The providers are simulated within the demo's own process, on loopback. They come after the first page has been served,
so that the shop opens as fast without them. SAPA_DEMO_QUIET=1 leaves them out.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import httpx
import structlog
from django.db import connection

from sapa.accounts.models import Business

log = structlog.get_logger(__name__)

SEED = 2026
FIRST_AFTER = 6.0
"""Seconds between the first page and the providers: enough to draw the page in peace."""
PAUSES = (4.0, 12.0, 25.0, 40.0)
"""Seconds between one customer and the next; the last stays."""
MOST_PLAYS = 60
_LOOPBACK = {"", "0.0.0.0", "::", "localhost"}  # noqa: S104 - what is listened on, reached by loopback


@contextmanager
def live_play(business: Business, *, host: str, port: int, now: Callable[[], datetime]) -> Iterator[None]:
    """While this lasts, customers write to the demo shop that is served at this address."""
    if os.environ.get("SAPA_DEMO_QUIET") == "1":
        yield
        return
    stop = threading.Event()
    base = f"http://{'127.0.0.1' if host in _LOOPBACK else host}:{port}"
    play = threading.Thread(
        target=_play, args=(business, base, now, stop), name="sapa-live-play", daemon=True
    )
    play.start()
    try:
        yield
    finally:
        stop.set()
        play.join(timeout=10)


def _play(business: Business, base: str, now: Callable[[], datetime], stop: threading.Event) -> None:
    try:
        if _wait_for_page(base, stop):
            _let_write(business, base, now, stop)
    except Exception:
        log.exception("the demo's customers stay away")
    finally:
        connection.close()


def _wait_for_page(base: str, stop: threading.Event) -> bool:
    """Whether the shop was served before the demo ended."""
    with httpx.Client(timeout=5.0) as http:
        while not stop.wait(1.0):
            try:
                if http.get(f"{base}/v1/").status_code < 500:
                    return not stop.wait(FIRST_AFTER)
            except httpx.HTTPError:
                continue
    return False


def _let_write(business: Business, base: str, now: Callable[[], datetime], stop: threading.Event) -> None:
    from sapa.demo.providers import CAST, PLAYS, Simulator, join

    with Simulator(seed=SEED, now=now) as simulator:
        join(simulator, business=business, hook_base=base, by=None, now=now())
        connection.close()
        simulator.start()
        for number in range(MOST_PLAYS):
            if stop.wait(PAUSES[min(number, len(PAUSES) - 1)]):
                return
            simulator.actors.begin(CAST[number % len(CAST)], PLAYS[number % len(PLAYS)])
        stop.wait()
