"""Marking the days on which something was changed; saying which road buyers are believed to take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.journeys.models import Belief, Marker
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


def believe(*, business: Business, steps: Sequence[str], by: Teammate | None, now: datetime) -> None:
    """Keeps the road that most buyers are believed to take, kinds of channel in order; none takes it back."""
    with write():
        before = Belief.objects.filter(business=business).first()
        if steps:
            Belief.objects.update_or_create(
                business=business, defaults={"steps": list(steps), "said_at": now, "by": by}
            )
        else:
            Belief.objects.filter(business=business).delete()
        record_audit(
            business=business,
            by=by,
            verb="believed",
            object_kind="road",
            object_id=str(business.pk),
            data={"before": before.steps if before else [], "after": list(steps)},
            now=now,
        )
