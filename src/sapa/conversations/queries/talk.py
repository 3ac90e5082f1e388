"""Messages of one thread, or of several in one scroll."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import Attachment, Conversation, Message
from sapa.lib.kept import MANY, NUMBER, kept

BUBBLES = 40


def list_messages(
    conversation: Conversation, *, before: Message | None = None, limit: int = BUBBLES
) -> list[Message]:
    """The newest messages before one, in order of time."""
    if before is None and limit == BUBBLES + 1:
        return list(reversed(_newest(conversation=conversation.pk)))
    found = _newest_first(conversation)
    if before is not None:
        found = found.filter(_before(before))
    return list(reversed(found.select_related("identity")[:limit]))


@kept(conversation=NUMBER)
def _newest(conversation: Any) -> QuerySet[Message]:
    found = Message.objects.filter(conversation_id=conversation).select_related("identity")
    return found.order_by("-happened_at", "-rank", "-id")[: BUBBLES + 1]


def list_talk(
    threads: Sequence[Conversation], *, before: Message | None = None, limit: int = BUBBLES
) -> list[Message]:
    """As `list_messages`, over several threads: the newest of all of them, in order of time."""
    if len(threads) == 1:
        return list_messages(threads[0], before=before, limit=limit)
    return _these(ids=_newest_ids([one.pk for one in threads], before, limit))


@kept(ids=MANY)
def _these(ids: Any) -> QuerySet[Message]:
    found = Message.objects.filter(pk__among=ids).select_related("identity")
    return found.order_by("happened_at", "rank", "id")


def _newest_ids(thread_ids: Sequence[int], before: Message | None, limit: int) -> list[int]:
    """Each thread gives its own newest along its index; asked of all threads at once a database reads them whole."""
    table = connection.ops.quote_name(Message._meta.db_table)
    edge, values = "", list[Any]()
    if before is not None:
        at = connection.ops.adapt_datetimefield_value(before.happened_at)
        edge = " AND (happened_at < %s OR (happened_at = %s AND (rank < %s OR (rank = %s AND id < %s))))"
        values = [at, at, before.rank, before.rank, before.pk]
    order = "ORDER BY happened_at DESC, rank DESC, id DESC LIMIT %s"
    part = f"SELECT id, happened_at, rank FROM {table} WHERE conversation_id = %s{edge} {order}"  # noqa: S608
    parts = " UNION ALL ".join(f"SELECT * FROM ({part}) AS t{at}" for at in range(len(thread_ids)))  # noqa: S608
    given = [value for pk in thread_ids for value in (pk, *values, limit)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({parts}) AS every {order}", [*given, limit])  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def _before(message: Message) -> Q:
    at, rank = message.happened_at, message.rank
    return Q(happened_at__lte=at) & (
        Q(happened_at__lt=at)
        | Q(happened_at=at, rank__lt=rank)
        | Q(happened_at=at, rank=rank, id__lt=message.pk)
    )


def _newest_first(conversation: Conversation) -> QuerySet[Message]:
    return Message.objects.filter(conversation=conversation).order_by("-happened_at", "-rank", "-id")


def get_message(conversation: Conversation, message_id: int) -> Message:
    """One message of a thread. Raises `Message.DoesNotExist`."""
    return Message.objects.select_related("identity").get(conversation=conversation, pk=message_id)


def find_message(threads: Iterable[Conversation], message_id: int) -> Message | None:
    """One message of these threads."""
    found = Message.objects.filter(conversation__in=[one.pk for one in threads], pk=message_id)
    return found.select_related("identity", "conversation").first()


def find_quoted(messages: Sequence[Message]) -> dict[int, Message]:
    """The message that each of these answers, by the id of the answer; only those that name one are asked for."""
    named = {one.reply_to for one in messages if one.reply_to}
    if not named:
        return {}
    found = Message.objects.filter(
        business_id=messages[0].business_id,
        provider_id__in=named,
        conversation__in={one.conversation_id for one in messages},
    )
    known = {(one.conversation_id, one.provider_id): one for one in found.select_related("identity")}
    quoted = ((one.pk, known.get((one.conversation_id, one.reply_to))) for one in messages if one.reply_to)
    return {pk: message for pk, message in quoted if message}


def list_attachments(messages: Sequence[Message]) -> dict[int, list[Attachment]]:
    """The files of these messages by message, in their order."""
    ids = [one.pk for one in messages if one.media]
    found: dict[int, list[Attachment]] = {}
    if ids:
        for one in Attachment.objects.filter(message__in=ids).order_by("message", "position", "id"):
            found.setdefault(one.message_id or 0, []).append(one)
    return found


def get_attachment(business: Business, public_id: UUID) -> Attachment:
    """One file. Raises `Attachment.DoesNotExist`."""
    return Attachment.objects.select_related("draft").get(business=business, public_id=public_id)


def find_newer_answer(
    threads: Sequence[Conversation], *, after_id: int, but: Teammate | None
) -> Message | None:
    """What somebody else of the shop has written in these threads since the message `after_id` was shown."""
    found = Message.objects.filter(
        conversation__in=[one.pk for one in threads],
        pk__gt=after_id,
        direction=Message.Direction.OUT,
        is_automatic=False,
        source__in=(Message.Source.LIVE, Message.Source.ECHO),
    )
    if but is not None:
        found = found.exclude(by=but)
    return found.select_related("by").order_by("-id").first()


def find_newest_id(threads: Sequence[Conversation]) -> int:
    """The highest id of a message in these threads; 0 where there is none."""
    newest = Message.objects.filter(conversation__in=[one.pk for one in threads]).order_by("-id")
    return newest.values_list("id", flat=True).first() or 0
