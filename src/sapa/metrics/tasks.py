"""Background entries of this room."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business
from sapa.metrics.shifts.operations import watch_shifts


def watch_shifts_task(*, business: Business, now: datetime) -> int:
    """Looks for shifts once a week; answers how many are new."""
    return len(watch_shifts(business=business, now=now))
