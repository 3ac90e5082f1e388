"""What a month would cost on a channel whose messages are paid for, from what the shop has written there so far.

Counted are the shop's own messages of the last 90 days, in stretches of 30 days back from now. One written within the
window after the customer's last word would be a service message, any other one a template.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.conversations.models import Conversation, Message
from sapa.gateway.dispatch.prices import PriceTable

STRETCH = timedelta(days=30)
STRETCHES = 3
WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Volume:
    """The shop's messages of one month: `inside` within the window after the customer's last word, `outside` later."""

    inside: int
    outside: int


@dataclass(frozen=True, slots=True)
class Written:
    """What the shop wrote: one volume for each stretch of 30 days, newest first; `days` is how far back that goes.

    Below 30 days the one stretch is stretched to a month, so its bounds are rough.
    """

    volumes: tuple[Volume, ...]
    days: int

    @property
    def is_rough(self) -> bool:
        return len(self.volumes) < 2


@dataclass(frozen=True, slots=True)
class MonthEstimate:
    """What a month would cost in minor units. `low` and `high` are the bounds; `as_promotion` is `high` if everything outside
    the window were marketing. `typical` is the mean month.
    """

    low: int
    high: int
    as_promotion: int
    typical: Volume


def count_written(business: Business, kind: str, *, now: datetime) -> Written:
    """How much the shop wrote on a kind of channel in the last 90 days, imported or live, what failed left out."""
    threads = Conversation.objects.filter(
        channel__in=Channel.objects.filter(business=business, kind=kind).values("id")
    )
    since = now - STRETCH * STRETCHES
    sent = Message.objects.filter(
        conversation__in=threads.values("id"),
        direction=Message.Direction.OUT,
        happened_at__gt=since,
        happened_at__lte=now,
    ).exclude(send_status__in=("failed", "cancelled"))
    first = sent.aggregate(first=Min("happened_at"))["first"]
    if first is None:
        return Written((), 0)
    days = max(1, math.ceil((now - first) / timedelta(days=1)))
    volumes = _count(sent, now, max(1, days // STRETCH.days))
    if days < STRETCH.days:
        factor = STRETCH.days / days
        volumes = [Volume(round(one.inside * factor), round(one.outside * factor)) for one in volumes]
    return Written(tuple(volumes), min(days, STRETCH.days * STRETCHES))


def _count(sent: QuerySet[Message], now: datetime, stretches: int) -> list[Volume]:
    heard = Message.objects.filter(
        conversation=OuterRef("conversation"),
        direction=Message.Direction.IN,
        happened_at__lte=OuterRef("happened_at"),
        happened_at__gt=OuterRef("happened_at") - WINDOW,
    )
    volumes = []
    for at in range(stretches):
        part = sent.filter(happened_at__gt=now - STRETCH * (at + 1), happened_at__lte=now - STRETCH * at)
        counted = part.annotate(is_inside=Exists(heard)).aggregate(
            all=Count("id"), inside=Count("id", filter=Q(is_inside=True))
        )
        volumes.append(Volume(counted["inside"], counted["all"] - counted["inside"]))
    return volumes


def estimate_month(volumes: Sequence[Volume], table: PriceTable) -> MonthEstimate | None:
    """The bounds are the quietest and the busiest month; of a single one, two standard deviations of a count (Poisson).

    None where nothing was written.
    """
    if not volumes:
        return None
    bounds = list(volumes) if len(volumes) > 1 else [_shifted(volumes[0], -2), _shifted(volumes[0], 2)]
    costs = [_cost(one, table, table.utility) for one in bounds]
    promoted = [_cost(one, table, table.marketing) for one in bounds]
    typical = Volume(
        round(sum(one.inside for one in volumes) / len(volumes)),
        round(sum(one.outside for one in volumes) / len(volumes)),
    )
    return MonthEstimate(min(costs), max(costs), max(promoted), typical)


def _shifted(volume: Volume, deviations: int) -> Volume:
    inside, outside = (max(0, round(n + deviations * math.sqrt(n))) for n in (volume.inside, volume.outside))
    return Volume(inside, outside)


def _cost(volume: Volume, table: PriceTable, template: int) -> int:
    return max(0, volume.inside - table.free_service_a_month) * table.service + volume.outside * template
