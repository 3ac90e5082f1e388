"""What a teammate decides of a message: send it again, it did arrive, leave it."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Teammate
from sapa.accounts.operations import record_audit
from sapa.conversations.models import Message
from sapa.conversations.operations import note_stirs
from sapa.gateway.contract import Failure
from sapa.gateway.dispatch.outcomes import forget_touchpoint, release, touch, wait_again
from sapa.gateway.models import Dispatch
from sapa.lib.database import write
from sapa.timeline.operations import Happening, record_touchpoints

_MAY_RETRY = (Dispatch.State.FAILED, Dispatch.State.CANCELLED)


def retry(*, dispatch: Dispatch, by: Teammate | None, now: datetime) -> bool:
    """The same message once more: one that failed, was cancelled, or is held behind another. False where it is none of these.

    What is uncertain is decided by `settle_uncertain`.
    """
    with write():
        held = Dispatch.objects.filter(
            pk=dispatch.pk, state=Dispatch.State.QUEUED, failure=Failure.HELD.value
        )
        if held.update(failure="", due_at=now):
            return _told(dispatch, "retried", by, now)
        if not _queue(dispatch, _MAY_RETRY, now):
            return False
        return _told(dispatch, "retried", by, now)


def _queue(dispatch: Dispatch, states: tuple[str, ...], now: datetime) -> bool:
    found = Dispatch.objects.filter(pk=dispatch.pk, state__in=states)
    if not found.update(state=Dispatch.State.QUEUED, failure="", tries=0, due_at=now, taken_at=None):
        return False
    Message.objects.filter(pk=dispatch.message_id).update(send_status="queued")
    _record_again(dispatch, now)
    return True


def _record_again(dispatch: Dispatch, now: datetime) -> None:
    message, thread = dispatch.message, dispatch.message.conversation
    if thread.identity_id is None:
        return
    again = Happening(
        identity_id=thread.identity_id,
        kind="message.out",
        at=message.happened_at,
        source_kind="message",
        source_key=str(message.pk),
        channel_id=thread.channel_id,
        measures={"automatic": True} if message.is_automatic else {},
    )
    record_touchpoints(business=dispatch.business, happenings=[again], now=now)


def settle_uncertain(*, dispatch: Dispatch, was_sent: bool, by: Teammate | None, now: datetime) -> bool:
    """A teammate has looked at the provider's own screen: the message is there, or it is sent once more.

    False where it is not uncertain any more.
    """
    with write():
        if not was_sent:
            if not _queue(dispatch, (Dispatch.State.UNCERTAIN,), now):
                return False
            release(dispatch)
            return _told(dispatch, "settled_as_unsent", by, now)
        found = Dispatch.objects.filter(pk=dispatch.pk, state=Dispatch.State.UNCERTAIN)
        if not found.update(state=Dispatch.State.SENT, sent_at=dispatch.taken_at or now, failure=""):
            return False
        Message.objects.filter(pk=dispatch.message_id, send_status="uncertain").update(send_status="sent")
        release(dispatch)
        return _told(dispatch, "settled_as_sent", by, now)


def cancel(*, dispatch: Dispatch, by: Teammate | None, now: datetime) -> bool:
    """The message is not sent (any more): one that waits or has failed. False where it is on its way or gone already."""
    states = (Dispatch.State.QUEUED, Dispatch.State.FAILED)
    with write():
        found = Dispatch.objects.filter(pk=dispatch.pk, state__in=states)
        if not found.update(state=Dispatch.State.CANCELLED, failure=""):
            return False
        Message.objects.filter(pk=dispatch.message_id).update(send_status="cancelled")
        release(dispatch)
        forget_touchpoint(dispatch)
        wait_again(dispatch)
        return _told(dispatch, "cancelled", by, now)


def _told(dispatch: Dispatch, verb: str, by: Teammate | None, now: datetime) -> bool:
    business, thread = dispatch.business, dispatch.message.conversation_id
    dispatch.refresh_from_db()
    record_audit(
        business=business, by=by, verb=verb, object_kind="dispatch", object_id=str(dispatch.pk), now=now
    )
    touch(dispatch)
    note_stirs(business=business, conversation_ids=[thread], what="status", now=now)
    return True
