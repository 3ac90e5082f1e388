"""Reads of standings, and what the rules need to know of a business."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Max, Q

from sapa.accounts.models import Business, Teammate
from sapa.accounts.queries import get_calendar, list_teammates
from sapa.contacts.models import Contact
from sapa.conversations.models import Conversation, Message
from sapa.standings.models import Standing
from sapa.standings.rules.rhythm import customers_hour
from sapa.standings.types import ShopSettings, TeammateRef

PEOPLE_ASKED = 500


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
        after_sales_target_minutes=business.after_sales_target_minutes,
        urgent_target_percent=business.urgent_target_percent,
        escalate_after_percent=business.escalate_after_percent,
        supervisor=_supervisor(teammates),
    )


def _supervisor(teammates: list[Teammate]) -> TeammateRef | None:
    """Who hears of what waits much too long: the first supervisor, else the first owner; nobody where one works alone."""
    if len(teammates) < 2:
        return None
    by_role = {mate.role: mate for mate in reversed(teammates)}
    found = by_role.get(Teammate.Role.SUPERVISOR) or by_role.get(Teammate.Role.OWNER)
    return TeammateRef(found.pk, found.name) if found else None


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


def find_customers_hour(business: Business, *, until: datetime | None = None) -> int | None:
    """The hour (0 to 23, the shop's zone) around which its customers write most; None where there is none.

    Asks the 500 private threads with the newest words, each for the person's last word, up to `until`.
    """
    private = Conversation.objects.filter(business=business, is_group=False)
    if until is None:
        threads = private.filter(last_in_at__isnull=False).order_by("-last_message_at", "-id")
        last_words = threads.values_list("last_in_at", flat=True)
    else:
        is_in = Q(messages__direction=Message.Direction.IN)
        threads = private.filter(messages__happened_at__lte=until).annotate(
            last=Max("messages__happened_at"), last_in=Max("messages__happened_at", filter=is_in)
        )
        threads = threads.filter(last_in__isnull=False).order_by("-last", "-id")
        last_words = threads.values_list("last_in", flat=True)
    zone = ZoneInfo(business.timezone)
    return customers_hour([at.astimezone(zone) for at in last_words[:PEOPLE_ASKED] if at is not None])
