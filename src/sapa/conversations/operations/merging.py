"""Two threads become one on the screen, or one becomes two: messages keep their source, and both ways lead back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.conversations.models import (
    Conversation,
    Draft,
    Labelling,
    Mark,
    Message,
    Presence,
    Remark,
    Stir,
)
from sapa.conversations.operations.deeds import change, hold, note_people
from sapa.conversations.operations.stirs import note_stirs
from sapa.lib.database import write
from sapa.lib.ids import short_id

_PASSING = (Draft, Labelling, Presence, Stir)
"""What may go with a thread that was split off: it is nobody's word to a customer."""


class CannotMergeError(Exception):
    """These threads cannot be shown as one: a group with a private one, or a thread with itself."""


def merge_conversations(
    *,
    business: Business,
    kept: Conversation,
    absorbed: Sequence[Conversation],
    by: Teammate | None,
    now: datetime,
) -> AuditEntry | None:
    """The messages of `absorbed` are shown in `kept` from now on. Raises `CannotMergeError`."""
    if any(one.pk == kept.pk or one.is_group != kept.is_group for one in absorbed) or kept.merged_into_id:
        raise CannotMergeError
    with write():
        rows = hold(business, absorbed)
        own = Conversation.objects.filter(business=business, merged_into__in=[row.pk for row in rows])
        return change(
            business=business,
            rows=[*rows, *hold(business, own)],
            values={"merged_into_id": kept.pk},
            verb="conversation.merged",
            by=by,
            now=now,
        )


def split_conversation(
    *, business: Business, conversation: Conversation, message: Message, by: Teammate | None, now: datetime
) -> Conversation:
    """From `message` on, the messages stand in a thread of their own on the same channel; answers it.

    What comes in later goes to the old thread, whose key the provider knows. Raises `CannotMergeError` where nothing would stay behind.
    """
    with write():
        (row,) = hold(business, [conversation])
        here = Message.objects.filter(conversation=row)
        moved = here.filter(_from(message))
        if not here.exclude(_from(message)).exists() or not moved.exists():
            raise CannotMergeError
        fresh = Conversation.objects.create(
            business=business,
            channel_id=row.channel_id,
            key=f"{row.key[:240]}#{short_id()}",
            title=row.title,
            is_group=row.is_group,
            identity_id=row.identity_id,
            assignee_id=row.assignee_id,
            team_id=row.team_id,
            window_closes_at=row.window_closes_at,
        )
        moved.update(conversation=fresh)
        Remark.objects.filter(conversation=row, at__gte=message.happened_at).update(conversation=fresh)
        Mark.objects.filter(conversation=row, at__gte=message.happened_at).update(conversation=fresh)
        if row.waiting_since and row.waiting_since >= message.happened_at:
            fresh.waiting_since, row.waiting_since = row.waiting_since, None
        _count_again(business, [row, fresh], now)
        record_audit(
            business=business,
            by=by,
            verb="conversation.split",
            object_kind="conversation",
            object_id=str(fresh.pk),
            data={"from": row.pk},
            now=now,
        )
        return fresh


def undo_split(
    *,
    business: Business,
    conversation_id: int,
    entry_data: Mapping[str, Any],
    by: Teammate | None,
    now: datetime,
) -> None:
    """What was split off returns to its thread, with all that was added since. Raises Conversation.DoesNotExist."""
    with write():
        fresh = Conversation.objects.get(business=business, pk=conversation_id)
        row = Conversation.objects.get(business=business, pk=entry_data["from"])
        for relation in fresh._meta.related_objects:
            if relation.field.name == "conversation" and relation.related_model not in _PASSING:
                relation.related_model._default_manager.filter(conversation=fresh).update(conversation=row)
        row.waiting_since = min(filter(None, (row.waiting_since, fresh.waiting_since)), default=None)
        _count_again(business, [row], now)
        record_audit(
            business=business,
            by=by,
            verb="conversation.unsplit",
            object_kind="conversation",
            object_id=str(row.pk),
            now=now,
        )
        note_people(business, [row])
        fresh.delete()


def _from(message: Message) -> Q:
    at, rank = message.happened_at, message.rank
    return (
        Q(happened_at__gt=at)
        | Q(happened_at=at, rank__gt=rank)
        | Q(happened_at=at, rank=rank, id__gte=message.pk)
    )


def _count_again(business: Business, rows: Sequence[Conversation], now: datetime) -> None:
    is_in = Q(direction=Message.Direction.IN)
    for row in rows:
        last = Message.objects.filter(conversation=row).aggregate(
            last=Max("happened_at"),
            last_in=Max("happened_at", filter=is_in),
            last_out=Max("happened_at", filter=~is_in),
        )
        row.last_message_at, row.last_in_at, row.last_out_at = last["last"], last["last_in"], last["last_out"]
    Conversation.objects.bulk_update(rows, ["last_message_at", "last_in_at", "last_out_at", "waiting_since"])
    note_people(business, rows)
    note_stirs(business=business, conversation_ids=[row.pk for row in rows], what="state", now=now)
