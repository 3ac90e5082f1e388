"""What was forgotten is not learned again from an old file: its keys are known by their fingerprints only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from sapa.accounts.models import Business
from sapa.contacts import rules as contact_rules
from sapa.contacts.models import Identity
from sapa.contacts.types import KEY_KINDS
from sapa.gateway.types import Event, Person, Unsupported
from sapa.lib.kept import NUMBER, kept
from sapa.lib.secrets import identity_fingerprint, load_key

FORGOTTEN = Unsupported("person_forgotten")


@kept(business=NUMBER)
def _find_forgotten(business: Any) -> QuerySet[Any, Any]:
    """Nothing where nobody was forgotten."""
    return Identity.objects.filter(business=business, is_forgotten=True).values_list("id", flat=True)[:1]


def without_forgotten(business: Business, events: Sequence[Event], region: str) -> Sequence[Event]:
    """The events, with `FORGOTTEN` in place of those about people who were forgotten after they happened.

    A forgotten identity keeps the HMAC of its key as value, and when it was forgotten as `learned_at`: what such a
    person does later is theirs to tell anew. An event without a time is taken to be old.
    """
    if not _find_forgotten(business=business.pk):
        return events
    secret = load_key(Path(settings.KEY_FILE))
    prints = [_fingerprints(secret, event, region) for event in events]
    wanted = {value for own in prints for value in own}
    known = Identity.objects.filter(business=business, is_forgotten=True, value__in=wanted)
    forgotten_at = dict(known.values_list("value", "learned_at"))
    return [
        FORGOTTEN if any(_is_old(event, forgotten_at.get(value)) for value in own) else event
        for event, own in zip(events, prints, strict=True)
    ]


def _is_old(event: Event, forgotten_at: datetime | None) -> bool:
    if forgotten_at is None:
        return False
    at: datetime | None = getattr(event, "at", None) or getattr(event, "placed_at", None)
    return at is None or at <= forgotten_at


def _fingerprints(secret: bytes, event: Event, region: str) -> list[str]:
    people = [getattr(event, "person", None), getattr(getattr(event, "conversation", None), "party", None)]
    return [
        identity_fingerprint(secret, kind, value)
        for person in people
        if person is not None
        for kind, value in _keys(person, region)
    ]


def _keys(person: Person, region: str) -> list[tuple[str, str]]:
    kind, value = person.record
    own = contact_rules.normalise_key(kind, value, region=region) if kind in KEY_KINDS else None
    keys = [(own.kind, own.value) if own else (kind, value[:255])]
    given = (contact_rules.normalise_key(raw.kind, raw.value, region=region) for raw in person.keys)
    return keys + [(key.kind, key.value) for key in given if key is not None]
