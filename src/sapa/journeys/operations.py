"""Marking the days on which something was changed."""

from __future__ import annotations

from datetime import date, datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.journeys.models import Marker
from sapa.lib.database import write


def mark_day(*, business: Business, day: date, label: str, by: Teammate | None, now: datetime) -> Marker:
    """Marks a day with what was changed; the same mark twice is one."""
    with write():
        marker, made = Marker.objects.get_or_create(
            business=business, day=day, label=label.strip()[:120], defaults={"by": by}
        )
        if made:
            _audit(marker, "marked", by, now)
    return marker


def unmark_day(*, business: Business, marker_id: int, by: Teammate | None, now: datetime) -> None:
    """Takes a mark back; one that is gone already is no error."""
    with write():
        marker = Marker.objects.filter(business=business, pk=marker_id).first()
        if marker is not None:
            _audit(marker, "unmarked", by, now)
            marker.delete()


def _audit(marker: Marker, verb: str, by: Teammate | None, now: datetime) -> None:
    """The shop's own words on the day stay in the trail, so that a mark can be put back."""
    record_audit(
        business=marker.business,
        by=by,
        verb=verb,
        object_kind="marker",
        object_id=str(marker.pk),
        data={"day": marker.day.isoformat(), "label": marker.label},
        now=now,
    )
