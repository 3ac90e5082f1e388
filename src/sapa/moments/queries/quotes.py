"""What people wrote around a moment: offered from their messages, chosen by the owner, each leading to its conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from sapa.accounts.models import Business
from sapa.conversations.models import Message
from sapa.moments.events import EVENTS, TOPIC
from sapa.moments.models import Moment, Quote
from sapa.readings.models import Reading
from sapa.timeline.models import Touchpoint

OFFERED = 12
_LATELY = timedelta(days=90)
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=3)
_PEOPLE = 120
_SHORTEST, _LONGEST = 12, 400


@dataclass(frozen=True, slots=True)
class Verbatim:
    """One customer's own words, who wrote them and when, and the conversation in which they stand."""

    message_id: int
    text: str
    contact_id: str
    name: str
    at: datetime
    conversation_id: UUID


def list_quotes(moment: Moment) -> list[Verbatim]:
    """The chosen words, oldest first; words that were erased or deleted since are not among them."""
    ids = Quote.objects.filter(moment=moment).values_list("message_id", flat=True)
    return _tell(_private(moment.business).filter(pk__in=list(ids)).order_by("happened_at", "id"))


def offer_quotes(business: Business, event: str, *, now: datetime) -> list[Verbatim]:
    """Words worth reading from around a moment, one a person and none twice: what sounds unhappy first, then questions, then the newest."""
    if event.startswith(TOPIC):
        found = _private(business).filter(
            reading__intent=event.removeprefix(TOPIC), happened_at__gte=now - _LATELY, happened_at__lte=now
        )
    else:
        found = _private(business).filter(pk__in=_around(business, event, now))
    rows = list(found.order_by("-happened_at", "-id")[: 8 * _PEOPLE])
    feelings = dict(Reading.objects.filter(message__in=rows).values_list("message_id", "sentiment"))
    asked = set(
        Reading.objects.filter(message__in=rows, is_question=True).values_list("message_id", flat=True)
    )
    rows = [row for row in rows if _SHORTEST <= len(row.text.strip()) <= _LONGEST]
    rows.sort(
        key=lambda row: (
            feelings.get(row.pk) != "negative",
            row.pk not in asked,
            -row.happened_at.timestamp(),
        )
    )
    offered: list[Message] = []
    seen: set[int | str | None] = set()
    for row in rows:
        whose = row.identity.contact_id if row.identity else None
        words = " ".join(row.text.casefold().split())
        if not seen & {whose, words}:
            seen |= {whose, words}
            offered.append(row)
    return _tell(offered[:OFFERED])


def _around(business: Business, event: str, now: datetime) -> list[int]:
    """Messages of the people who reached the moment last, from a day before to three days after."""
    reached = Touchpoint.objects.filter(
        business=business,
        kind__in=EVENTS[event].kinds,
        happened_at__gte=now - _LATELY,
        happened_at__lte=now,
        identity__contact__isnull=False,
    ).order_by("-happened_at", "-id")
    times: dict[int, datetime] = {}
    for who, at in reached.values_list("identity__contact_id", "happened_at")[: 4 * _PEOPLE]:
        if who is not None and len(times) < _PEOPLE:
            times.setdefault(who, at)
    if not times:
        return []
    said = Message.objects.filter(
        business=business,
        identity__contact__in=times,
        happened_at__gte=min(times.values()) - _BEFORE,
        happened_at__lte=max(times.values()) + _AFTER,
    )
    return [
        pk
        for pk, who, at in said.values_list("pk", "identity__contact_id", "happened_at")
        if who is not None and times[who] - _BEFORE <= at <= times[who] + _AFTER
    ]


def _private(business: Business) -> QuerySet[Message]:
    return (
        Message.objects.filter(
            business=business,
            direction=Message.Direction.IN,
            is_deleted=False,
            identity__contact__isnull=False,
        )
        .exclude(text="")
        .select_related("identity__contact", "conversation")
    )


def _tell(rows: Iterable[Message]) -> list[Verbatim]:
    return [
        Verbatim(
            message_id=row.pk,
            text=row.text.strip(),
            contact_id=str(row.identity.contact.public_id),
            name=row.identity.contact.name,
            at=row.happened_at,
            conversation_id=row.conversation.public_id,
        )
        for row in rows
        if row.identity and row.identity.contact
    ]
