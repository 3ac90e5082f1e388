"""The shifts that were found: read without asking the copy anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sapa.accounts.models import Business
from sapa.metrics.models import Shift

SHOWN_FOR = timedelta(days=35)


def list_shifts(business: Business, *, now: datetime, everything: bool = False) -> list[Shift]:
    """The shifts of the last five weeks that nobody has put away, newest first; with `everything` those too."""
    rows = Shift.objects.filter(business=business, found_at__gt=now - SHOWN_FOR, found_at__lte=now)
    if not everything:
        rows = rows.filter(dismissed_at__isnull=True)
    return list(rows.order_by("-found_at", "odds", "id"))


def list_fresh_shifts(business: Business, *, since: datetime, now: datetime) -> list[Shift]:
    """What was found since a moment and not put away: what the next letter tells."""
    rows = Shift.objects.filter(business=business, found_at__gt=since, found_at__lte=now)
    return list(rows.filter(dismissed_at__isnull=True).order_by("odds", "id"))


def get_shift(business: Business, public_id: UUID | str) -> Shift:
    """Raises `Shift.DoesNotExist`."""
    return Shift.objects.get(business=business, public_id=public_id)
