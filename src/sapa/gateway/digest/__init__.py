"""Digest: events become facts, in bulk, each exactly once, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection

from sapa.accounts.models import Business
from sapa.channels.operations import Cache
from sapa.contacts import rules as contact_rules
from sapa.contacts.operations import identify_many, note_changes
from sapa.contacts.operations.identify import PersonSeen
from sapa.contacts.types import KEY_KINDS, NormalKey
from sapa.conversations.operations import note_stirs
from sapa.gateway.digest import mentions
from sapa.gateway.digest.changes import take_deletions, take_edits, take_reactions
from sapa.gateway.digest.consents import take_consents
from sapa.gateway.digest.forgotten import FORGOTTEN, without_forgotten
from sapa.gateway.digest.forms import take_forms
from sapa.gateway.digest.messages import take_messages
from sapa.gateway.digest.orders import take_orders
from sapa.gateway.digest.others import (
    take_behaviour,
    take_descriptions,
    take_notes,
    take_responses,
    take_reviews,
)
from sapa.gateway.digest.payments import (
    join_waiting_payments,
    take_hints,
    take_payments,
    take_shipments,
)
from sapa.gateway.digest.receipts import take_receipts
from sapa.gateway.digest.shop import take_replacements, take_states, take_templates
from sapa.gateway.digest.threads import take_moves
from sapa.gateway.digest.work import WAITS, Digested, Digestion, Fact, FactKind
from sapa.gateway.types import (
    Behaved,
    ChannelStateChanged,
    ConsentStated,
    ConversationMoved,
    Event,
    FormFilled,
    KeyReplaced,
    LookAgain,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    NoteTaken,
    OrderStated,
    PaymentStated,
    Person,
    PersonDescribed,
    Reacted,
    ReceiptGiven,
    ResponseGiven,
    ReviewPosted,
    ShipmentStated,
    TemplateStated,
)
from sapa.lib.database import write

__all__ = ["FORGOTTEN", "WAITS", "Digested", "Fact", "FactKind", "digest_events", "is_understood"]


def digest_events(
    *,
    business: Business,
    events: Sequence[Event],
    now: datetime,
    channels: Cache | None = None,
    region: str = "ID",
) -> list[Digested]:
    """Store what these events say; one `Digested` for each, in order. Repeats leave nothing twice.

    Serial per business: a database with several writers takes an advisory lock.
    """
    with write():
        _one_digestion_at_a_time(business)
        events = without_forgotten(business, events, region)
        people = {i: _person_seen(person, region) for i, e in enumerate(events) if (person := _person_of(e))}
        found = identify_many(business=business, people=list(people.values()), now=now)
        work = Digestion(
            business=business,
            now=now,
            channels={} if channels is None else channels,
            events=events,
            identified=dict(zip(people, found, strict=True)),
            results=[Digested() for _ in events],
        )
        for kind, take in _TAKERS.items():
            indexes = [i for i, event in enumerate(events) if isinstance(event, kind)]
            if indexes:
                take(work, indexes)
        work.write_origins()
        join_waiting_payments(work)
        work.touched |= mentions.join_named_orders(business=business, numbers=work.numbers, now=now)
        note_changes(business, work.touched)
        for what, conversation_ids in work.stirred.items():
            note_stirs(business=business, conversation_ids=conversation_ids, what=what, now=now)
        return work.results


def is_understood(event: Event) -> bool:
    """Whether the digest does something with an event of this kind; also with one that must leave nothing."""
    return type(event) in _TAKERS or event is FORGOTTEN


def _one_digestion_at_a_time(business: Business) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x5A9A, business.pk % 2**31])


def _person_of(event: Event) -> Person | None:
    """Whom an event is about: for what the shop wrote, the other party of the private thread.

    A reaction makes nobody a contact who is none yet.
    """
    if isinstance(event, MessageReceived) and event.person is None:
        return event.conversation.party
    if isinstance(event, Reacted):
        return None
    return getattr(event, "person", None)


def _person_seen(person: Person, region: str) -> PersonSeen:
    kind, value = person.record
    own = contact_rules.normalise_key(kind, value, region=region) if kind in KEY_KINDS else None
    keys = dict.fromkeys(
        key for raw in person.keys if (key := contact_rules.normalise_key(raw.kind, raw.value, region=region))
    )
    typed = () if person.trusted else tuple(NormalKey("typed", f"{k.kind}:{k.value}") for k in keys)
    return PersonSeen(
        record=(own.kind, own.value) if own else (kind, value[:255]),
        name=contact_rules.shown_name(person.name),
        keys=tuple(keys) if person.trusted else (),
        typed=typed,
    )


# In this order: a thread has its new key before messages come to it, a message is there before what is about it.
_TAKERS: dict[type, Callable[[Digestion, Sequence[int]], None]] = {
    KeyReplaced: take_replacements,
    ConversationMoved: take_moves,
    PersonDescribed: take_descriptions,
    MessageReceived: take_messages,
    OrderStated: take_orders,
    PaymentStated: take_payments,
    ShipmentStated: take_shipments,
    LookAgain: take_hints,
    NoteTaken: take_notes,
    ReviewPosted: take_reviews,
    ResponseGiven: take_responses,
    Behaved: take_behaviour,
    FormFilled: take_forms,
    ConsentStated: take_consents,
    MessageEdited: take_edits,
    MessageDeleted: take_deletions,
    Reacted: take_reactions,
    ReceiptGiven: take_receipts,
    TemplateStated: take_templates,
    ChannelStateChanged: take_states,
}
