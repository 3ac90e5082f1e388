"""What the copy knows of referrals, newest first, and of those who give them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sapa.analytics.questions import register

NEWEST = 200
MOST_ADVOCATES = 100


def _newest(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    rows = t.referral
    ordered = rows.order_by([rows.happened_at.desc(), rows.contact])
    return ordered.select("contact", "happened_at", "kind", "is_prompted", "is_by_buyer").limit(NEWEST)


def _advocates(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    given = t.referral.filter(t.referral.is_by_buyer)
    found = given.group_by("contact").aggregate(
        unasked=(~given.is_prompted).sum(), asked=given.is_prompted.sum(), last_at=given.happened_at.max()
    )
    return found.order_by([found.unasked.desc(), found.last_at.desc(), found.contact]).limit(MOST_ADVOCATES)


def _counts(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    rows = t.referral
    return rows.aggregate(
        unasked=(rows.is_by_buyer & ~rows.is_prompted).sum(),
        asked=(rows.is_by_buyer & rows.is_prompted).sum(),
        arrived=(rows.kind == "arrival").sum(),
    )


register("referrals.newest", _newest)
register("referrals.advocates", _advocates)
register("referrals.counts", _counts)
