"""What a teammate says of a waiting thread: answered elsewhere, or no answer needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.conversations.models import Conversation, Mark
from sapa.conversations.operations.deeds import change, hold, note_people
from sapa.conversations.operations.stirs import note_stirs
from sapa.lib.database import write
from sapa.timeline.models import Touchpoint
from sapa.timeline.operations import Happening, record_touchpoints

SOURCE = "mark"

Marks = dict[str, str]
"""The id of each mark with the moment (ISO 8601) since when its thread had been waiting; empty where it had not."""


def mark_conversation(
    *, business: Business, conversation: Conversation, kind: str, by: Teammate | None, now: datetime
) -> Mark:
    """The clock of a thread stops: `kind` is answered (elsewhere, until the next export shows it) or no_answer."""
    with write():
        since = conversation.waiting_since
        made = put_marks(business=business, rows=[conversation], kind=kind, by=by, now=now)
        mark = Mark.objects.get(pk=int(next(iter(made))))
        if conversation.snoozed_until:
            conversation.snoozed_until = None
            conversation.save(update_fields=["snoozed_until"])
        note_people(business, [conversation])
        note_stirs(business=business, conversation_ids=[conversation.pk], what="state", now=now)
        record_audit(
            business=business,
            by=by,
            verb="conversation.marked",
            object_kind="mark",
            object_id=str(mark.pk),
            data={"kind": kind, "conversation": conversation.pk, "since": since.isoformat() if since else ""},
            now=now,
        )
        return mark


def mark_many(
    *,
    business: Business,
    conversations: Sequence[Conversation],
    kind: str,
    by: Teammate | None,
    now: datetime,
) -> AuditEntry | None:
    """As `mark_conversation` for those of a selection in which somebody waits; one entry for all, None where nobody does."""
    with write():
        rows = [row for row in hold(business, conversations) if row.waiting_since or row.snoozed_until]
        waiting = [row for row in rows if row.waiting_since]
        marks = put_marks(business=business, rows=waiting, kind=kind, by=by, now=now)
        note_people(business, waiting)
        return change(
            business=business,
            rows=rows,
            values={"snoozed_until": None},
            verb="conversation.settled",
            by=by,
            now=now,
            data={"marks": marks} if marks else None,
        )


def put_marks(
    *, business: Business, rows: Sequence[Conversation], kind: str, by: Teammate | None, now: datetime
) -> Marks:
    """A mark on each thread and its clock stopped, in the caller's transaction."""
    made: Marks = {}
    for row in rows:
        mark = Mark.objects.create(business=business, conversation=row, kind=Mark.Kind(kind), by=by, at=now)
        made[str(mark.pk)] = row.waiting_since.isoformat() if row.waiting_since else ""
        _set_waiting(row, None)
        if kind == Mark.Kind.ANSWERED and row.identity_id:
            _record(business, row, mark, now)
    return made


def lift_marks(*, business: Business, marks: Mapping[str, str], now: datetime) -> list[Conversation]:
    """Marks are taken back and their clocks run again, in the caller's transaction; answers the threads."""
    found = Mark.objects.filter(business=business, pk__in=[int(pk) for pk in marks], undone_at__isnull=True)
    threads = []
    for mark in found.select_related("conversation__identity"):
        mark.undone_at = now
        mark.save(update_fields=["undone_at"])
        Touchpoint.objects.filter(business=business, source_kind=SOURCE, source_key=str(mark.pk)).delete()
        thread, since = mark.conversation, marks[str(mark.pk)]
        if since and (thread.last_out_at is None or thread.last_out_at < mark.at):
            _set_waiting(thread, datetime.fromisoformat(since))
        threads.append(thread)
    return threads


def undo_mark(*, business: Business, mark: Mark, since: str, by: Teammate | None, now: datetime) -> None:
    """A mark is taken back: the clock runs again from `since` (ISO 8601, as the audit trail kept it)."""
    with write():
        threads = lift_marks(business=business, marks={str(mark.pk): since}, now=now)
        note_people(business, threads)
        note_stirs(business=business, conversation_ids=[one.pk for one in threads], what="state", now=now)
        mark.refresh_from_db()
        record_audit(
            business=business,
            by=by,
            verb="conversation.unmarked",
            object_kind="mark",
            object_id=str(mark.pk),
            data={"conversation": mark.conversation_id},
            now=now,
        )


def _set_waiting(conversation: Conversation, since: datetime | None) -> None:
    conversation.waiting_since = since
    conversation.save(update_fields=["waiting_since"])


def _record(business: Business, conversation: Conversation, mark: Mark, now: datetime) -> None:
    happening = Happening(
        identity_id=conversation.identity_id or 0,
        kind="answered.elsewhere",
        at=now,
        source_kind=SOURCE,
        source_key=str(mark.pk),
        channel_id=conversation.channel_id,
    )
    record_touchpoints(business=business, happenings=[happening], now=now, are_new=True)
