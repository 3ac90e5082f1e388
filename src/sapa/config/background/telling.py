"""Telling teammates: what came in, on their devices; the e-mails of the morning beside it."""

from __future__ import annotations

from functools import partial

from sapa.accounts.queries import list_businesses
from sapa.config.background.pulse import Every, Pulse
from sapa.config.background.rounds import Jobs, attempt
from sapa.conversations.operations import drop_old_stirs
from sapa.lib import clock
from sapa.metrics.tasks import watch_shifts_task
from sapa.notices.tasks import drop_old_task, mornings_task, tell_task

DUE_SECONDS = 5.0
MINUTE, DAY = 60.0, 24 * 3600.0


class Telling:
    """Looks when something was written, and every five seconds for pushes that are tried again."""

    name = "tell"
    pause = 0.25

    def __init__(self) -> None:
        self._pulse, self._due = Pulse(), Every(DUE_SECONDS)
        self._minute, self._day = Every(MINUTE), Every(DAY)
        self._mail = Jobs("mornings", 1)

    def turn(self) -> bool:
        due, minute, day = self._due.is_due(), self._minute.is_due(), self._day.is_due()
        if not (self._pulse.beats() or due or minute or day):
            return False
        for business in list_businesses():
            attempt("tell", business, partial(tell_task, business=business, now=clock.now()))
            if minute:
                attempt("drop_stirs", business, partial(drop_old_stirs, business=business, now=clock.now()))
            if day:
                attempt("drop_notices", business, partial(drop_old_task, business=business, now=clock.now()))
        if minute and self._mail.free():
            self._mail.begin("mornings", self._send_mornings)
        return False

    def _send_mornings(self) -> None:
        """The letters; what they tell of figures is looked for first."""
        for business in list_businesses():
            attempt("shifts", business, partial(watch_shifts_task, business=business, now=clock.now()))
            attempt("mornings", business, partial(mornings_task, business=business, now=clock.now()))

    def end(self) -> None:
        self._mail.end()
