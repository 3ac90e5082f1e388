"""What the worker does for this room, one shop at a time."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business
from sapa.surveys.operations import take_replies


def take_replies_task(*, business: Business, now: datetime) -> int:
    """Read numbers that came in chats after a question."""
    return take_replies(business=business, now=now)
