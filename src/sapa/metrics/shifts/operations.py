"""Keeping the shifts that were found, and putting them away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.analytics.windows import today
from sapa.lib.database import write
from sapa.metrics.models import Shift, Watched
from sapa.metrics.shifts.queries import find_shifts


def watch_shifts(*, business: Business, now: datetime) -> list[Shift]:
    """Looks once in each week of the shop, and keeps what moved; answers what is new.

    The week is marked in the same transaction: two workers tell nothing twice.
    """
    day = today(business, now)
    monday = day - timedelta(days=day.weekday())
    if Watched.objects.filter(business=business, week__gte=monday).exists():
        return []
    found = find_shifts(business, now=now)
    with write():
        watched = Watched.objects.filter(business=business).first()
        if watched is not None and watched.week >= monday:
            return []
        Watched.objects.update_or_create(business=business, defaults={"week": monday})
        kept = []
        for one in found:
            shift, is_new = Shift.objects.get_or_create(
                business=business,
                metric=one.metric,
                to=one.to,
                weeks=one.weeks,
                defaults={
                    "since": one.from_,
                    "before": one.before,
                    "after": one.after,
                    "before_n": one.before_n,
                    "after_n": one.after_n,
                    "is_up": one.is_up,
                    "odds": one.odds,
                    "found_at": now,
                },
            )
            if is_new:
                kept.append(shift)
        return kept


def dismiss_shift(*, shift: Shift, by: Teammate, now: datetime) -> None:
    """Puts a shift away for the whole team; done twice it is done once."""
    _set_aside(shift, by, now, "shift.put_away")


def bring_back_shift(*, shift: Shift, by: Teammate, now: datetime) -> None:
    """A shift that was put away is shown again."""
    _set_aside(shift, None, now, "shift.brought_back", told_by=by)


def _set_aside(
    shift: Shift, by: Teammate | None, now: datetime, verb: str, *, told_by: Teammate | None = None
) -> None:
    with write():
        wanted = Shift.objects.filter(pk=shift.pk, dismissed_at__isnull=by is not None)
        if not wanted.update(dismissed_at=now if by else None, dismissed_by=by):
            return
        record_audit(
            business=shift.business,
            by=by or told_by,
            verb=verb,
            object_kind="shift",
            object_id=str(shift.pk),
            data={"metric": shift.metric},
            now=now,
        )
