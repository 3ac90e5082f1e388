"""What a teammate says of a waiting thread: answered elsewhere, or no answer needed."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Conversation, Mark
from sapa.lib.database import write
from sapa.timeline.models import Touchpoint
from sapa.timeline.operations import Happening, record_touchpoints

SOURCE = "mark"


def mark_conversation(
    *, business: Business, conversation: Conversation, kind: str, by: Teammate | None, now: datetime
) -> Mark:
    """The clock of a thread stops: `kind` is answered (elsewhere, until the next export shows it) or no_answer."""
    with write():
        mark = Mark.objects.create(
            business=business, conversation=conversation, kind=Mark.Kind(kind), by=by, at=now
        )
        since = conversation.waiting_since
        _set_waiting(conversation, None)
        if kind == Mark.Kind.ANSWERED and conversation.identity_id:
            _record(business, conversation, mark, now)
        _note(conversation)
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


def undo_mark(*, business: Business, mark: Mark, since: str, by: Teammate | None, now: datetime) -> None:
    """A mark is taken back: the clock runs again from `since` (ISO 8601, as the audit trail kept it)."""
    with write():
        mark.undone_at = now
        mark.save(update_fields=["undone_at"])
        Touchpoint.objects.filter(business=business, source_kind=SOURCE, source_key=str(mark.pk)).delete()
        thread = mark.conversation
        if since and (thread.last_out_at is None or thread.last_out_at < mark.at):
            _set_waiting(thread, datetime.fromisoformat(since))
        _note(thread)
        record_audit(
            business=business,
            by=by,
            verb="conversation.unmarked",
            object_kind="mark",
            object_id=str(mark.pk),
            data={"conversation": thread.pk},
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


def _note(conversation: Conversation) -> None:
    identity = conversation.identity
    if identity and identity.contact_id:
        note_changes(conversation.business, [identity.contact_id])
