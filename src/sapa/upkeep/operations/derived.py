"""Throwing away what is derived and making it again; recounting it."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business
from sapa.analytics import operations as analytics
from sapa.contacts import operations as contacts
from sapa.contacts.models import Identity
from sapa.contacts.queries import find_component_differences
from sapa.gateway.digest.clues import refresh_suggestions
from sapa.lib.database import write
from sapa.snapshots.operations import find_differences, refresh_all
from sapa.upkeep.tables import derived_models
from sapa.upkeep.types import Difference


def rebuild(*, business: Business, now: datetime) -> int:
    """Empties exactly the derived tables of a business and makes them again; answers how many rows went."""
    gone = 0
    with write():
        for model in derived_models():
            gone += model._default_manager.filter(business=business).delete()[0]
    ids = list(Identity.objects.filter(business=business).values_list("id", flat=True))
    contacts.recompute_components(business, ids, now=now)
    refresh_all(business, now=now)
    refresh_suggestions(business)
    analytics.rebuild(business)
    return gone


def verify(*, business: Business, now: datetime) -> list[Difference]:
    """What differs between what is derived and its recount from what is stored; empty where all is equal."""
    people = [Difference("contacts.Identity", "", said) for said in find_component_differences(business)]
    derived = [
        Difference(one.table, str(one.id), f"{one.column}: {one.stored!r}, recounted {one.made!r}")
        for one in find_differences(business, now=now)
    ]
    copied = [Difference("analytics", table, "the copy differs") for table in analytics.verify(business)]
    return people + derived + copied
