"""A customer whom a teammate wrote down by hand, and the way back: a row like one of a file, without a batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.models import Contact, Identity, Link
from sapa.contacts.operations import note_changes
from sapa.contacts.queries import find_identities
from sapa.conversations.models import Note
from sapa.gateway.digest import digest_events
from sapa.gateway.types import ChannelRef, Key, NoteTaken, Origin, Person, PersonDescribed
from sapa.imports.operations.undo import settle_identities
from sapa.lib.database import write
from sapa.lib.ids import uuid7

BY_HAND = "hand:"


def write_down(
    *,
    business: Business,
    name: str,
    keys: Sequence[Key] = (),
    asked: str = "",
    origin: Origin | None = None,
    by: Teammate | None,
    now: datetime,
) -> tuple[Identity, Contact]:
    """A customer as somebody tells of them, the way of every source: the same number is the same person.

    `asked` is what they wanted to know. Raises LookupError where nobody can be known by this.
    """
    record = ("row", f"{BY_HAND}{uuid7()}")
    person = Person(record=record, name=name, keys=tuple(keys))
    by_hand = ChannelRef("offline")
    events: list[PersonDescribed | NoteTaken] = [
        PersonDescribed(channel=by_hand, person=person, at=now, origin=origin)
    ]
    if asked:
        key = f"{BY_HAND}{uuid7()}"
        events.append(NoteTaken(channel=by_hand, dedupe_key=key, person=person, at=now, text=asked))
    with write():
        digest_events(business=business, events=events, now=now)
        identity = find_identities(business, [record])[record]
        if identity.contact is None:
            raise LookupError(name)
        note_written_down(business=business, identity=identity, by=by, now=now)
    return identity, identity.contact


def note_written_down(*, business: Business, identity: Identity, by: Teammate | None, now: datetime) -> None:
    """Keeps in the trail that this record was written by hand."""
    _audit(identity, "written_down", by, now)


def take_back_written_down(
    *, business: Business, identity_id: int, by: Teammate | None, now: datetime
) -> None:
    """What was written down goes; a customer known from elsewhere as well stays, without it.

    Raises Identity.DoesNotExist where the record is gone, LookupError where a teammate has stated something of
    the customer since.
    """
    with write():
        records = Identity.objects.filter(business=business, kind="row", value__startswith=BY_HAND)
        identity = records.get(pk=identity_id)
        contact_id = identity.contact_id
        _audit(identity, "unwritten", by, now)
        note_changes(business, [contact_id])
        identity.touchpoints.all().delete()
        identity.descriptions.all().delete()
        identity.told_origins.all().delete()
        Note.objects.filter(identity=identity, dedupe_key__startswith=BY_HAND).delete()
        links = Link.objects.filter(Q(a=identity) | Q(b=identity), business=business)
        ends = {end for pair in links.values_list("a_id", "b_id") for end in pair} | {identity.pk}
        links.delete()
        settle_identities(business, ends, now, alone=True)
        emptied = Contact.objects.filter(identities__isnull=True, merged_into__isnull=True)
        if contact_id and emptied.filter(pk=contact_id, statements__isnull=False).exists():
            raise LookupError(contact_id)


def _audit(identity: Identity, verb: str, by: Teammate | None, now: datetime) -> None:
    record_audit(
        business=identity.business,
        by=by,
        verb=verb,
        object_kind="row",
        object_id=str(identity.pk),
        data={"contact": identity.contact_id},
        now=now,
    )
