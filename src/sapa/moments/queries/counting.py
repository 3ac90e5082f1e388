"""The people of a moment: who reached it before and after the change, who went on, and who stands beside them.

Read from the facts, not from the copy: it is asked twice in the life of a trial, and names people one by one. What a registered metric
says is asked of the copy, week by week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sapa.accounts.models import Business
from sapa.analytics.queries import Copy, open_copy
from sapa.analytics.windows import Window, parameters
from sapa.moments.events import EVENTS, METRIC, TOPIC
from sapa.moments.models import Moment, Trial
from sapa.moments.queries.trials import pauses_of
from sapa.moments.rules.episodes import HISTORY, ONCE_IN, Reach, Span, count_days, thin, without
from sapa.moments.rules.plan import look_at
from sapa.moments.types import DayCount, Measure
from sapa.orders.models import Order
from sapa.orders.types import INVALID_STATUSES
from sapa.readings.models import Reading
from sapa.readings.types import TOPICS
from sapa.timeline.models import Touchpoint

_TROUBLE_KINDS = (
    "note.complaint",
    "order.returned",
    "order.cancelled",
    "shipment.problem",
    "shipment.returned",
)
_TROUBLE_INTENTS = ("complaint", "refund_return", "claim_warranty", "cancel")
_DEEDS: Mapping[str, tuple[str, ...]] = {
    Measure.PAYS: ("order.paid", "payment.paid"),
    Measure.WRITES: ("message.in",),
    Measure.REVIEWS: ("review.posted",),
    Measure.NO_TROUBLE: _TROUBLE_KINDS,
}

_Row = tuple[int, datetime, str, int | None]
"""A contact, when, the kind or topic, and the channel."""


@dataclass(frozen=True, slots=True)
class Counts:
    """By day: the people of the moment before and after the change, and those beside them on all days."""

    before: tuple[DayCount, ...]
    after: tuple[DayCount, ...]
    others: tuple[DayCount, ...] = ()


def count_people(trial: Trial, *, until: datetime) -> Counts:
    """Everybody who is seen whole by `until`. Raises ValueError for a trial that was not started."""
    span = span_of(trial, until)
    business, moment = trial.business, trial.moment
    if moment.measure.startswith(METRIC):
        return _count_metric(business, moment.measure.removeprefix(METRIC), span, until)
    reached, beside = _reaches(business, moment, span)
    deeds = _deeds(business, moment.measure, span)
    is_good = moment.measure != Measure.NO_TROUBLE
    counted = count_days(thin(reached), deeds, span, is_good=is_good)
    others = count_days(thin(without(beside, reached, span.follow)), deeds, span, is_good=is_good)
    return Counts(
        tuple(one for one in counted if one.day < 0),
        tuple(one for one in counted if one.day >= 0),
        tuple(others),
    )


def span_of(trial: Trial, until: datetime) -> Span:
    """The time of a trial as it is counted at `until`."""
    if trial.started_at is None:
        raise ValueError("a trial that was not started has no people")
    return Span(
        started_at=trial.started_at,
        look_at=until,
        pauses=tuple((since, end or until) for since, end in pauses_of(trial)),
        follow=timedelta(days=trial.moment.follow_days),
        zone=ZoneInfo(trial.business.timezone),
    )


def look_due(trial: Trial, day: int, now: datetime) -> datetime:
    """When the look of that day is due. Raises ValueError for a trial that was not started."""
    if trial.started_at is None:
        raise ValueError("a trial that was not started has no looks")
    return look_at(trial.started_at, pauses_of(trial), day, now)


def _reaches(business: Business, moment: Moment, span: Span) -> tuple[list[Reach], list[Reach]]:
    """Who reached the moment, and who stands beside: those on other channels where the change is for one, those
    with another question where it is about a question."""
    since = span.started_at - HISTORY - ONCE_IN
    mine: list[_Row]
    rest: list[_Row]
    if moment.event.startswith(TOPIC):
        rows = _asked(business, since, span.look_at)
        topic = moment.event.removeprefix(TOPIC)
        mine = [row for row in rows if row[2] == topic]
        rest = [row for row in rows if row[2] != topic]
    else:
        mine, rest = _touched(business, EVENTS[moment.event].kinds, since, span.look_at), []
    if moment.channel_id is not None:
        rest = [row for row in mine if row[3] != moment.channel_id]
        mine = [row for row in mine if row[3] == moment.channel_id]
    return [Reach(row[0], row[1]) for row in mine], [Reach(row[0], row[1]) for row in rest]


def _asked(business: Business, since: datetime, until: datetime) -> list[_Row]:
    found = Reading.objects.filter(
        business=business,
        intent__in=TOPICS,
        message__happened_at__gte=since,
        message__happened_at__lte=until,
        message__direction="in",
        message__identity__contact__isnull=False,
    )
    return list(
        found.values_list(
            "message__identity__contact_id",
            "message__happened_at",
            "intent",
            "message__conversation__channel_id",
        )
    )


def _touched(business: Business, kinds: Sequence[str], since: datetime, until: datetime) -> list[_Row]:
    found = Touchpoint.objects.filter(
        business=business,
        kind__in=kinds,
        happened_at__gte=since,
        happened_at__lte=until,
        identity__contact__isnull=False,
    )
    return list(found.values_list("identity__contact_id", "happened_at", "kind", "channel_id"))


def _deeds(business: Business, measure: str, span: Span) -> dict[int, list[datetime]]:
    since, until = span.started_at - HISTORY, span.look_at
    if measure == Measure.BUYS:
        rows = _bought(business, since, until)
    else:
        rows = [row[:2] for row in _touched(business, _DEEDS[measure], since, until)]
    if measure == Measure.NO_TROUBLE:
        rows += [
            (who, at)
            for who, at, intent, _channel in _asked(business, since, until)
            if intent in _TROUBLE_INTENTS
        ]
    deeds: dict[int, list[datetime]] = defaultdict(list)
    for contact_id, at in sorted(rows):
        deeds[contact_id].append(at)
    return deeds


def _bought(business: Business, since: datetime, until: datetime) -> list[tuple[int, datetime]]:
    found = Order.objects.filter(
        business=business, placed_at__gte=since, placed_at__lte=until, identity__contact__isnull=False
    ).exclude(status__in=INVALID_STATUSES)
    return list(found.values_list("identity__contact_id", "placed_at"))


def _count_metric(business: Business, key: str, span: Span, until: datetime) -> Counts:
    """A registered share by whole weeks (whose weekdays are alike), of days that had settled before the change, or after it by the look.

    What is younger is left out: what ends well is known sooner than what does not.
    """
    from sapa.metrics.queries import get_metric

    copy, settling = open_copy(business), get_metric(key).settles_after or 0
    weeks = HISTORY.days // 7
    before = [
        _metric_cell(business, copy, key, span, day, day + 6, until)
        for day in range(-7 * weeks - settling, -settling - 6, 7)
    ]
    last = (until.astimezone(span.zone).date() - span.start).days - 1 - settling
    after = [_metric_cell(business, copy, key, span, day, day + 6, until) for day in range(0, last - 5, 7)]
    return Counts(tuple(one for one in before if one.people), tuple(one for one in after if one.people))


def _metric_cell(
    business: Business, copy: Copy, key: str, span: Span, first: int, last: int, until: datetime
) -> DayCount:
    window = Window(span.start + timedelta(days=first), span.start + timedelta(days=last))
    rows: list[dict[str, Any]] = copy.ask(f"metric.{key}", parameters(business, window, until))
    counted = next((row for row in rows if not row["left_out"]), None)
    n = int(counted["n"]) if counted else 0
    hits = round(n * float(counted["mean"] or 0)) if counted else 0
    return DayCount(first, 0, n, hits)
