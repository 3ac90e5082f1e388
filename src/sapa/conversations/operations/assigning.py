"""Who answers a conversation: a teammate, a team, or nobody in particular."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sapa.accounts.models import AuditEntry, Business, Team, Teammate
from sapa.conversations.models import Conversation
from sapa.conversations.operations.deeds import change, hold
from sapa.lib.database import write


def assign(
    *,
    business: Business,
    conversations: Sequence[Conversation],
    teammate: Teammate | None,
    team: Team | None = None,
    by: Teammate | None,
    now: datetime,
) -> AuditEntry | None:
    """Hand conversations to a teammate, to a team, or (both None) to nobody; None where nothing changes."""
    with write():
        return change(
            business=business,
            rows=hold(business, conversations),
            values={"assignee_id": teammate.pk if teammate else None, "team_id": team.pk if team else None},
            verb="conversation.assigned",
            by=by,
            now=now,
        )
