"""What happens by itself in a shop that wants it: conversations find somebody, the answer after hours, the supervisor hears."""

from __future__ import annotations

from functools import partial

from django.conf import settings

from sapa.accounts.queries import list_businesses
from sapa.automations.tasks import answer_after_hours_task, ask_by_surveys_task
from sapa.config.background.pulse import Every, Pulse
from sapa.config.background.rounds import attempt
from sapa.conversations.operations import hand_out
from sapa.gateway.digest.clues import follow_suggestions
from sapa.lib import clock
from sapa.moments.tasks import take_looks_task
from sapa.notices.tasks import escalate_task
from sapa.surveys.tasks import take_replies_task
from sapa.upkeep.operations import drop_left_files

MINUTE = 60.0
FIVE_MINUTES = 300.0
HOUR = 3600.0


class Automating:
    """Looks when something was written, and once a minute for what only time changes."""

    name = "automate"
    pause = 0.5

    def __init__(self) -> None:
        self._pulse, self._minute, self._asking = Pulse(), Every(MINUTE), Every(FIVE_MINUTES)
        self._hour = Every(HOUR)

    def turn(self) -> bool:
        minute = self._minute.is_due()
        if not (self._pulse.beats() or minute):
            return False
        tidies = self._hour.is_due()
        asks, base = self._asking.is_due(), settings.PUBLIC_URL
        for business in list_businesses():
            now = clock.now()
            attempt("hand_out", business, partial(hand_out, business=business, now=now))
            attempt("after_hours", business, partial(answer_after_hours_task, business=business, now=now))
            attempt("replies", business, partial(take_replies_task, business=business, now=now))
            if asks:
                attempt(
                    "surveys", business, partial(ask_by_surveys_task, business=business, base=base, now=now)
                )
            if tidies:
                attempt("left_files", business, partial(drop_left_files, business=business, now=now))
            if minute:
                attempt("suggest", business, partial(follow_suggestions, business, now=now))
                attempt("looks", business, partial(take_looks_task, business=business, now=now))
                attempt("escalate", business, partial(escalate_task, business=business, now=now))
        return False

    def end(self) -> None:
        """Nothing runs beside this round."""
