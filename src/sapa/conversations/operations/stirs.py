"""What changed on open screens, in order, so that they can follow it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from sapa.accounts.models import Business
from sapa.conversations.models import Stir
from sapa.lib.database import write
from sapa.lib.inserting import insert_rows

KEPT = timedelta(minutes=15)
LISTENED = "sapa_stir"
"""The PostgreSQL channel on which a stir is told at once; its message is the id of the business."""


def note_stirs(
    *, business: Business, conversation_ids: Iterable[int | None], what: str, now: datetime
) -> None:
    """Tell open screens that these conversations changed, in the transaction of the change; None is the whole shop.

    `what` is message, status, state, presence, remark or channel. One row a conversation, however often it is named.
    """
    wanted = dict.fromkeys(conversation_ids)
    if not wanted:
        return
    with write():
        insert_rows(
            Stir,
            [
                {"business_id": business.pk, "conversation_id": one, "what": what[:10], "at": now}
                for one in wanted
            ],
        )
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, %s)", [LISTENED, str(business.pk)])


def drop_old_stirs(*, business: Business, now: datetime) -> int:
    """Stirs of a while ago go: a screen that was away longer draws itself anew. Answers how many went."""
    with write():
        return Stir.objects.filter(business=business, at__lt=now - KEPT).delete()[0]
