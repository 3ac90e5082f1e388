"""By when somebody who waits should be answered: the channel's target or the shop's, shortened where it is urgent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sapa.lib.hours import Calendar, add_open_minutes, open_minutes_between

LEAST_MINUTES = 5
WHOLE = 100


class Urgency(StrEnum):
    """Why somebody cannot wait as long as others: something is wrong, or they are about to buy. The stronger first."""

    COMPLAINT = "complaint"
    HOT = "hot"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Targets:
    """What a shop has set. `urgent_percent` is how much of the target is left where it is urgent.

    `after_sales_minutes` (None: as everybody else) holds for who has bought and needs help with it.
    """

    minutes: int
    urgent_percent: int
    escalate_percent: int
    after_sales_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Waited:
    """How long somebody has been waiting: in business hours, and on the wall clock."""

    open_for: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Due:
    """By when a conversation should be answered; `target_minutes` are of business hours."""

    at: datetime
    target_minutes: int
    is_late: bool
    urgency: Urgency
    waited: Waited


def measure_wait(calendar: Calendar, since: datetime, now: datetime) -> Waited:
    """The wait of who has been waiting since a moment."""
    whole = max(now - since, timedelta(0))
    return Waited(timedelta(minutes=open_minutes_between(calendar, since, now)), whole)


def urgency_of(*, complains: bool, is_hot: bool) -> Urgency:
    """How urgent it is. `complains`: a person is needed, a complaint is open, or the words are angry."""
    if complains:
        return Urgency.COMPLAINT
    return Urgency.HOT if is_hot else Urgency.NONE


def target_minutes(
    targets: Targets, *, channel_minutes: int | None, urgency: Urgency, is_after_sales: bool
) -> int:
    """The target of one wait in business minutes, never below `LEAST_MINUTES` (a shorter one of the shop's own stays)."""
    base = targets.minutes if channel_minutes is None else channel_minutes
    if is_after_sales and targets.after_sales_minutes is not None:
        base = targets.after_sales_minutes
    if urgency is Urgency.NONE:
        return base
    return min(base, max(LEAST_MINUTES, round(base * targets.urgent_percent / WHOLE)))


def escalates_at(calendar: Calendar, since: datetime, target: int, escalate_percent: int) -> datetime:
    """When a wait is so long that the supervisor should know."""
    return add_open_minutes(calendar, since, target * escalate_percent / WHOLE)
