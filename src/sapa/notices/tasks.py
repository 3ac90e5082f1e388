"""What the worker does for this room, one shop at a time."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business
from sapa.notices.operations import (
    drop_old,
    send_due_mornings,
    send_due_pushes,
    tell_of_escalations,
    tell_of_news,
)


def tell_task(*, business: Business, now: datetime) -> int:
    """Tell teammates of what came in, and send what is due to their devices. Waits for push services."""
    told = tell_of_news(business=business, now=now)
    return told + send_due_pushes(business=business, now=now)


def mornings_task(*, business: Business, now: datetime) -> int:
    """Between eight and eleven: the e-mails of the morning that have not gone out. Waits for the mail server."""
    return send_due_mornings(business=business, now=now)


def drop_old_task(*, business: Business, now: datetime) -> int:
    """Once a day: notices that have been kept long enough go."""
    return drop_old(business=business, now=now)


def escalate_task(*, business: Business, now: datetime) -> int:
    """Once a minute: tell the supervisor what waits far beyond its target."""
    return tell_of_escalations(business=business, now=now)
