"""Replies that wait for their time: when due they are sent as any other, or held with the reason where a guard says no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.conversations.models import Attachment, Conversation, Message
from sapa.conversations.operations import note_stirs
from sapa.gateway.contract import Failure
from sapa.gateway.dispatch.composing import send_message
from sapa.gateway.dispatch.queries import find_capabilities, get_sendability
from sapa.gateway.dispatch.types import CannotSendError
from sapa.gateway.dispatch.words import say_failure
from sapa.gateway.models import ScheduledMessage
from sapa.lib.database import write
from sapa.lib.kept import NUMBER, kept

_AT_ONCE = 50


def schedule_message(
    *,
    business: Business,
    conversation: Conversation,
    text: str,
    send_at: datetime,
    by: Teammate | None,
    now: datetime,
    files: Sequence[Attachment] = (),
    template: Mapping[str, Any] | None = None,
    reply_to: Message | None = None,
    purpose: str = "service",
) -> ScheduledMessage:
    """A reply for later. Whether it may go is judged when it is due; `warn_of_window` says what can be foreseen.

    Raises `CannotSendError` for an empty one and for a channel that never sends.
    """
    if not (text.strip() or files or template):
        raise CannotSendError(Failure.EMPTY, say_failure(Failure.EMPTY))
    if find_capabilities(conversation.channel) is None:
        raise CannotSendError(Failure.IMPORT_ONLY, say_failure(Failure.IMPORT_ONLY))
    file_ids = [one.pk for one in files]
    content = {
        "files": file_ids,
        "template": dict(template) if template else None,
        "reply_to": reply_to.pk if reply_to else None,
        "purpose": purpose,
    }
    with write():
        row = ScheduledMessage.objects.create(
            business=business,
            conversation=conversation,
            text=text,
            content=content,
            send_at=max(send_at, now),
            by=by,
            created_at=now,
        )
        Attachment.objects.filter(pk__in=file_ids, business=business).update(draft=None)
        _tell(row, "scheduled", by, now)
    return row


def warn_of_window(conversation: Conversation, *, send_at: datetime, now: datetime) -> str:
    """A sentence where the window will have closed by then; empty where nothing is foreseen."""
    closes_at = get_sendability(conversation, now=now).closes_at
    return say_window(closes_at, send_at=send_at, zone=ZoneInfo(conversation.business.timezone))


def say_window(closes_at: datetime | None, *, send_at: datetime, zone: ZoneInfo) -> str:
    """As `warn_of_window` of a thread whose window is known."""
    if closes_at is None or send_at < closes_at:
        return ""
    return _("Waktu membalas ditutup %(at)s, sebelum pesan ini terkirim. Pilih waktu yang lebih awal.") % {
        "at": f"{closes_at.astimezone(zone):%d/%m %H.%M}"
    }


def cancel_scheduled(*, scheduled: ScheduledMessage, by: Teammate | None, now: datetime) -> bool:
    """It will not be sent; False where it was sent already."""
    states = (ScheduledMessage.State.WAITING, ScheduledMessage.State.HELD)
    return _change(scheduled, states, {"state": ScheduledMessage.State.CANCELLED}, "unscheduled", by, now)


def reschedule(*, scheduled: ScheduledMessage, send_at: datetime, by: Teammate | None, now: datetime) -> bool:
    """Another time for one that waits, is held, or was cancelled; False where it was sent already."""
    states = (
        ScheduledMessage.State.WAITING,
        ScheduledMessage.State.HELD,
        ScheduledMessage.State.CANCELLED,
    )
    values = {"state": ScheduledMessage.State.WAITING, "send_at": max(send_at, now), "why": ""}
    return _change(scheduled, states, values, "rescheduled", by, now)


def _change(
    scheduled: ScheduledMessage,
    states: Sequence[str],
    values: Mapping[str, Any],
    verb: str,
    by: Teammate | None,
    now: datetime,
) -> bool:
    with write():
        found = ScheduledMessage.objects.filter(pk=scheduled.pk, state__in=states)
        if not found.update(**values):
            return False
        scheduled.refresh_from_db()
        _tell(scheduled, verb, by, now)
    return True


def _tell(row: ScheduledMessage, verb: str, by: Teammate | None, now: datetime) -> None:
    record_audit(
        business=row.business,
        by=by,
        verb=verb,
        object_kind="scheduled_message",
        object_id=str(row.pk),
        now=now,
    )
    note_stirs(business=row.business, conversation_ids=[row.conversation_id], what="state", now=now)


def send_scheduled(*, now: datetime) -> int:
    """Those that are due go into the outbox, each once; one that may not go is held and says why. Answers how many."""
    due = ScheduledMessage.objects.filter(state=ScheduledMessage.State.WAITING, send_at__lte=now)
    rows = due.select_related("business", "by", "conversation__channel__business").order_by("send_at", "id")
    return sum(_send(row, now) for row in rows[:_AT_ONCE])


def _send(row: ScheduledMessage, now: datetime) -> bool:
    waiting = ScheduledMessage.objects.filter(pk=row.pk, state=ScheduledMessage.State.WAITING)
    try:
        with write():
            if not waiting.update(state=ScheduledMessage.State.SENT):
                return False
            dispatch = send_message(
                business=row.business,
                conversation=row.conversation,
                text=row.text,
                files=_files(row),
                template=row.content.get("template"),
                reply_to=_quoted(row),
                by=row.by,
                idempotency_key=f"scheduled:{row.public_id}",
                now=now,
                purpose=row.content.get("purpose", "service"),
            )
            ScheduledMessage.objects.filter(pk=row.pk).update(message=dispatch.message)
            return True
    except CannotSendError as refusal:
        return _hold(row, refusal, now)


def _hold(row: ScheduledMessage, refusal: CannotSendError, now: datetime) -> bool:
    values: dict[str, Any] = {"state": ScheduledMessage.State.HELD, "why": refusal.code.value}
    if refusal.not_before is not None:
        values = {"send_at": refusal.not_before, "why": refusal.code.value}
    with write():
        found = ScheduledMessage.objects.filter(pk=row.pk, state=ScheduledMessage.State.WAITING)
        if not found.update(**values):
            return False
        note_stirs(business=row.business, conversation_ids=[row.conversation_id], what="state", now=now)
    return True


def _files(row: ScheduledMessage) -> list[Attachment]:
    wanted = row.content.get("files", [])
    found = {one.pk: one for one in Attachment.objects.filter(business=row.business_id, pk__in=wanted)}
    return [found[pk] for pk in wanted if pk in found]


def _quoted(row: ScheduledMessage) -> Message | None:
    wanted = row.content.get("reply_to")
    return Message.objects.filter(business=row.business_id, pk=wanted).first() if wanted else None


def list_scheduled(conversation: Conversation) -> list[ScheduledMessage]:
    """What waits for its time in a thread, or is held, the soonest first."""
    return _scheduled(conversation=conversation.pk)


@kept(conversation=NUMBER)
def _scheduled(conversation: Any) -> QuerySet[ScheduledMessage]:
    states = (ScheduledMessage.State.WAITING, ScheduledMessage.State.HELD)
    found = ScheduledMessage.objects.filter(conversation_id=conversation, state__in=states)
    return found.select_related("by").order_by("send_at", "id")
