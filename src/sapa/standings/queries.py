"""Reads of standings, and what the rules need to know of a business."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.queries import get_calendar, list_teammates
from sapa.contacts.models import Contact
from sapa.standings.models import Standing
from sapa.standings.types import ShopSettings, TeammateRef


def get_settings(business: Business) -> ShopSettings:
    """Zone, hours, limits and people of a business; the first owner answers where nobody else does."""
    teammates = list_teammates(business)
    owner = next((mate for mate in teammates if mate.role == Teammate.Role.OWNER), None)
    return ShopSettings(
        business_id=business.pk,
        timezone=business.timezone,
        currency=business.currency,
        calendar=get_calendar(business),
        reply_target_minutes=business.reply_target_minutes,
        leave_after_days=business.leave_after_days,
        churn_after_days=business.churn_after_days,
        owner=TeammateRef(owner.pk, owner.name) if owner else None,
        teammates=tuple(TeammateRef(mate.pk, mate.name) for mate in teammates),
        own_names=tuple(business.own_names),
    )


def find_standing(contact: Contact) -> Standing | None:
    """The stored standing of a contact; None for one that was absorbed or not yet looked at."""
    return Standing.objects.select_related("owner").filter(contact=contact).first()


def list_due(business: Business, *, now: datetime, limit: int | None = None) -> list[int]:
    """Contacts whose standing may have changed by time alone, the longest due first."""
    due = Standing.objects.filter(business=business, look_again_at__lte=now)
    return list(due.order_by("look_again_at", "id").values_list("contact_id", flat=True)[:limit])


def iterate_contacts(business: Business, size: int) -> Iterator[list[int]]:
    """The ids of all contacts that stand for themselves, in order, `size` at a time."""
    own = Contact.objects.filter(business=business, merged_into__isnull=True).order_by("id")
    last = 0
    while page := list(own.filter(id__gt=last).values_list("id", flat=True)[:size]):
        yield page
        last = page[-1]
