"""From what was understood to what is derived: imports, the refresh of changed contacts, the analytics copy."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sapa.accounts.models import Business
from sapa.accounts.queries import list_businesses
from sapa.analytics import operations as analytics
from sapa.analytics.state import DERIVED
from sapa.config.background.pulse import Every, Pulse
from sapa.config.background.rounds import Jobs, attempt
from sapa.contacts.queries import list_behind
from sapa.conversations.operations import stir_the_due
from sapa.gateway.intake import drop_digested
from sapa.imports import tasks as imports
from sapa.lib import clock
from sapa.snapshots import operations as snapshots

DUE_SECONDS = 60.0
_DAY_SECONDS = 24 * 3600.0
_TURN_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_BUILD_LOOK_SECONDS = 0.1
_MOST_CONTACTS = 500
_TIMED_AT_ONCE = 20
_LONG_AT_ONCE = 1
_LONG_SHARE = 4.0  # of the time that it took, until the same shop's turn comes again
_LIGHT_SHARE = 0.5


class Stale:
    """The shops whose copy is behind, in the order in which they came, handed from one round to another."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._shops: dict[int, Business] = {}

    def add(self, business: Business) -> None:
        with self._guard:
            self._shops.setdefault(business.pk, business)

    def list_all(self) -> list[Business]:
        """Those who wait now, the first first."""
        with self._guard:
            return list(self._shops.values())

    def take(self, business: Business) -> bool:
        """Whether this shop's copy is behind; it is somebody's task from here on."""
        with self._guard:
            return self._shops.pop(business.pk, None) is not None

    def __bool__(self) -> bool:
        with self._guard:
            return bool(self._shops)


class Importing:
    """Files that wait to be read in. A big one takes minutes: nobody waits behind it."""

    name = "imports"
    pause = 0.5

    def __init__(self) -> None:
        self._pulse = Pulse()

    def turn(self) -> bool:
        if not self._pulse.beats():
            return False
        return bool(attempt("run_waiting", None, lambda: imports.run_waiting_task(now=clock.now())))

    def end(self) -> None:
        """Nothing runs beside this round."""


class Following:
    """Contacts whose facts changed, and those whom only time changes: every shop in turn, each a bounded piece.

    A shop with a million lines in its log is one of many here: it goes on where it was when all others had theirs.
    """

    name = "follow"
    pause = _LOOK_SECONDS

    def __init__(self, stale: Stale) -> None:
        self._pulse, self._stale = Pulse(), stale
        self._minute, self._day = Every(DUE_SECONDS), Every(_DAY_SECONDS)
        self._timed: deque[tuple[str, Callable[[Business, datetime], object], Business]] = deque()
        self._did = False

    def turn(self) -> bool:
        minute, day, changed = self._minute.is_due(), self._day.is_due(), self._pulse.beats()
        if changed or minute or self._did:
            self._did = self._follow()
        shops = list_businesses() if minute or day else []
        self._timed.extend(("refresh_due", self._refresh_due, shop) for shop in shops if minute)
        self._timed.extend(("drop_digested", _drop_digested, shop) for shop in shops if day)
        self._do_timed()
        return self._did or bool(self._timed)

    def _follow(self) -> bool:
        did = False
        for business in list_behind(DERIVED):
            step = partial(
                snapshots.refresh_changed,
                business,
                now=clock.now(),
                wait_seconds=_TURN_SECONDS,
                most=_MOST_CONTACTS,
            )
            did |= bool(attempt("refresh_changed", business, step))
            self._stale.add(business)  # also where the log names nobody known
        return did

    def _do_timed(self) -> None:
        """What the clock asks for, a few at a time: what people have just done goes first."""
        for _ in range(min(_TIMED_AT_ONCE, len(self._timed))):
            name, step, business = self._timed.popleft()
            attempt(name, business, partial(step, business, clock.now()))

    def _refresh_due(self, business: Business, now: datetime) -> None:
        stir_the_due(business=business, since=now - timedelta(seconds=2 * DUE_SECONDS), now=now)
        if snapshots.refresh_due(business, now=now, wait_seconds=_TURN_SECONDS):
            self._stale.add(business)

    def end(self) -> None:
        """Nothing runs beside this round."""


def _drop_digested(business: Business, now: datetime) -> object:
    return drop_digested(business=business, now=now)


class Building:
    """The analytics copies: what is a matter of a moment in turn, shop by shop; what takes long in a thread beside.

    So no shop waits for another's rebuild. What took long is not begun again at once.
    """

    name = "analytics"
    pause = _BUILD_LOOK_SECONDS

    def __init__(self, stale: Stale) -> None:
        self._stale = stale
        self._after: dict[int, float] = {}
        self._long = Jobs("copy", _LONG_AT_ONCE)

    def turn(self) -> bool:
        for business in self._stale.list_all():
            if time.monotonic() >= self._after.get(business.pk, 0.0) and not self._long.runs(business.pk):
                attempt("analytics", business, partial(self._bring_up, business))
        return False

    def _bring_up(self, business: Business) -> None:
        is_light = analytics.is_light(business)
        if not is_light and not self._long.free():
            return  # waits where it is in line
        if not self._stale.take(business):
            return
        if is_light:
            self._build(business, _LIGHT_SHARE)
            self._lay_together(business)
        else:
            self._long.begin(business.pk, partial(self._build, business, _LONG_SHARE))

    def _lay_together(self, business: Business) -> None:
        if self._long.free() and analytics.is_heavy_with_old(business):
            step = partial(analytics.lay_together, business)
            self._long.begin(
                ("base", business.pk), partial(attempt, "analytics.lay_together", business, step)
            )

    def _build(self, business: Business, share: float) -> None:
        started = time.monotonic()
        attempt("analytics.build", business, partial(analytics.build, business))
        took = time.monotonic() - started
        self._after[business.pk] = time.monotonic() + took * share

    def end(self) -> None:
        self._long.end()
