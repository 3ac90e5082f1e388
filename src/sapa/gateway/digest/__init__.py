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
from sapa.gateway.digest import mentions
from sapa.gateway.digest.forgotten import without_forgotten
from sapa.gateway.digest.messages import take_messages
from sapa.gateway.digest.orders import take_orders
from sapa.gateway.digest.others import (
    take_behaviour,
    take_descriptions,
    take_notes,
    take_responses,
    take_reviews,
)
from sapa.gateway.digest.work import Digested, Digestion, Fact, FactKind
from sapa.gateway.types import (
    Behaved,
    Event,
    MessageReceived,
    NoteTaken,
    OrderStated,
    Person,
    PersonDescribed,
    ResponseGiven,
    ReviewPosted,
)
from sapa.lib.database import write

__all__ = ["Digested", "Fact", "FactKind", "digest_events"]


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
        work.touched |= mentions.join_named_orders(business=business, numbers=work.numbers, now=now)
        note_changes(business, work.touched)
        return work.results


def _one_digestion_at_a_time(business: Business) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x5A9A, business.pk % 2**31])


def _person_of(event: Event) -> Person | None:
    """Whom an event is about: for what the shop wrote, the other party of the private thread."""
    if isinstance(event, MessageReceived) and event.person is None:
        return event.conversation.party
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


_TAKERS: dict[type, Callable[[Digestion, Sequence[int]], None]] = {
    PersonDescribed: take_descriptions,
    MessageReceived: take_messages,
    OrderStated: take_orders,
    NoteTaken: take_notes,
    ReviewPosted: take_reviews,
    ResponseGiven: take_responses,
    Behaved: take_behaviour,
}
