"""Entering what was spent, and taking it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.lib.database import write
from sapa.metrics.models import Spend
from sapa.metrics.spending.types import SpendGiven


def record_spends(
    *, business: Business, given: Sequence[SpendGiven], by: Teammate, now: datetime
) -> list[Spend]:
    """Keeps lines of spending, all or none; the same days, place and campaign again are no second line. Answers the new ones."""
    made = []
    with write():
        for one in given:
            spend, is_new = Spend.objects.get_or_create(
                business=business,
                since=one.since,
                to=one.to,
                channel=one.channel,
                campaign=one.campaign,
                defaults={"amount": one.amount, "by": by, "at": now},
            )
            if is_new:
                made.append(spend)
        if made:
            _audit(business, "spend.entered", [one.pk for one in made], by, now)
    return made


def drop_spend(*, spend: Spend, by: Teammate, now: datetime) -> None:
    """Takes one line away; what it said stays in the trail, so that it can be put back."""
    with write():
        kept = {
            "since": spend.since.isoformat(),
            "to": spend.to.isoformat(),
            "channel": spend.channel,
            "campaign": spend.campaign,
            "amount": spend.amount,
        }
        number = spend.pk
        spend.delete()
        _audit(spend.business, "spend.dropped", [number], by, now, kept)


def take_back_spends(*, business: Business, ids: Sequence[int], by: Teammate, now: datetime) -> None:
    """Lines that were entered together go together. Raises LookupError where none is left."""
    with write():
        gone, _by_table = Spend.objects.filter(business=business, pk__in=ids).delete()
        if not gone:
            raise LookupError(ids)
        _audit(business, "spend.taken_back", list(ids), by, now)


def _audit(
    business: Business,
    verb: str,
    ids: Sequence[int],
    by: Teammate,
    now: datetime,
    kept: dict[str, object] | None = None,
) -> None:
    record_audit(
        business=business,
        by=by,
        verb=verb,
        object_kind="spend",
        object_id=str(ids[0]),
        data={"ids": list(ids), **({"kept": kept} if kept else {})},
        now=now,
    )
