"""Marking the days on which something was changed."""

from __future__ import annotations

from datetime import date

from sapa.accounts.models import Business, Teammate
from sapa.journeys.models import Marker
from sapa.lib.database import write


def mark_day(*, business: Business, day: date, label: str, by: Teammate | None) -> Marker:
    """Marks a day with what was changed; the same mark twice is one."""
    with write():
        marker, _made = Marker.objects.get_or_create(
            business=business, day=day, label=label.strip()[:120], defaults={"by": by}
        )
    return marker


def unmark_day(*, business: Business, marker_id: int) -> None:
    """Takes a mark back; one that is gone already is no error."""
    with write():
        Marker.objects.filter(business=business, pk=marker_id).delete()
