"""From times to counts: who reached a moment, when that counts, and who went on from it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sapa.moments.types import DayCount

ONCE_IN = timedelta(days=30)
"""A person counts once in so long, before and after alike: whoever asks five times is still one person."""

HISTORY = timedelta(days=182)
"""How far back the line before is drawn: half a year has every weekday 26 times and most of a trend."""


class Reach(NamedTuple):
    """That somebody reached a moment."""

    contact_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """The time of one trial: when it started, until when it is looked at, its pauses, and how long people are followed."""

    started_at: datetime
    look_at: datetime
    pauses: tuple[tuple[datetime, datetime], ...]
    follow: timedelta
    zone: ZoneInfo

    @property
    def start(self) -> date:
        return self.started_at.astimezone(self.zone).date()

    def counts(self, at: datetime) -> bool:
        """Whether who reached the moment then is seen whole: before the change with all their days, or after it with all
        of them by the look; never in a pause."""
        if at + self.follow > self.look_at or at < self.started_at - HISTORY:
            return False
        if self.started_at - self.follow < at < self.started_at:
            return False
        return not any(since - self.follow < at < until for since, until in self.pauses)


def thin(reaches: Iterable[Reach]) -> list[Reach]:
    """Each person once in `ONCE_IN`, in order of time."""
    last: dict[int, datetime] = {}
    kept = []
    for reach in sorted(reaches, key=lambda one: (one.at, one.contact_id)):
        seen = last.get(reach.contact_id)
        if seen is None or reach.at - seen >= ONCE_IN:
            last[reach.contact_id] = reach.at
            kept.append(reach)
    return kept


def without(reaches: Iterable[Reach], others: Sequence[Reach], follow: timedelta) -> list[Reach]:
    """Those whose contact is not among `others` in the 30 days before, nor while they are followed."""
    times: dict[int, list[datetime]] = defaultdict(list)
    for other in sorted(others, key=lambda one: one.at):
        times[other.contact_id].append(other.at)
    return [
        one
        for one in reaches
        if not _within(times.get(one.contact_id, []), one.at - ONCE_IN, one.at + follow)
    ]


def _within(times: Sequence[datetime], since: datetime, until: datetime) -> bool:
    place = bisect_right(times, since)
    return place < len(times) and times[place] <= until


def count_days(
    reaches: Iterable[Reach], deeds: Mapping[int, Sequence[datetime]], span: Span, *, is_good: bool = True
) -> list[DayCount]:
    """By day of the shop, how many reached the moment and how many of them went on within the days of `span`.

    `deeds` are the times, in order, of what going on means, by contact; with `is_good` False they went on who did none of it.
    """
    people: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for reach in reaches:
        if span.counts(reach.at):
            did = _within(deeds.get(reach.contact_id, ()), reach.at, reach.at + span.follow)
            day = people[reach.at.astimezone(span.zone).date()]
            day[0] += 1
            day[1] += did is is_good
    return [
        DayCount(_day_of(on, span), on.weekday(), n, went_on) for on, (n, went_on) in sorted(people.items())
    ]


def _day_of(on: date, span: Span) -> int:
    return (on - span.start).days
