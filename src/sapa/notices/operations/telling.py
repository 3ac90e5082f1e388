"""Telling teammates something: one notice each, and a push to each of their devices."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import Conversation
from sapa.lib.database import write
from sapa.lib.ids import short_id
from sapa.lib.inserting import insert_rows
from sapa.notices.models import Device, Notice, Push
from sapa.notices.queries import list_listening
from sapa.notices.rules import first_line
from sapa.notices.types import NoticeKind

_KEPT = {NoticeKind.MESSAGE: timedelta(days=2), NoticeKind.TEST: timedelta(days=2)}
_KEPT_OTHERS = timedelta(days=90)


def notify(
    *,
    business: Business,
    teammate_ids: Iterable[int],
    kind: NoticeKind | str,
    conversation: Conversation | None = None,
    title: str,
    line: str,
    now: datetime,
    key: str = "",
) -> int:
    """Tell these teammates; answers how many were told that had not been told this (`key`) before.

    Who wants no such notices is left out; in somebody's quiet hours the notice is kept and no device is woken. Of a
    message only devices tell: it stands in the inbox anyway, so nothing is kept for who has none.
    """
    kind = NoticeKind(kind)
    wanted = list(dict.fromkeys(teammate_ids))
    listening = list_listening(business, wanted, kind=kind, now=now)
    if kind is NoticeKind.MESSAGE:
        wanted = [one for one in wanted if listening.devices.get(one)]
    wanted = [one for one in wanted if one not in listening.unwilling]
    key = key or f"{kind}:{short_id(12)}"
    with write():
        told = _keep(business, wanted, kind, conversation, title, line, now, key)
        _put_pushes(business, told, listening.devices, now)
    return len(told)


def _keep(
    business: Business,
    teammate_ids: Collection[int],
    kind: NoticeKind,
    conversation: Conversation | None,
    title: str,
    line: str,
    now: datetime,
    key: str,
) -> list[Notice]:
    mine = list(
        Teammate.objects.filter(business=business, is_active=True, id__in=teammate_ids).values_list(
            "id", flat=True
        )
    )
    before = set(
        Notice.objects.filter(business=business, key=key, teammate__in=mine).values_list(
            "teammate_id", flat=True
        )
    )
    insert_rows(
        Notice,
        [
            {
                "business_id": business.pk,
                "teammate_id": one,
                "kind": str(kind),
                "key": key[:80],
                "conversation_id": conversation.pk if conversation else None,
                "title": first_line(title)[:200],
                "line": first_line(line),
                "created_at": now,
            }
            for one in mine
            if one not in before
        ],
    )
    found = Notice.objects.filter(business=business, key=key[:80], teammate__in=set(mine) - before)
    return list(found.order_by("id"))


def _put_pushes(
    business: Business, notices: Iterable[Notice], devices: dict[int, list[Device]], now: datetime
) -> None:
    insert_rows(
        Push,
        [
            {"business_id": business.pk, "notice_id": notice.pk, "device_id": device.pk, "next_try_at": now}
            for notice in notices
            for device in devices.get(notice.teammate_id, ())
        ],
    )


def mark_read(*, teammate: Teammate, public_id: UUID | str, now: datetime) -> Notice:
    """A teammate has seen one of their notices. Raises `Notice.DoesNotExist`."""
    with write():
        notice = Notice.objects.select_related("conversation").get(
            business=teammate.business, teammate=teammate, public_id=public_id
        )
        if notice.read_at is None:
            notice.read_at = now
            notice.save(update_fields=["read_at"])
        return notice


def mark_all_read(*, teammate: Teammate, now: datetime) -> int:
    """A teammate has seen all of their notices; answers how many were new."""
    with write():
        mine = Notice.objects.filter(business=teammate.business, teammate=teammate, read_at__isnull=True)
        return mine.update(read_at=now)


def drop_old(*, business: Business, now: datetime) -> int:
    """Notices are kept for 90 days, those of messages (which the inbox holds) for two."""
    old = Notice.objects.filter(business=business, created_at__lt=now - _KEPT_OTHERS)
    short = Notice.objects.filter(
        business=business,
        kind__in=[str(kind) for kind in _KEPT],
        created_at__lt=now - min(_KEPT.values()),
    )
    with write():
        return sum(found.delete()[0] for found in (old, short))
