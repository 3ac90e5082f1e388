"""By when each waiting conversation should be answered: for lists, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db.models import F

from sapa.accounts.models import Business
from sapa.accounts.queries import get_calendar
from sapa.conversations.models import Conversation
from sapa.conversations.service.targets import (
    Due,
    Targets,
    Urgency,
    measure_wait,
    target_minutes,
    urgency_of,
)
from sapa.lib.hours import Calendar, add_open_minutes
from sapa.lib.lookups import Ids
from sapa.readings.models import Reading
from sapa.standings.models import Standing

AFTER_SALES = frozenset({"service", "after_sales"})
"""The phases in which somebody has bought and needs help with it."""

TROUBLE = frozenset({"complaint", "refund_return", "claim_warranty"})


class Waiter(NamedTuple):
    """A conversation in which somebody waits; `target_minutes` is its channel's own target, if it has one."""

    id: int
    since: datetime
    target_minutes: int | None
    contact_id: int | None


class Circumstance(NamedTuple):
    """What is known of a contact that decides how long they can wait."""

    trust: str
    is_hot: bool
    phase: str


_NOTHING_KNOWN = Circumstance("", False, "")


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
    waiters = [Waiter(pk, since, minutes, contact) for pk, since, minutes, contact in found_rows if since]
    circumstances = find_circumstances({one.contact_id for one in waiters if one.contact_id})
    return weigh(business, waiters, circumstances, now)


def weigh(
    business: Business, waiters: Sequence[Waiter], circumstances: Mapping[int, Circumstance], now: datetime
) -> dict[int, Due]:
    """As `list_due`, of threads that are known already: one query, for what was read in the waiting messages."""
    if not waiters:
        return {}
    troubled = _troubled(Ids([one.id for one in waiters]))
    calendar, targets = _laid(get_calendar(business)), targets_of(business)
    found = {}
    for one in waiters:
        known = circumstances.get(one.contact_id or 0, _NOTHING_KNOWN)
        complains = one.id in troubled or known.trust == "needs_support"
        urgency = urgency_of(complains=complains, is_hot=known.is_hot)
        minutes = target_minutes(
            targets,
            channel_minutes=one.target_minutes,
            urgency=urgency,
            is_after_sales=known.phase in AFTER_SALES,
        )
        found[one.id] = _due(calendar, one.since, minutes, urgency, now)
    return found


def _due(calendar: Calendar, since: datetime, minutes: int, urgency: Urgency, now: datetime) -> Due:
    at = add_open_minutes(calendar, since, minutes)
    return Due(at, minutes, at < now, urgency, measure_wait(calendar, since, now))


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


def find_circumstances(contact_ids: Iterable[int]) -> dict[int, Circumstance]:
    """How these contacts stand, by id."""
    ids = Ids(sorted(set(contact_ids)))
    if not ids:
        return {}
    rows = Standing.objects.filter(contact_id__among=ids)
    return {
        pk: Circumstance(trust, is_hot, phase)
        for pk, trust, is_hot, phase in rows.values_list("contact_id", "trust", "is_hot", "phase")
    }


@lru_cache(maxsize=64)
def _laid(calendar: Calendar) -> Calendar:
    """The first calendar that says the same: its hours are laid out already."""
    return calendar
