"""What teammates say to one another beside a thread; the customer never sees it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.conversations.models import Conversation, Remark
from sapa.conversations.operations.stirs import note_stirs
from sapa.lib.database import write

LONGEST = 10_000


def add_remark(
    *,
    business: Business,
    conversation: Conversation,
    text: str,
    mentions: Iterable[int] = (),
    by: Teammate | None,
    now: datetime,
) -> Remark:
    """A remark for the team; `mentions` are ids of teammates. Raises ValueError for an empty one."""
    if not text.strip():
        raise ValueError("a remark has words")
    with write():
        remark = Remark.objects.create(
            business=business,
            conversation=conversation,
            text=text.strip()[:LONGEST],
            mentions=sorted(set(mentions)),
            by=by,
            at=now,
        )
        _tell(remark, "remark.written", by, now)
        return remark


def take_back(*, business: Business, remark_id: int, by: Teammate | None, now: datetime) -> None:
    """A remark is hidden. Raises Remark.DoesNotExist for what is none, or was taken back before."""
    with write():
        remark = Remark.objects.get(business=business, pk=remark_id, undone_at__isnull=True)
        remark.undone_at = now
        remark.save(update_fields=["undone_at"])
        _tell(remark, "remark.taken_back", by, now)


def _tell(remark: Remark, verb: str, by: Teammate | None, now: datetime) -> None:
    business = remark.business
    note_stirs(business=business, conversation_ids=[remark.conversation_id], what="remark", now=now)
    record_audit(business=business, by=by, verb=verb, object_kind="remark", object_id=str(remark.pk), now=now)
