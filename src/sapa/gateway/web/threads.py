"""What a visitor sees of the own thread, and which threads moved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from django.db.models import Max, Q

from sapa.conversations.models import Attachment, Conversation, Message, Stir

SHOWN = 100
_LOOK_BACK = 200

Thread = tuple[int, str]
"""A channel's id and the visitor's."""


def read_thread(thread: Thread) -> tuple[str, list[dict[str, Any]]]:
    """(version, messages) of a visitor's thread, oldest first: {id, in, text, at, by, read, gone, edited, files}.

    `id` is the visitor's own id for what they wrote. What waits to be sent, failed or is doubtful is not shown.
    """
    newest = (
        Message.objects.filter(_visible(thread))
        .exclude(direction=Message.Direction.OUT, send_status__in=("queued", "failed", "uncertain"))
        .select_related("by")
        .order_by("-happened_at", "-rank", "-id")[:SHOWN]
    )
    rows = list(reversed(newest))
    files = _files([row.pk for row in rows])
    shown = [_shown(row, files.get(row.pk, [])) for row in rows]
    return hashlib.blake2b(msgspec.json.encode(shown), digest_size=12).hexdigest(), shown


def find_file(thread: Thread, public_id: str) -> Attachment | None:
    """A stored file of this thread."""
    return Attachment.objects.filter(
        public_id=public_id,
        state=Attachment.State.STORED,
        message__in=Message.objects.filter(_visible(thread)),
    ).first()


def list_moved(after: int | None, seen: Iterable[int]) -> tuple[int, dict[int, Thread]]:
    """(newest stir, threads of stirs since about `after` that are not in `seen`, by the stir's id).

    Looks back a little: with several writers an earlier number may be committed later, and what moved just before
    the first look (`after` None) may have moved after a thread was read.
    """
    if after is None:
        after = Stir.objects.aggregate(newest=Max("id"))["newest"] or 0
    rows = Stir.objects.filter(
        id__gt=after - _LOOK_BACK, conversation__isnull=False, what__in=("message", "status")
    )
    known = frozenset(seen)
    found = {
        pk: (channel, key.partition("#")[0])
        for pk, channel, key in rows.values_list("id", "conversation__channel_id", "conversation__key")
        if pk not in known
    }
    return max([after, *found]), found


def _visible(thread: Thread) -> Q:
    """What the visitor may see: the own thread and what teammates split off it (its key goes on after a #).

    Where teammates joined it to another visitor's, the shop's answers since the own last word, never the other's words.
    """
    channel_id, visitor = thread
    found = Conversation.objects.filter(
        Q(key=visitor) | Q(key__startswith=f"{visitor}#"), channel_id=channel_id
    )
    visible = Q(conversation__in=[row.pk for row in found])
    for row in found:
        if row.merged_into_id and row.last_in_at:
            visible |= Q(
                conversation=row.merged_into_id,
                conversation__channel_id=channel_id,
                direction=Message.Direction.OUT,
                happened_at__gt=row.last_in_at,
            )
    return visible


def _files(message_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in Attachment.objects.filter(message__in=message_ids).order_by("message", "position"):
        one = {"id": str(row.public_id), "name": row.name, "kind": row.kind, "ready": row.state == "stored"}
        found.setdefault(row.message_id or 0, []).append(one)
    return found


def _shown(row: Message, files: list[dict[str, Any]]) -> dict[str, Any]:
    is_in = row.direction == Message.Direction.IN
    return {
        "id": row.provider_id or str(row.pk),
        "in": is_in,
        "text": "" if row.is_deleted else row.text,
        "at": row.happened_at.isoformat(),
        "by": "" if is_in else _author(row),
        "read": row.send_status == "read",
        "gone": row.is_deleted,
        "edited": row.is_edited,
        "files": [] if row.is_deleted else files,
    }


def _author(row: Message) -> str:
    """The teammate's name; an automatic answer is the shop's."""
    if row.is_automatic:
        return ""
    return (row.author_name or (row.by.name if row.by else ""))[:60]
