"""Reads of what came in: payloads, and what could not be understood of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Length

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.conversations.models import Conversation
from sapa.gateway.models import Payload, Template

PAGE = 50
NOTHING_FOR_US = "unsupported"
"""How a problem begins that is none: there was nothing for us in the payload."""


@dataclass(frozen=True, slots=True)
class PayloadRow:
    """One stored body without its content; `problem` is a code of `gateway.intake`, empty where all was understood."""

    id: int
    channel: str
    received_at: datetime
    digested_at: datetime | None
    problem: str
    size: int


def list_payloads(
    business: Business,
    *,
    channel: Channel | None = None,
    problem: str | None = None,
    is_troubled: bool = False,
    after: int | None = None,
    limit: int = PAGE,
) -> list[PayloadRow]:
    """A page of payloads, newest first, from below the id `after`.

    `problem` keeps those whose problem begins so; "" keeps those without one, None keeps all. `is_troubled` keeps those
    that have one, but for what there was nothing to record in.
    """
    found = _payloads(business, channel, problem)
    if is_troubled:
        found = keep_troubled(found)
    if after is not None:
        found = found.filter(id__lt=after)
    rows = found.order_by("-id").annotate(size=Length("body"))
    fields = ("id", "channel__public_id", "received_at", "digested_at", "problem", "size")
    return [
        PayloadRow(pk, str(public_id), received_at, digested_at, why, size)
        for pk, public_id, received_at, digested_at, why, size in rows.values_list(*fields)[:limit]
    ]


def count_problems(business: Business, *, channel: Channel | None = None) -> dict[str, int]:
    """How many payloads have each problem, by its code."""
    found = _payloads(business, channel, None).exclude(problem="").order_by("problem")
    return dict(found.values("problem").annotate(count=Count("id")).values_list("problem", "count"))


def is_trouble(problem: str) -> bool:
    """Whether a problem is one that somebody should look at."""
    return bool(problem) and not problem.startswith(NOTHING_FOR_US)


def keep_troubled(found: QuerySet[Payload]) -> QuerySet[Payload]:
    """Those payloads whose problem somebody should look at."""
    return found.exclude(problem="").exclude(problem__startswith=NOTHING_FOR_US)


def count_unread_payloads(channel: Channel) -> int:
    """How many payloads of a channel wait for the worker."""
    unread = Payload.objects.alias(on=F("channel_id") + 0).filter(digested_at=None, problem="")
    return unread.filter(business=channel.business_id, on=channel.pk).count()


def get_payload(business: Business, payload_id: int) -> Payload:
    """One payload with its body. Raises `Payload.DoesNotExist`."""
    return Payload.objects.select_related("channel").get(business=business, pk=payload_id)


def _payloads(business: Business, channel: Channel | None, problem: str | None) -> QuerySet[Payload]:
    found = Payload.objects.filter(business=business)
    if channel is not None:
        found = found.filter(channel=channel)
    if problem:
        return found.filter(problem__startswith=problem)
    return found if problem is None else found.filter(problem="")


@dataclass(frozen=True, slots=True)
class Heard:
    """When something last moved on a channel: a customer's word, the shop's, and anything that its provider sent."""

    last_in_at: datetime | None = None
    last_out_at: datetime | None = None
    payload_at: datetime | None = None


def list_heard(channels: Sequence[Channel]) -> dict[int, Heard]:
    """When something last moved, for each of these channels by its id."""
    ids = [channel.pk for channel in channels]
    talks = Conversation.objects.filter(channel__in=ids).order_by().values("channel")
    moved = {
        row["channel"]: (row["heard"], row["said"])
        for row in talks.annotate(heard=Max("last_in_at"), said=Max("last_out_at"))
    }
    newest = Payload.objects.filter(channel=OuterRef("pk")).order_by("-id").values("received_at")[:1]
    came = dict(Channel.objects.filter(pk__in=ids).values_list("pk", Subquery(newest)))
    return {pk: Heard(*moved.get(pk, (None, None)), payload_at=came.get(pk)) for pk in ids}


def list_known_templates(channel: Channel) -> list[Template]:
    """Every template that the provider has told us of, whatever its status."""
    return list(Template.objects.filter(business=channel.business_id, channel=channel).order_by("name"))
