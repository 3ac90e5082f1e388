"""One thread, and the threads that are shown with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sapa.accounts.models import Business
from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Conversation, Message
from sapa.lib.kept import MANY, NUMBER, UUID_, kept

MOST_TOGETHER = 20


def get_conversation(business: Business, public_id: UUID | str) -> Conversation:
    """One thread. Raises `Conversation.DoesNotExist`."""
    wanted = public_id if isinstance(public_id, UUID) else UUID(public_id)
    found: list[Conversation] = _one(business=business.pk, public_id=wanted)
    if not found:
        raise Conversation.DoesNotExist
    thread = found[0]
    # What is asked of a channel asks for its business.
    thread.business = thread.channel.business = business
    return thread


@kept(business=NUMBER, public_id=UUID_)
def _one(business: Any, public_id: Any) -> QuerySet[Conversation]:
    found = Conversation.objects.filter(business_id=business, public_id=public_id)
    return found.select_related("channel", "identity__contact", "merged_into")


def title_of(thread: Conversation) -> str:
    """Whom a thread is with, or a group's name."""
    identity = thread.identity
    if identity is None:
        return thread.title or thread.key
    contact = identity.contact
    return (contact.name if contact else "") or identity.name or thread.title or identity.value


get_title = title_of


def list_conversations_of(contact: Contact, *, limit: int | None = None) -> list[Conversation]:
    """The private threads of a contact, newest first.

    Found by the contact's identities alone: beside the business SQLite would walk through all of its threads in order.
    """
    found: list[Conversation] = _of_contact(contact=contact.pk)
    return sorted(found, key=_newest_first)[:limit]


@kept(contact=NUMBER)
def _of_contact(contact: Any) -> QuerySet[Conversation]:
    identities = Identity.objects.filter(contact_id=contact).values("id")
    found = Conversation.objects.filter(identity__in=identities, last_message_at__isnull=False)
    return found.select_related("channel", "identity").order_by()


def list_together(thread: Conversation) -> list[Conversation]:
    """The threads whose messages are shown in one scroll: this one, the contact's others, and what was merged into them.

    This one stands first, then the newest; at most 20.
    """
    contact = thread.identity.contact if thread.identity else None
    others = list_conversations_of(contact, limit=MOST_TOGETHER) if contact and not thread.is_group else []
    shown = {thread.pk: thread}
    for one in [*others, *list_absorbed({thread.pk, *(one.pk for one in others)})]:
        shown.setdefault(one.pk, one)
    together = list(shown.values())[:MOST_TOGETHER]
    for one in together:  # what is asked of each channel asks for its business
        one.business = one.channel.business = thread.business
    return together


def list_absorbed(conversation_ids: Iterable[int]) -> list[Conversation]:
    """The threads that were merged into these, newest first.

    Asked by that column alone and put in order here: with an order to keep, a database walks the whole shop.
    """
    found: list[Conversation] = _absorbed(ids=conversation_ids)
    return sorted(found, key=_newest_first)


@kept(ids=MANY)
def _absorbed(ids: Any) -> QuerySet[Conversation]:
    found = Conversation.objects.filter(merged_into__among=ids).order_by()
    return found.select_related("channel", "identity")


def _newest_first(thread: Conversation) -> tuple[bool, float, int]:
    at = thread.last_message_at
    return at is None, -at.timestamp() if at else 0.0, -thread.pk


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


def list_authors(conversation: Conversation, *, limit: int = 30) -> list[Identity]:
    """Who writes in a group, those heard first before the others."""
    ids = Message.objects.filter(conversation=conversation, identity__isnull=False).values("identity")
    found = Identity.objects.filter(pk__in=ids).select_related("contact").order_by("id")
    return list(found[:limit])
