"""By when each waiting conversation should be answered: for lists, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.db.models import F

from sapa.accounts.models import Business
from sapa.accounts.queries import get_calendar
from sapa.conversations.models import Conversation
from sapa.conversations.service.targets import Due, Targets, Urgency, target_minutes, urgency_of
from sapa.lib.hours import Calendar, add_open_minutes, open_minutes_between
from sapa.lib.lookups import Ids
from sapa.readings.models import Reading
from sapa.standings.models import Standing

AFTER_SALES = frozenset({"service", "after_sales"})
"""The phases in which somebody has bought and needs help with it."""

TROUBLE = frozenset({"complaint", "refund_return", "claim_warranty"})


def targets_of(business: Business) -> Targets:
    """What this shop has set for those who wait."""
    return Targets(
        business.reply_target_minutes,
        business.urgent_target_percent,
        business.escalate_after_percent,
        business.after_sales_target_minutes,
    )


def list_due(business: Business, conversation_ids: Iterable[int], now: datetime) -> dict[int, Due]:
    """When each of these should be answered, by id; those in which nobody waits are left out.

    Four queries, however many conversations: threads with their channel's target, what was read in the waiting
    messages, standings, opening hours.
    """
    ids = Ids(sorted(set(conversation_ids)))
    waiting = Conversation.objects.filter(business=business, pk__among=ids, waiting_since__isnull=False)
    found_rows = waiting.values_list(
        "id", "waiting_since", "channel__reply_target_minutes", "identity__contact_id"
    )
    rows = [(pk, since, minutes, contact) for pk, since, minutes, contact in found_rows if since]
    if not rows:
        return {}
    troubled = _troubled(Ids([row[0] for row in rows]))
    standings = _standings({row[3] for row in rows if row[3]})
    calendar, targets = _laid(get_calendar(business)), targets_of(business)
    found = {}
    for pk, since, channel_minutes, contact_id in rows:
        trust, is_hot, phase = standings.get(contact_id, ("", False, ""))
        urgency = urgency_of(complains=pk in troubled or trust == "needs_support", is_hot=is_hot)
        minutes = target_minutes(
            targets, channel_minutes=channel_minutes, urgency=urgency, is_after_sales=phase in AFTER_SALES
        )
        found[pk] = _due(calendar, since, minutes, urgency, now)
    return found


def _due(calendar: Calendar, since: datetime, minutes: int, urgency: Urgency, now: datetime) -> Due:
    at = add_open_minutes(calendar, since, minutes)
    return Due(at, minutes, at < now, urgency, open_minutes_between(calendar, since, now))


def _troubled(conversation_ids: Ids) -> set[int]:
    """Threads in whose waiting messages something is wrong, or a person is needed."""
    found = Reading.objects.filter(
        message__conversation_id__among=conversation_ids,
        message__direction="in",
        message__happened_at__gte=F("message__conversation__waiting_since"),
    ).values_list("message__conversation_id", "intent", "sentiment", "needs_human")
    return {
        pk
        for pk, intent, sentiment, needs_human in found
        if needs_human or sentiment == "negative" or intent in TROUBLE
    }


def _standings(contact_ids: set[int]) -> dict[int | None, tuple[str, bool, str]]:
    rows = Standing.objects.filter(contact_id__among=Ids(sorted(contact_ids)))
    return {
        pk: (trust, is_hot, phase)
        for pk, trust, is_hot, phase in rows.values_list("contact_id", "trust", "is_hot", "phase")
    }


@lru_cache(maxsize=64)
def _laid(calendar: Calendar) -> Calendar:
    """The first calendar that says the same: its hours are laid out already."""
    return calendar
