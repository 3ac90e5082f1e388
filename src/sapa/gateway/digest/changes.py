"""What happens to a message after it came: edited, taken back, reacted to.

What is about a message that has not come yet waits for it (`WAITS`): providers keep no order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sapa.contacts import rules as contact_rules
from sapa.contacts.queries import find_identities
from sapa.contacts.types import KEY_KINDS
from sapa.conversations.models import Message
from sapa.conversations.operations.rewrite import edit_message, react, take_back_message
from sapa.gateway.digest import mentions
from sapa.gateway.digest.work import WAITS, Digestion
from sapa.gateway.models import OrderMention, Payload
from sapa.gateway.types import MessageDeleted, MessageEdited, Person, Reacted
from sapa.lib.database import write

Change = MessageEdited | MessageDeleted | Reacted


def take_edits(work: Digestion, indexes: Sequence[int]) -> None:
    def apply(i: int, message: Message) -> bool:
        event: MessageEdited = work.events[i]  # type: ignore[assignment]
        if not edit_message(message, text=event.text, at=event.at):
            return False
        OrderMention.objects.filter(message=message).delete()
        party = message.identity_id or message.conversation.identity_id
        if party is not None:
            work.numbers += mentions.note_mentions(business=work.business, messages=[(message, party)])
        return True

    _apply_each(work, indexes, apply)


def take_deletions(work: Digestion, indexes: Sequence[int]) -> None:
    def apply(i: int, message: Message) -> bool:
        if not take_back_message(message):
            return False
        OrderMention.objects.filter(message=message).delete()
        _drop_raw(message)
        return True

    _apply_each(work, indexes, apply)


def take_reactions(work: Digestion, indexes: Sequence[int]) -> None:
    people = _known_people(work, indexes)

    def apply(i: int, message: Message) -> bool:
        event: Reacted = work.events[i]  # type: ignore[assignment]
        by = None if event.person is None else people.get(i) or message.conversation.identity_id or 0
        return react(message, by=by, emoji=event.emoji, at=event.at)

    _apply_each(work, indexes, apply)


def _apply_each(work: Digestion, indexes: Sequence[int], apply: Callable[[int, Message], bool]) -> None:
    """In order of time, each on the message that it names; True from `apply` where something changed."""
    messages = _messages(work, indexes)
    for i in sorted(indexes, key=lambda i: _at(work, i)):
        event: Change = work.events[i]  # type: ignore[assignment]
        message = messages.get((work.channel_id(i), event.provider_id))
        if message is None:
            work.results[i].result = WAITS
            continue
        work.results[i].result = "merged"
        if apply(i, message):
            identity = message.identity or message.conversation.identity
            work.touched.add(identity.contact_id if identity else None)
            work.stir("message", message.conversation_id)


def _messages(work: Digestion, indexes: Sequence[int]) -> dict[tuple[int, str], Message]:
    wanted = {getattr(work.events[i], "provider_id", "") for i in indexes} - {""}
    rows = Message.objects.filter(business=work.business, provider_id__in=wanted)
    return {
        (row.conversation.channel_id, row.provider_id): row
        for row in rows.select_related("conversation__identity", "identity").order_by("-id")
    }


def _at(work: Digestion, index: int) -> datetime:
    event: Change = work.events[index]  # type: ignore[assignment]
    return event.at


def _known_people(work: Digestion, indexes: Sequence[int]) -> dict[int, int]:
    """The identity of who reacted, where we know one: a reaction makes nobody a contact."""
    keys: dict[int, list[tuple[str, str]]] = {}
    for i in indexes:
        person: Person | None = getattr(work.events[i], "person", None)
        if person is not None:
            keys[i] = [_normal(*person.record), *(_normal(key.kind, key.value) for key in person.keys)]
    known = find_identities(work.business, {key for own in keys.values() for key in own})
    return {
        i: next(known[key].pk for key in own if key in known)
        for i, own in keys.items()
        if any(key in known for key in own)
    }


def _normal(kind: str, value: str) -> tuple[str, str]:
    found: Any = contact_rules.normalise_key(kind, value) if kind in KEY_KINDS else None
    return (found.kind, found.value) if found else (kind, value[:255])


def _drop_raw(message: Message) -> None:
    """The words stand in the raw body as well: what was taken back goes there too."""
    name = message.provider_id.encode()
    rows = Payload.objects.filter(
        business_id=message.business_id,
        channel=message.conversation.channel_id,
        digested_at=message.learned_at,
    )
    with write():
        named = [pk for pk, body in rows.values_list("id", "body") if name in bytes(body)]
        Payload.objects.filter(id__in=named).delete()
