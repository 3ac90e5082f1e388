"""What the worker does for this room, one shop at a time."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business
from sapa.automations.asking.operations import ask_by_surveys
from sapa.automations.operations import answer_after_hours


def answer_after_hours_task(*, business: Business, now: datetime) -> int:
    """Answer those who have just written while the shop is closed, where the owner wants it."""
    return answer_after_hours(business=business, now=now)


def ask_by_surveys_task(*, business: Business, base: str, now: datetime) -> int:
    """Ask whom it is time to ask, where a survey is switched on; `base` is Sapa's own address."""
    return ask_by_surveys(business=business, base=base, now=now)
