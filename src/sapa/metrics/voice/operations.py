"""Deciding what to do about what customers said, and looking at it again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.lib.database import write
from sapa.metrics.models import Resolve


def record_resolve(
    *,
    business: Business,
    week: date,
    topic: str,
    text: str,
    owner: Teammate | None,
    until: date,
    by: Teammate,
    now: datetime,
) -> Resolve:
    """Keeps a decision about a week: what we do, who does it, until when."""
    with write():
        resolve = Resolve.objects.create(
            business=business,
            week=week,
            topic=topic,
            text=text.strip(),
            owner=owner,
            until=until,
            by=by,
            at=now,
        )
        _audit(resolve, "resolve.made", by, now, {})
    return resolve


def settle_resolve(*, resolve: Resolve, outcome: str, by: Teammate, now: datetime) -> None:
    """Says what became of a decision. Raises ValueError for an outcome that there is not."""
    before = {"outcome": resolve.outcome, "looked_at": resolve.looked_at and resolve.looked_at.isoformat()}
    with write():
        resolve.outcome, resolve.looked_at = Resolve.Outcome(outcome), now
        resolve.save(update_fields=["outcome", "looked_at"])
        _audit(resolve, "resolve.settled", by, now, {"before": before, "after": resolve.outcome})


def take_back_resolve(
    *, business: Business, resolve_id: int, verb: str, entry_data: dict[str, Any], by: Teammate, now: datetime
) -> None:
    """Takes back what `resolve.made` or `resolve.settled` did. Raises LookupError where it was changed again since."""
    with write():
        resolve = Resolve.objects.filter(business=business, pk=resolve_id, undone_at__isnull=True).first()
        if resolve is None:
            raise LookupError(resolve_id)
        if verb == "resolve.made":
            resolve.undone_at = now
        elif resolve.outcome != entry_data["after"]:
            raise LookupError(resolve_id)
        else:
            looked_at = entry_data["before"]["looked_at"]
            resolve.outcome = entry_data["before"]["outcome"]
            resolve.looked_at = datetime.fromisoformat(looked_at) if looked_at else None
        resolve.save(update_fields=["undone_at", "outcome", "looked_at"])
        _audit(resolve, "resolve.put_back", by, now, {})


def _audit(resolve: Resolve, verb: str, by: Teammate, now: datetime, data: dict[str, Any]) -> None:
    record_audit(
        business=resolve.business,
        by=by,
        verb=verb,
        object_kind="resolve",
        object_id=str(resolve.pk),
        data=data,
        now=now,
    )
