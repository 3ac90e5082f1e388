"""What came in is understood at once: nothing else is done in this round."""

from __future__ import annotations

from functools import partial

from sapa.accounts.queries import list_businesses
from sapa.config.background.pulse import Every, Pulse, look_seconds
from sapa.config.background.rounds import attempt
from sapa.gateway.intake import digest_payloads
from sapa.lib import clock

DUE_SECONDS = 60.0


class Digesting:
    """Looks every 50 ms (PostgreSQL: 200 ms) whether anything was written, and digests what waits."""

    name = "digest"

    def __init__(self) -> None:
        self._pulse, self._minute = Pulse(), Every(DUE_SECONDS)

    @property
    def pause(self) -> float:
        return look_seconds()

    def turn(self) -> bool:
        minute, changed = self._minute.is_due(), self._pulse.beats()
        if not (minute or changed):
            return False
        did = False
        for one in list_businesses():
            step = partial(digest_payloads, business=one, now=clock.now())
            did |= bool(attempt("digest_payloads", one, step))
        return did

    def end(self) -> None:
        """Nothing runs beside this round."""
