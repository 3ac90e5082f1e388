"""From what was understood to what is derived: imports, the refresh of changed contacts, the analytics copy."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from functools import partial

from sapa.accounts.models import Business
from sapa.accounts.queries import list_businesses
from sapa.analytics import operations as analytics
from sapa.config.background.pulse import Every, Pulse
from sapa.config.background.rounds import attempt
from sapa.conversations.operations import stir_the_due
from sapa.gateway.intake import drop_digested
from sapa.imports import tasks as imports
from sapa.lib import clock
from sapa.snapshots import operations as snapshots

DUE_SECONDS = 60.0
_DAY_SECONDS = 24 * 3600.0
_BUILD_SHARE = 4.0
_TURN_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_BUILD_LOOK_SECONDS = 0.5


class Stale:
    """The shops whose copy is behind, handed from one round to another."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._ids: set[int] = set()

    def add(self, business: Business) -> None:
        with self._guard:
            self._ids.add(business.pk)

    def take(self, business: Business) -> bool:
        """Whether this shop's copy is behind; it is somebody's task from here on."""
        with self._guard:
            if business.pk not in self._ids:
                return False
            self._ids.discard(business.pk)
            return True

    def __bool__(self) -> bool:
        with self._guard:
            return bool(self._ids)


class Importing:
    """Files that wait to be read in. A big one takes minutes: nobody waits behind it."""

    name = "imports"
    pause = _BUILD_LOOK_SECONDS

    def __init__(self) -> None:
        self._pulse = Pulse()

    def turn(self) -> bool:
        if not self._pulse.beats():
            return False
        return bool(attempt("run_waiting", None, lambda: imports.run_waiting_task(now=clock.now())))

    def end(self) -> None:
        """Nothing runs beside this round."""


class Following:
    """Contacts whose facts changed, and those whom only time changes."""

    name = "follow"
    pause = _LOOK_SECONDS

    def __init__(self, stale: Stale) -> None:
        self._pulse, self._stale = Pulse(), stale
        self._minute, self._day = Every(DUE_SECONDS), Every(_DAY_SECONDS)

    def turn(self) -> bool:
        minute, day, changed = self._minute.is_due(), self._day.is_due(), self._pulse.beats()
        if not (minute or day or changed):
            return False
        did = False
        for business in list_businesses():
            now = clock.now()
            if changed or minute:
                did |= self._refresh("refresh_changed", business, now)
            if minute:
                since = now - timedelta(seconds=2 * DUE_SECONDS)
                attempt(
                    "stir_the_due", business, partial(stir_the_due, business=business, since=since, now=now)
                )
                self._refresh("refresh_due", business, now)
            if day:
                attempt("drop_digested", business, partial(drop_digested, business=business, now=now))
        return did

    def _refresh(self, name: str, business: Business, now: datetime) -> bool:
        step = partial(getattr(snapshots, name), business, now=now, wait_seconds=_TURN_SECONDS)
        done = bool(attempt(name, business, step))
        if done:
            self._stale.add(business)
        return done

    def end(self) -> None:
        """Nothing runs beside this round."""


class Building:
    """The analytics copy, anew after changes; a build that takes long is not begun again at once."""

    name = "analytics"
    pause = _BUILD_LOOK_SECONDS

    def __init__(self, stale: Stale) -> None:
        self._stale = stale
        self._after: dict[int, float] = {}

    def turn(self) -> bool:
        if not self._stale:
            return False
        for business in list_businesses():
            if time.monotonic() >= self._after.get(business.pk, 0.0) and self._stale.take(business):
                started = time.monotonic()
                attempt("analytics.build", business, partial(analytics.build, business))
                took = time.monotonic() - started
                self._after[business.pk] = time.monotonic() + took * _BUILD_SHARE
        return False

    def end(self) -> None:
        """Nothing runs beside this round."""
