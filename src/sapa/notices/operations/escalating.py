"""Telling the supervisor what waits much too long: each wait once."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business
from sapa.actions.queries import list_escalated
from sapa.notices.operations.telling import notify
from sapa.notices.types import NoticeKind


def tell_of_escalations(*, business: Business, now: datetime) -> int:
    """Tell whoever answers for it of every conversation that waits far beyond its target; answers how many were told."""
    return sum(
        notify(
            business=business,
            teammate_ids=[late.owner_id],
            kind=NoticeKind.ESCALATION,
            conversation=late.conversation,
            title=late.text,
            line=late.why,
            now=now,
            key=f"late:{late.evidence_key}",
        )
        for late in list_escalated(business, now=now)
    )
