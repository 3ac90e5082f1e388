"""Understanding again what is stored: after an adapter was mended, or to see what a payload does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.channels.models import Channel
from sapa.gateway.models import Payload
from sapa.gateway.queries import keep_troubled
from sapa.lib.database import write


def replay_payloads(
    *,
    business: Business,
    ids: Collection[int] | None = None,
    channel: Channel | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    problem: str | None = None,
    is_troubled: bool = False,
    by: Teammate | None,
    now: datetime,
) -> int:
    """Put these payloads back where the worker takes them; answers how many. What they did already is not done twice.

    Each condition narrows the choice; `problem` keeps those whose problem begins so ("" keeps all that have one);
    `is_troubled` leaves out what there was nothing to record in.
    """
    found = Payload.objects.filter(business=business)
    if ids is not None:
        found = found.filter(id__in=ids)
    if channel is not None:
        found = found.filter(channel=channel)
    if since is not None:
        found = found.filter(received_at__gte=since)
    if until is not None:
        found = found.filter(received_at__lt=until)
    if problem is not None:
        found = found.filter(problem__startswith=problem).exclude(problem="")
    if is_troubled:
        found = keep_troubled(found)
    with write():
        count = found.update(digested_at=None, problem="")
        if count:
            record_audit(
                business=business,
                by=by,
                verb="replayed_payloads",
                object_kind="channel",
                object_id=str(channel.pk) if channel else "",
                data={"count": count, "problem": problem or ""},
                now=now,
            )
    return count
