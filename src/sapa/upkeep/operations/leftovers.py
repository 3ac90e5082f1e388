"""Files that nobody sent: their draft is gone, no planned message waits with them, and a week has passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sapa.accounts.models import Business
from sapa.conversations.models import Attachment
from sapa.gateway.models import ScheduledMessage
from sapa.knowledge.models import Answer
from sapa.lib.database import write
from sapa.lib.files import remove

KEPT_FOR = timedelta(days=7)
AT_ONCE = 200

_STILL_PLANNED = (ScheduledMessage.State.WAITING, ScheduledMessage.State.HELD)


def drop_left_files(*, business: Business, now: datetime) -> int:
    """Drop the oldest of them, at most `AT_ONCE`; returns how many. Bytes that something else has too stay."""
    with write():
        left = Attachment.objects.filter(
            business=business, message__isnull=True, draft__isnull=True, created_at__lte=now - KEPT_FOR
        ).exclude(pk__in=_planned(business))
        rows = dict(left.order_by("id").values_list("id", "stored_as")[:AT_ONCE])
        Attachment.objects.filter(pk__in=rows).delete()
    names = {name for name in rows.values() if name}
    remove(names - _in_use(names))
    return len(rows)


def _planned(business: Business) -> set[int]:
    planned = ScheduledMessage.objects.filter(business=business, state__in=_STILL_PLANNED)
    return {pk for content in planned.values_list("content", flat=True) for pk in content.get("files", ())}


def _in_use(names: set[str]) -> set[str]:
    """Files are stored by their content: one may be a message's, a draft's and an answer's at once."""
    sent = Attachment.objects.filter(stored_as__in=names).values_list("stored_as", flat=True)
    shown = Answer.objects.filter(picture__in=names).values_list("picture", flat=True)
    return {*sent, *shown}
