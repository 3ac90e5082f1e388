"""Reads of threads and the messages in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from sapa.accounts.models import Business
from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Conversation, Mark, Message
from sapa.conversations.types import InboxRow, Spot

PAGE = 30
BUBBLES = 40


def list_inbox(
    business: Business,
    *,
    waiting: bool,
    heard_since: datetime | None = None,
    heard_before: datetime | None = None,
    after: Spot | None = None,
    limit: int = PAGE,
) -> list[InboxRow]:
    """A page of threads: those in which somebody waits, longest first, or all of them, newest first.

    Of those who wait, `heard_since` keeps the ones whose last word came at that moment or later, `heard_before`
    the others.
    """
    found = Conversation.objects.filter(business=business, last_message_at__isnull=False)
    if waiting:
        found = _waiting(found, heard_since, heard_before).order_by("waiting_since", "id")
        found = found.filter(_behind("waiting_since", after, up=True)) if after else found
    else:
        found = found.order_by("-last_message_at", "-id")
        found = found.filter(_behind("last_message_at", after, up=False)) if after else found
    return _rows(found.select_related("channel", "identity__contact")[:limit])


def _waiting(
    found: QuerySet[Conversation], heard_since: datetime | None, heard_before: datetime | None
) -> QuerySet[Conversation]:
    found = found.filter(waiting_since__isnull=False)
    if heard_since is not None:
        found = found.filter(last_in_at__gte=heard_since)
    if heard_before is not None:
        # Said as what it is not: those of long ago may be all, and are read by the index in which they stand in order.
        found = found.exclude(last_in_at__gte=heard_before)
    return found


def _behind(column: str, spot: Spot, *, up: bool) -> Q:
    sign = "gt" if up else "lt"
    edge = Q(**{column: spot.at, f"id__{sign}": spot.id})
    # The first condition alone is an index range; the second decides among equal moments.
    return Q(**{f"{column}__{sign}e": spot.at}) & (Q(**{f"{column}__{sign}": spot.at}) | edge)


def _rows(found: Iterable[Conversation]) -> list[InboxRow]:
    threads = list(found)
    last = _last_messages([thread.pk for thread in threads])
    return [_row(thread, last.get(thread.pk)) for thread in threads]


def _last_messages(conversation_ids: list[int]) -> dict[int, Message]:
    newest = Message.objects.filter(conversation=OuterRef("pk")).order_by("-happened_at", "-rank", "-id")
    ids = Conversation.objects.filter(pk__in=conversation_ids).values_list(Subquery(newest.values("id")[:1]))
    messages = Message.objects.filter(pk__in=[row[0] for row in ids if row[0]])
    return {message.conversation_id: message for message in messages}


def _row(thread: Conversation, last: Message | None) -> InboxRow:
    contact = thread.identity.contact if thread.identity else None
    return InboxRow(
        id=thread.pk,
        public_id=str(thread.public_id),
        name=_title(thread),
        channel=thread.channel.kind,
        is_group=thread.is_group,
        contact_id=contact.pk if contact else None,
        contact=str(contact.public_id) if contact else "",
        waiting_since=thread.waiting_since,
        last_message_at=thread.last_message_at,
        text=last.text if last else "",
        media=tuple(str(one.get("kind", "")) for one in last.media) if last else (),
        is_out=bool(last and last.direction == Message.Direction.OUT),
    )


def _title(thread: Conversation) -> str:
    identity = thread.identity
    if identity is None:
        return thread.title or thread.key
    contact = identity.contact
    return (contact.name if contact else "") or identity.name or thread.title or identity.value


def count_waiting(
    business: Business,
    *,
    up_to: int = 100,
    heard_since: datetime | None = None,
    heard_before: datetime | None = None,
) -> int:
    """How many threads wait for an answer, counted no further than `up_to`; bounds as in `list_inbox`."""
    waiting = _waiting(Conversation.objects.filter(business=business), heard_since, heard_before)
    return waiting.order_by().values("id")[:up_to].count()


def has_conversations(business: Business) -> bool:
    return Conversation.objects.filter(business=business).exists()


def get_conversation(business: Business, public_id: UUID | str) -> Conversation:
    """One thread. Raises `Conversation.DoesNotExist`."""
    return Conversation.objects.select_related("channel", "identity__contact").get(
        business=business, public_id=public_id
    )


def get_title(conversation: Conversation) -> str:
    """Whom a thread is with, or a group's name."""
    return _title(conversation)


def list_conversations_of(contact: Contact) -> list[Conversation]:
    """The private threads of a contact, newest first."""
    found = Conversation.objects.filter(
        business_id=contact.business_id, identity__contact=contact, last_message_at__isnull=False
    )
    return list(found.select_related("channel").order_by("-last_message_at", "-id"))


def find_reply_conversation(contact: Contact) -> Conversation | None:
    """Where to answer a contact: the thread in which they wait longest, else the newest one."""
    threads = list_conversations_of(contact)
    waiting = [thread for thread in threads if thread.waiting_since]
    if waiting:
        return min(waiting, key=_waiting_since)
    return threads[0] if threads else None


def _waiting_since(thread: Conversation) -> datetime:
    assert thread.waiting_since  # noqa: S101  the caller chose those who wait
    return thread.waiting_since


def list_messages(
    conversation: Conversation, *, before: Message | None = None, limit: int = BUBBLES
) -> list[Message]:
    """The newest messages before one, in order of time."""
    found = _newest_first(conversation)
    if before is not None:
        found = found.filter(
            Q(happened_at__lt=before.happened_at)
            | Q(happened_at=before.happened_at, rank__lt=before.rank)
            | Q(happened_at=before.happened_at, rank=before.rank, id__lt=before.pk)
        )
    return list(reversed(found.select_related("identity")[:limit]))


def _newest_first(conversation: Conversation) -> QuerySet[Message]:
    return Message.objects.filter(conversation=conversation).order_by("-happened_at", "-rank", "-id")


def get_message(conversation: Conversation, message_id: int) -> Message:
    """One message of a thread. Raises `Message.DoesNotExist`."""
    return Message.objects.select_related("identity").get(conversation=conversation, pk=message_id)


def list_authors(conversation: Conversation, *, limit: int = 30) -> list[Identity]:
    """Who writes in a group, those heard first before the others."""
    ids = Message.objects.filter(conversation=conversation, identity__isnull=False).values("identity")
    found = Identity.objects.filter(pk__in=ids).select_related("contact").order_by("id")
    return list(found[:limit])


def find_newest_mark(conversation: Conversation) -> Mark | None:
    """The newest word of a teammate on this thread that still stands."""
    standing = Mark.objects.filter(conversation=conversation, undone_at__isnull=True)
    return standing.select_related("by").order_by("-at", "-id").first()


def get_mark(business: Business, mark_id: int) -> Mark:
    """One mark with its thread. Raises `Mark.DoesNotExist`."""
    return Mark.objects.select_related("conversation__identity", "conversation__business").get(
        business=business, pk=mark_id
    )
