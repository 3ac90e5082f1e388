"""Whether a conversation is on the table: closed, opened again, put off, and back when its time has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.conversations.models import Conversation, Mark
from sapa.conversations.operations.deeds import change, hold, note_people, put_back
from sapa.conversations.operations.marks import lift_marks, put_marks
from sapa.conversations.operations.stirs import note_stirs
from sapa.lib.database import write

_AT_ONCE = 200


def close(
    *, business: Business, conversations: Sequence[Conversation], by: Teammate | None, now: datetime
) -> AuditEntry | None:
    """Closed until the customer writes again. Where somebody still waits, their clock stops as if no answer were needed."""
    with write():
        rows = hold(business, conversations)
        waiting = [row for row in rows if row.waiting_since]
        concerned = [row for row in rows if row.closed_at is None or row.waiting_since]
        marks = put_marks(business=business, rows=waiting, kind=Mark.Kind.NO_ANSWER, by=by, now=now)
        entry = change(
            business=business,
            rows=concerned,
            values={"closed_at": now, "snoozed_until": None},
            verb="conversation.closed",
            by=by,
            now=now,
            data={"marks": marks} if marks else None,
        )
        note_people(business, rows)
        return entry


def reopen(
    *, business: Business, conversations: Sequence[Conversation], by: Teammate | None, now: datetime
) -> AuditEntry | None:
    """Closed conversations are on the table again."""
    with write():
        return change(
            business=business,
            rows=hold(business, conversations),
            values={"closed_at": None},
            verb="conversation.reopened",
            by=by,
            now=now,
        )


def undo_state(
    *, business: Business, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """A change of state is taken back, with the clocks that it stopped. Raises LookupError where nothing stands as it left it."""
    with write():
        rows = put_back(business=business, entry_data=entry_data, by=by, now=now)
        note_people(
            business, rows + lift_marks(business=business, marks=entry_data.get("marks", {}), now=now)
        )


def snooze(
    *,
    business: Business,
    conversations: Sequence[Conversation],
    until: datetime,
    by: Teammate | None,
    now: datetime,
) -> AuditEntry | None:
    """Put off until a moment, or until the customer writes. Raises ValueError for a moment that has passed."""
    if until <= now:
        raise ValueError("a conversation is put off to a later moment")
    with write():
        return change(
            business=business,
            rows=hold(business, conversations),
            values={"snoozed_until": until, "closed_at": None},
            verb="conversation.snoozed",
            by=by,
            now=now,
        )


def unsnooze(
    *, business: Business, conversations: Sequence[Conversation], by: Teammate | None, now: datetime
) -> AuditEntry | None:
    """Back on the table before its time."""
    with write():
        return change(
            business=business,
            rows=hold(business, conversations),
            values={"snoozed_until": None},
            verb="conversation.unsnoozed",
            by=by,
            now=now,
        )


def take_up(*, business: Business, conversations: Sequence[Conversation], now: datetime) -> None:
    """Somebody has answered: what had come back from being put off leaves the list, and what was closed is open.

    Part of the reply, which stands in the thread itself: no entry of its own in the trail.
    """
    with write():
        ids = [one.pk for one in conversations]
        rows = Conversation.objects.filter(business=business, pk__in=ids)
        rows.filter(snoozed_until__lte=now).update(snoozed_until=None)
        rows.filter(closed_at__isnull=False).update(closed_at=None)


def stir_the_due(*, business: Business, since: datetime, now: datetime) -> int:
    """Tell open screens which conversations came back between two moments; answers how many. For the worker's minute."""
    due = Conversation.objects.filter(
        business=business, snoozed_until__isnull=False, snoozed_until__gt=since, snoozed_until__lte=now
    )
    ids = list(due.order_by("snoozed_until").values_list("id", flat=True)[:_AT_ONCE])
    note_stirs(business=business, conversation_ids=ids, what="state", now=now)
    return len(ids)
