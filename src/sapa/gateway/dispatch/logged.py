"""The delivery log of a channel: what was sent, what hangs, and every try of it."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q, QuerySet

from sapa.channels.models import Channel
from sapa.gateway.contract import Failure
from sapa.gateway.models import Dispatch, DispatchTry

PAGE = 30
STATES = ("queued", "held", "taken", "sent", "failed", "uncertain", "cancelled")
"""What the log can be narrowed to; `held` are those queued that wait behind one that did not arrive."""

TROUBLED = ("failed", "uncertain", "held")


def list_log(
    channel: Channel, *, state: str = "", after: int | None = None, limit: int = PAGE
) -> list[Dispatch]:
    """A page of a channel's dispatches, newest first, from below the id `after`; each with its tries in `log_lines`."""
    found = _in_state(Dispatch.objects.filter(business=channel.business_id, channel=channel), state)
    if after is not None:
        found = found.filter(id__lt=after)
    tries = Prefetch("log", DispatchTry.objects.order_by("at", "id"), to_attr="log_lines")
    shown = found.select_related("message__conversation__identity__contact", "message__by")
    return list(shown.prefetch_related(tries).order_by("-id")[:limit])


def count_log(channel: Channel) -> dict[str, int]:
    """How many dispatches of a channel are in each state that is not over."""
    open_ones = Dispatch.objects.filter(business=channel.business_id, channel=channel).exclude(
        state__in=(Dispatch.State.SENT, Dispatch.State.CANCELLED)
    )
    rows = open_ones.values("state").annotate(
        all=Count("id"), held=Count("id", filter=Q(failure=Failure.HELD.value))
    )
    counted: dict[str, int] = {}
    for row in rows.order_by():
        held = row["held"] if row["state"] == Dispatch.State.QUEUED else 0
        counted[row["state"]] = row["all"] - held
        if held:
            counted["held"] = held
    return {state: count for state, count in counted.items() if count}


def state_of(dispatch: Dispatch) -> str:
    """The state as the log names it."""
    is_held = dispatch.state == Dispatch.State.QUEUED and dispatch.failure == Failure.HELD.value
    return "held" if is_held else dispatch.state


def _in_state(found: QuerySet[Dispatch], state: str) -> QuerySet[Dispatch]:
    if state == "held":
        return found.filter(state=Dispatch.State.QUEUED, failure=Failure.HELD.value)
    if state == "queued":
        return found.filter(state=state).exclude(failure=Failure.HELD.value)
    return found.filter(state=state) if state in STATES else found
