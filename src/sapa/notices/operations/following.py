"""From what came in to who is told: read behind a bookmark, by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from sapa.accounts.models import Business, TeamPlace
from sapa.conversations.models import Conversation, Message, Presence, Remark
from sapa.conversations.types import PRESENT_FOR
from sapa.lib.database import write
from sapa.notices.models import Bookmark
from sapa.notices.operations.telling import notify
from sapa.notices.queries import list_on_duty
from sapa.notices.rules import first_line, whom_to_tell
from sapa.notices.types import NoticeKind

AT_ONCE = 200
STALE = timedelta(minutes=15)
"""What came in longer ago, while Sapa was off, stands in the inbox and rings no phone."""

_HOLES = timedelta(seconds=3)
_SOURCE = {"messages": Message, "remarks": Remark}


def tell_of_news(*, business: Business, now: datetime) -> int:
    """Tells of new live messages and of mentions in remarks; answers how many notices that made."""
    return _tell_of_messages(business, now) + _tell_of_mentions(business, now)


def _tell_of_messages(business: Business, now: datetime) -> int:
    after = _read_up_to(business, "messages")
    found = Message.objects.filter(
        business=business, id__gt=after, direction=Message.Direction.IN, source=Message.Source.LIVE
    )
    rows = list(found.select_related("conversation", "identity__contact").order_by("id")[:AT_ONCE])
    if not rows:
        return 0
    told = sum(
        _tell_of_thread(business, said, now)
        for said in _by_thread(rows)
        if said[-1].happened_at > now - STALE
    )
    _turn_page(business, "messages", [(row.pk, row.learned_at) for row in rows], now)
    return told


def _by_thread(rows: Iterable[Message]) -> list[list[Message]]:
    threads: dict[int, list[Message]] = {}
    for row in rows:
        if not row.is_deleted:
            threads.setdefault(row.conversation_id, []).append(row)
    return list(threads.values())


def _tell_of_thread(business: Business, said: list[Message], now: datetime) -> int:
    last = said[-1]
    thread = last.conversation
    if thread.last_out_at is not None and thread.last_out_at > last.happened_at:
        return 0  # answered already, perhaps on the phone
    wanted = whom_to_tell(
        assignee=thread.assignee_id,
        team=_team(thread),
        on_duty=[mate.pk for mate in list_on_duty(business)],
        present=_present(thread, now),
    )
    with override("id"):
        title, line = _name(last), _line(last)
        if len(said) > 1:
            title = ngettext("%(name)s · %(n)d pesan", "%(name)s · %(n)d pesan", len(said)) % {
                "name": title,
                "n": len(said),
            }
    return notify(
        business=business,
        teammate_ids=wanted,
        kind=NoticeKind.MESSAGE,
        conversation=thread,
        title=title,
        line=line,
        now=now,
        key=f"message:{last.pk}",
    )


def _team(thread: Conversation) -> list[int]:
    if thread.team_id is None:
        return []
    places = TeamPlace.objects.filter(business=thread.business_id, team=thread.team_id)
    return list(places.order_by("teammate_id").values_list("teammate_id", flat=True))


def _present(thread: Conversation, now: datetime) -> set[int]:
    here = Presence.objects.filter(business=thread.business_id, conversation=thread, at__gt=now - PRESENT_FOR)
    return set(here.values_list("teammate_id", flat=True))


def _name(message: Message) -> str:
    identity = message.identity
    contact = identity.contact if identity else None
    found = (contact.name if contact else "") or (identity.name if identity else "")
    return found or message.conversation.title or (identity.value if identity else "") or _("Pelanggan")


def _line(message: Message) -> str:
    if message.text.strip():
        return first_line(message.text)
    kinds = [str(one.get("kind", "")) for one in message.media if isinstance(one, dict)]
    words = {"image": _("Foto"), "audio": _("Pesan suara"), "video": _("Video"), "sticker": _("Stiker")}
    return words.get(kinds[0], _("Berkas")) if kinds else _("Pesan baru")


def _tell_of_mentions(business: Business, now: datetime) -> int:
    after = _read_up_to(business, "remarks")
    rows = list(
        Remark.objects.filter(business=business, id__gt=after)
        .select_related("by", "conversation")
        .order_by("id")[:AT_ONCE]
    )
    if not rows:
        return 0
    told = sum(_tell_of_remark(business, row, now) for row in rows if row.mentions and not row.undone_at)
    _turn_page(business, "remarks", [(row.pk, row.at) for row in rows], now)
    return told


def _tell_of_remark(business: Business, remark: Remark, now: datetime) -> int:
    with override("id"):
        title = _("%(name)s menyebut Anda") % {"name": remark.by.name} if remark.by else _("Anda disebut")
    return notify(
        business=business,
        teammate_ids=[int(one) for one in remark.mentions if int(one) != remark.by_id],
        kind=NoticeKind.MENTION,
        conversation=remark.conversation,
        title=title,
        line=remark.text,
        now=now,
        key=f"remark:{remark.pk}",
    )


def _read_up_to(business: Business, name: str) -> int:
    """The last id that was read; a reader that is new begins with what comes next."""
    mark = Bookmark.objects.filter(business=business, name=name).first()
    if mark is not None:
        return mark.last_id
    last: int = (
        _SOURCE[name]._default_manager.filter(business=business).aggregate(last=Max("id"))["last"] or 0
    )
    with write():
        mark, _made = Bookmark.objects.get_or_create(business=business, name=name, defaults={"last_id": last})
    return mark.last_id


def _turn_page(business: Business, name: str, read: list[tuple[int, datetime]], now: datetime) -> None:
    """On PostgreSQL a smaller id may be committed after a larger one: the last seconds are read again, and the
    notices' keys keep anybody from being told twice."""
    holes = connection.vendor == "postgresql" and len(read) < AT_ONCE
    settled = [pk for pk, at in read if not holes or at < now - _HOLES]
    if settled:
        with write():
            Bookmark.objects.filter(business=business, name=name).update(last_id=max(settled))
