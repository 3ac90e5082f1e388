"""Telling programs: from the change log to calls, and the calls themselves, each address at its own pace."""

from __future__ import annotations

import threading
import time
from functools import partial

from django.conf import settings

from sapa.accounts.models import Business
from sapa.accounts.queries import list_businesses
from sapa.config.background.pulse import Every, Pulse
from sapa.config.background.rounds import Jobs, attempt
from sapa.lib import clock
from sapa.programs.calling import Caller
from sapa.programs.operations import (
    Follower,
    drop_old_answers,
    drop_old_calls,
    list_due_listeners,
    send_taken,
    take_next,
)
from sapa.programs.types import Outcome

CALLERS, CALLS_A_JOB = 4, 50
DUE_SECONDS, HOUR = 1.0, 3600.0
FAILED_PAUSE = 5.0


class Calling:
    """Looks when something was written, and each second for calls that are tried again.

    One job a listener: a slow address delays nobody else, and one that fails is left alone for five seconds.
    """

    name = "call"
    pause = 0.25

    def __init__(self) -> None:
        self._pulse, self._due, self._hour = Pulse(), Every(DUE_SECONDS), Every(HOUR)
        self._jobs = Jobs(self.name, CALLERS)
        self._caller: Caller | None = None
        self._guard = threading.Lock()
        self._followers: dict[int, Follower] = {}
        self._not_before: dict[int, float] = {}

    def turn(self) -> bool:
        beats, due = self._pulse.beats(), self._due.is_due()
        if self._hour.is_due():
            attempt("drop_calls", None, lambda: drop_old_calls(now=clock.now()))
            attempt("drop_answers", None, lambda: drop_old_answers(now=clock.now()))
        if beats or due:
            for business in list_businesses():
                attempt("follow_for_programs", business, partial(self._follow, business))
            self._begin_due()
        return False

    def _follow(self, business: Business) -> int:
        follower = self._followers.setdefault(business.pk, Follower(business))
        return follower.turn(now=clock.now())

    def _begin_due(self) -> None:
        for listener_id in list_due_listeners(now=clock.now()):
            is_early = time.monotonic() < self._not_before.get(listener_id, 0.0)
            if not (is_early or self._jobs.runs(listener_id)) and self._jobs.free():
                self._jobs.begin(listener_id, partial(self._call, listener_id))

    def _call(self, listener_id: int) -> None:
        for _ in range(CALLS_A_JOB):
            taken = take_next(listener_id=listener_id, now=clock.now())
            if taken is None:
                return
            answered = send_taken(call_id=taken, now=clock.now(), caller=self._line())
            if answered.outcome is not Outcome.SENT:
                self._not_before[listener_id] = time.monotonic() + FAILED_PAUSE
                return

    def _line(self) -> Caller:
        with self._guard:
            if self._caller is None:
                self._caller = Caller(settings.HOOK_HOSTS)
            return self._caller

    def end(self) -> None:
        self._jobs.end()
        if self._caller is not None:
            self._caller.close()
