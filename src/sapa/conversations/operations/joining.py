"""Two threads of one channel that the provider says are one: everything goes on in one of them, and can be parted again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.conversations.models import Conversation, Draft, Labelling, Presence, Stir
from sapa.conversations.operations.deeds import hold
from sapa.conversations.operations.merging import _count_again
from sapa.lib.database import write

VERB = "conversation.joined"

_STAYS = (Conversation, Draft, Labelling, Presence, Stir)
"""What is not moved row by row: drafts and labels exist once a thread, the others pass."""
_STATE = ("assignee_id", "team_id", "closed_at", "snoozed_until")


def is_alias(thread: Conversation) -> bool:
    """Whether nothing but the key of this thread is left: what comes under it belongs to the one it was joined to."""
    return thread.merged_into_id is not None and thread.last_message_at is None


def was_parted(business: Business, thread: Conversation) -> bool:
    """Whether a teammate took a joining of this thread back: no provider's word joins it again."""
    entries = AuditEntry.objects.filter(
        business=business, object_kind="conversation", object_id=str(thread.pk), verb=VERB
    )
    return entries.filter(undone_at__isnull=False).exists()


def join_threads(*, business: Business, kept: Conversation, alias: Conversation, now: datetime) -> AuditEntry:
    """All that stands in `alias` stands in `kept` from now on; the row stays, so that its key still leads there.

    The entry in the trail names what was moved. Raises `ValueError` for a thread with itself or of another channel.
    """
    if kept.pk == alias.pk or kept.channel_id != alias.channel_id or kept.is_group != alias.is_group:
        raise ValueError("these two threads cannot be one")
    with write():
        held = {row.pk: row for row in hold(business, [kept, alias])}
        target, source = held[kept.pk], held[alias.pk]
        entry = record_audit(
            business=business,
            by=None,
            verb=VERB,
            object_kind="conversation",
            object_id=str(source.pk),
            data={"into": target.pk, "moved": _move(source, target), "labels": _labels(source, target)},
            now=now,
        )
        _join_drafts(source, target)
        Conversation.objects.filter(business=business, merged_into=source).update(merged_into=target)
        _take_state(source, target)
        source.merged_into = target
        source.waiting_since = source.window_closes_at = None
        Conversation.objects.bulk_update([source, target], ["merged_into", "window_closes_at"])
        Conversation.objects.bulk_update([target], [name.removesuffix("_id") for name in _STATE])
        _count_again(business, [target, source], now)
        return entry


def part_threads(
    *,
    business: Business,
    conversation_id: int,
    entry_data: Mapping[str, Any],
    by: Teammate | None,
    now: datetime,
) -> None:
    """What was joined stands apart again; what came since stays where it came. Raises `Conversation.DoesNotExist`."""
    with write():
        source = Conversation.objects.get(business=business, pk=conversation_id)
        target = Conversation.objects.get(business=business, pk=entry_data["into"])
        moved = entry_data["moved"]
        for relation in Conversation._meta.related_objects:
            ids = moved.get(relation.related_model._meta.label_lower, [])
            if ids:
                rows = relation.related_model._default_manager.filter(pk__in=ids, conversation=target)
                rows.update(conversation=source)
        Labelling.objects.filter(conversation=target, label__in=entry_data["labels"]).delete()
        source.merged_into, source.waiting_since = None, target.waiting_since
        source.window_closes_at = target.window_closes_at
        source.save(update_fields=["merged_into", "window_closes_at"])
        _count_again(business, [source, target], now)
        record_audit(
            business=business,
            by=by,
            verb="conversation.parted",
            object_kind="conversation",
            object_id=str(source.pk),
            data={"from": target.pk},
            now=now,
        )


def _move(source: Conversation, target: Conversation) -> dict[str, list[int]]:
    """The ids of what was moved, by table."""
    moved: dict[str, list[int]] = {}
    for relation in Conversation._meta.related_objects:
        if relation.related_model in _STAYS or relation.field.name != "conversation":
            continue
        rows = relation.related_model._default_manager.filter(conversation=source).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        if ids:
            rows.update(conversation=target)
            moved[relation.related_model._meta.label_lower] = ids
    return moved


def _labels(source: Conversation, target: Conversation) -> list[int]:
    """The ids of the labels that the kept thread did not have yet, which are put on it as well."""
    known = Labelling.objects.filter(conversation=target).values("label")
    rows = list(Labelling.objects.filter(conversation=source).exclude(label__in=known))
    for row in rows:
        row.pk, row._state.adding, row.conversation = None, True, target
    Labelling.objects.bulk_create(rows)
    return [row.label_id for row in rows]


def _join_drafts(source: Conversation, target: Conversation) -> None:
    """What somebody began to write is never lost: where they began twice, both stand in one draft."""
    known = {(one.teammate_id, one.kind): one for one in Draft.objects.filter(conversation=target)}
    for draft in Draft.objects.filter(conversation=source):
        other = known.get((draft.teammate_id, draft.kind))
        if other is None:
            draft.conversation = target
            draft.save(update_fields=["conversation"])
            continue
        other.text = "\n".join(filter(None, (draft.text, other.text)))
        other.save(update_fields=["text"])
        draft.attachments.update(draft=other)
        draft.delete()


def _take_state(source: Conversation, target: Conversation) -> None:
    """Who answers goes on answering; what was open or waits stays open."""
    if target.assignee_id is None and target.team_id is None:
        target.assignee_id, target.team_id = source.assignee_id, source.team_id
    if source.closed_at is None and source.last_message_at is not None:
        target.closed_at = None
    if source.snoozed_until is None and source.waiting_since is not None:
        target.snoozed_until = None
    target.waiting_since = min(filter(None, (source.waiting_since, target.waiting_since)), default=None)
    target.window_closes_at = max(
        filter(None, (source.window_closes_at, target.window_closes_at)), default=None
    )
