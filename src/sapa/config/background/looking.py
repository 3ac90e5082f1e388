"""Questions to providers: what a call only hinted at, and parcels that nobody calls about."""

from __future__ import annotations

from functools import cached_property, partial

import httpx

from sapa.accounts.queries import list_businesses
from sapa.config.background.pulse import Every
from sapa.config.background.rounds import attempt
from sapa.gateway.dispatch import looking, polling
from sapa.lib import clock

PARCEL_SECONDS = 600.0


class Looking:
    """One question after the other: they are few, and a provider's limit is soon reached."""

    name = "look"
    pause = 1.0

    def __init__(self) -> None:
        self._parcels = Every(PARCEL_SECONDS)

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=polling.POLL_TIMEOUT)

    def turn(self) -> bool:
        if self._parcels.is_due():
            for business in list_businesses():
                step = partial(looking.ask_open_parcels, business=business, now=clock.now())
                attempt("ask_open_parcels", business, step)
        return bool(looking.look_up_due(now=clock.now(), http=self._http))

    def end(self) -> None:
        """Nothing runs beside this round."""
