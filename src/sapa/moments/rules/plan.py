"""The days of a plan and of its looks, pauses taken off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = 7
"""A plan has seven days."""

Pauses = Sequence[tuple[datetime, datetime | None]]


def paused_for(pauses: Pauses, now: datetime) -> timedelta:
    """How long it has stood still by `now`."""
    return sum(((until or now) - since for since, until in pauses if since <= now), timedelta(0))


def day_of(started_at: datetime, pauses: Pauses, now: datetime, zone: ZoneInfo) -> int:
    """Which day of the plan it is, from 1: the shop's days, without those on which it stood still."""
    began = started_at.astimezone(zone).date()
    return (now.astimezone(zone).date() - began).days - paused_for(pauses, now).days + 1


def due_on(started_at: datetime, pauses: Pauses, day: int, now: datetime, zone: ZoneInfo) -> date:
    """On which of the shop's days a step of the plan is due."""
    began = started_at.astimezone(zone).date()
    return began + timedelta(days=day - 1 + paused_for(pauses, now).days)


def look_at(started_at: datetime, pauses: Pauses, day: int, now: datetime) -> datetime:
    """When the figures are looked at for the `day`-th time: so many days of running after the start."""
    return started_at + timedelta(days=day) + paused_for(pauses, now)
