"""What the worker does for this room, one shop at a time."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business
from sapa.automations.operations import answer_after_hours


def answer_after_hours_task(*, business: Business, now: datetime) -> int:
    """Answer those who have just written while the shop is closed, where the owner wants it."""
    return answer_after_hours(business=business, now=now)
