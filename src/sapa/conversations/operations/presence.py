"""Who has a conversation open just now, and who is writing in it."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import Conversation, Presence
from sapa.conversations.operations.stirs import note_stirs
from sapa.conversations.types import PRESENT_FOR
from sapa.lib.database import write

STATES = ("viewing", "typing", "gone")


def be_present(
    *, business: Business, conversation: Conversation, teammate: Teammate, state: str, now: datetime
) -> None:
    """A screen says that it is open: `state` is viewing, typing or gone. Others are told only where that is news.

    Raises ValueError for another state.
    """
    if state not in STATES:
        raise ValueError(f"{state} is no state of presence")
    with write():
        mine = Presence.objects.filter(business=business, conversation=conversation, teammate=teammate)
        known = mine.first()
        was = known.state if known and known.at > now - PRESENT_FOR else "gone"
        if state == "gone":
            mine.delete()
        else:
            Presence.objects.update_or_create(
                business=business,
                conversation=conversation,
                teammate=teammate,
                defaults={"state": state, "at": now},
            )
        if was != state:
            note_stirs(business=business, conversation_ids=[conversation.pk], what="presence", now=now)
