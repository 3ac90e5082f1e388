"""Whose rows of the copy no longer hold, and what has to be read to make them again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

import sapa.lib.lookups  # noqa: F401  (id__among)
from sapa.accounts.models import Business
from sapa.contacts.models import Change, Contact, Identity
from sapa.conversations.models import Conversation, Message
from sapa.orders.models import Order
from sapa.responses.models import Response

UNKNOWN = 0
"""Stands among contacts for everything that belongs to nobody known: masked orders, threads without a person."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is read to make the rows of some contacts; `contacts` holds `UNKNOWN` where those of nobody are made too.

    Their threads are read whole, with what others wrote there; `known` are all identities that occur in any of it.
    """

    contacts: frozenset[int]
    identities: frozenset[int] = field(default=frozenset(), repr=False)
    threads: frozenset[int] = field(default=frozenset(), repr=False)
    known: frozenset[int] = field(default=frozenset(), repr=False)


def list_touched(business: Business, position: int) -> set[int]:
    """The contacts that the log names behind a position; `UNKNOWN` where it names nobody."""
    found = (
        Change.objects.filter(business=business, id__gt=position)
        .order_by()
        .values_list("contact_id", flat=True)
    )
    return {UNKNOWN if one is None else one for one in found.distinct()}


def count_touched(business: Business, position: int, most: int) -> int:
    """How many contacts that are, counted no further than `most`."""
    found = Change.objects.filter(business=business, id__gt=position).order_by().values("contact_id")
    return found.distinct()[:most].count()


def count_people(business: Business, last: int) -> int:
    """How many contacts there are with ids up to `last`: fewer than there were means that some were removed."""
    return Contact.objects.filter(business=business, id__lte=last).count()


def find_removed(business: Business, contacts: Collection[int]) -> set[int]:
    """Those of the contacts that are no longer there: with them their lines of the log went."""
    if not contacts:
        return set()
    there = Contact.objects.filter(business=business, id__gte=min(contacts)).values_list("id", flat=True)
    return set(contacts) - set(there)


def reach(business: Business, touched: Iterable[int]) -> Scope:
    """What has to be read for these contacts and for those in whose private threads they wrote."""
    contacts = set(touched)
    threads = _threads_of(_identities_of(contacts))
    for person in _persons_of(threads):
        contacts.add(UNKNOWN if person is None else person)
    identities = _identities_of(contacts)
    threads = _threads_of(identities)
    if UNKNOWN in contacts:
        identities |= _unknown_identities(business)
        threads |= _unknown_threads(business)
    known = identities | _taking_part(threads)
    return Scope(frozenset(contacts), frozenset(identities), frozenset(threads), frozenset(known))


def _identities_of(contacts: set[int]) -> set[int]:
    found = Identity.objects.filter(contact_id__among=contacts - {UNKNOWN})
    return set(found.values_list("id", flat=True))


def _threads_of(identities: set[int]) -> set[int]:
    """The threads of these people, and those in which they wrote."""
    own = Conversation.objects.filter(identity_id__among=identities).values_list("id", flat=True)
    wrote = Message.objects.filter(identity_id__among=identities).order_by()
    return set(own) | set(wrote.values_list("conversation_id", flat=True).distinct())


def _persons_of(threads: set[int]) -> set[int | None]:
    private = Conversation.objects.filter(id__among=threads, is_group=False)
    return set(private.values_list("identity__contact_id", flat=True))


def _unknown_identities(business: Business) -> set[int]:
    nobody = {"business": business, "identity__contact": None}
    found = set(Order.objects.filter(**nobody).values_list("identity_id", flat=True))
    found |= set(Response.objects.filter(**nobody).values_list("identity_id", flat=True))
    return {one for one in found if one is not None}


def _unknown_threads(business: Business) -> set[int]:
    nobody = Q(identity=None) | Q(identity__contact=None)
    private = Conversation.objects.filter(nobody, business=business, is_group=False)
    return set(private.values_list("id", flat=True))


def _taking_part(threads: set[int]) -> set[int]:
    persons = Conversation.objects.filter(id__among=threads).values_list("identity_id", flat=True)
    wrote = Message.objects.filter(conversation_id__among=threads).order_by()
    authors = wrote.values_list("identity_id", flat=True).distinct()
    return {one for one in (*persons, *authors) if one is not None}
