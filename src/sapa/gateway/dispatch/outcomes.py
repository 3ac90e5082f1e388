"""What became of a try to send, written down: the row, the message, the log, and those who waited behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sapa.channels.operations import mark_broken
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Conversation, Message
from sapa.conversations.operations import note_stirs
from sapa.conversations.rules import NEVER_ARRIVED
from sapa.gateway.contract import Failed, Failure, SendResult, Sent, Uncertain
from sapa.gateway.digest import digest_events
from sapa.gateway.dispatch.rules import WAITS_FOR_THE_CHANNEL, next_delay
from sapa.gateway.models import Dispatch, DispatchTry
from sapa.gateway.receipts import settle_receipts
from sapa.gateway.types import ChannelRef, ConversationMoved
from sapa.lib.database import write
from sapa.timeline.models import Touchpoint

UNSENT = ("queued", "uncertain", "failed", "cancelled", "")
_ON_ITS_WAY = (Dispatch.State.TAKEN, Dispatch.State.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result in the terms of the outbox: the new values of the row, and the line of the log."""

    state: str
    log: str
    code: str = ""
    detail: str = ""
    due_in: timedelta | None = None
    counts: bool = True


def store_result(*, dispatch: Dispatch, result: SendResult, now: datetime, took_ms: int = 0) -> None:
    """Writes down what the provider answered, once: a row that somebody has decided about meanwhile stays as it is."""
    with write():
        outcome = _judge(dispatch, result)
        if not _move(dispatch, outcome, result, now):
            return
        DispatchTry.objects.create(
            business=dispatch.business,
            dispatch=dispatch,
            at=now,
            outcome=outcome.log,
            code=outcome.code[:60],
            detail=outcome.detail[:300],
            took_ms=took_ms,
        )
        _follow(dispatch, outcome, result, now)


def _judge(dispatch: Dispatch, result: SendResult) -> Outcome:
    state = Dispatch.State
    if isinstance(result, Sent):
        return Outcome(state.SENT, "sent")
    if isinstance(result, Uncertain):
        return Outcome(state.UNCERTAIN, "uncertain", detail=result.detail)
    if result.code in WAITS_FOR_THE_CHANNEL:
        return Outcome(state.QUEUED, "retry", result.code, result.detail, timedelta(), counts=False)
    if isinstance(result, Failed):
        if result.new_recipient and not dispatch.content.get("moved"):
            return Outcome(state.QUEUED, "retry", result.code, result.detail, timedelta())
        return Outcome(state.FAILED, "failed", result.code, result.detail)
    delay = next_delay(result.code, dispatch.tries + 1, result.after)
    if delay is None:
        return Outcome(state.FAILED, "failed", result.code, result.detail)
    return Outcome(state.QUEUED, "retry", result.code, result.detail, delay)


def _move(dispatch: Dispatch, outcome: Outcome, result: SendResult, now: datetime) -> bool:
    values: dict[str, Any] = {"state": outcome.state, "failure": outcome.code}
    values["tries"] = dispatch.tries + (1 if outcome.counts else 0)
    content = dict(dispatch.content)
    if outcome.due_in is not None:
        values |= {"due_at": now + outcome.due_in, "taken_at": None}
    if isinstance(result, Failed) and result.new_recipient and outcome.state == Dispatch.State.QUEUED:
        values["recipient"] = result.new_recipient[:255]
        content["moved"] = True
    if isinstance(result, Sent):
        values["sent_at"] = now
        content["more_ids"] = list(result.more_ids)
        if result.cost is not None:
            values["cost"] = result.cost
    if content != dispatch.content:
        values["content"] = content
    found = Dispatch.objects.filter(pk=dispatch.pk, taken_at=dispatch.taken_at, state__in=_ON_ITS_WAY)
    if not found.update(**values):
        return False
    for name, value in values.items():
        setattr(dispatch, name, value)
    return True


def _follow(dispatch: Dispatch, outcome: Outcome, result: SendResult, now: datetime) -> None:
    """What else a result changes: the message's status, the messages behind it, the channel, the thread's own address."""
    if isinstance(result, Sent):
        _message_sent(dispatch, result, now)
        release(dispatch)
    elif outcome.state in (Dispatch.State.FAILED, Dispatch.State.UNCERTAIN):
        Message.objects.filter(pk=dispatch.message_id, send_status__in=UNSENT).update(
            send_status=outcome.state
        )
        hold(dispatch)
    if outcome.state == Dispatch.State.FAILED:
        wait_again(dispatch)
    if isinstance(result, Failed) and result.new_recipient:
        _move_conversation(dispatch, result.new_recipient, now)
    if outcome.code in WAITS_FOR_THE_CHANNEL:
        break_channel(dispatch, outcome.code, now)
    note_stirs(
        business=dispatch.business,
        conversation_ids=[dispatch.message.conversation_id],
        what="status",
        now=now,
    )


def _message_sent(dispatch: Dispatch, result: Sent, now: datetime) -> None:
    message = Message.objects.filter(pk=dispatch.message_id)
    message.update(provider_id=result.provider_id[:255])
    message.filter(send_status__in=UNSENT).update(send_status="sent")
    ids = [one for one in (result.provider_id, *result.more_ids) if one]
    if ids:
        settle_receipts(business=dispatch.business, channel=dispatch.channel, provider_ids=ids, now=now)


def _move_conversation(dispatch: Dispatch, new_key: str, now: datetime) -> None:
    channel, old_key = dispatch.channel, dispatch.message.conversation.key
    moved = ConversationMoved(ChannelRef(channel.kind, channel.name), old_key, new_key, now)
    digest_events(business=dispatch.business, events=[moved], now=now)


def break_channel(dispatch: Dispatch, why: str, now: datetime) -> None:
    """The channel of this message does not work since now; open screens are told once."""
    if mark_broken(channel=dispatch.channel, why=why, now=now):
        note_stirs(business=dispatch.business, conversation_ids=[None], what="channel", now=now)


def _behind(dispatch: Dispatch) -> Any:
    return Dispatch.objects.filter(
        business=dispatch.business_id,
        message__conversation=dispatch.message.conversation_id,
        state=Dispatch.State.QUEUED,
        id__gt=dispatch.pk,
    )


def hold(dispatch: Dispatch) -> int:
    """Those that already waited behind a message which did not arrive wait for a teammate's word; answers how many."""
    held: int = _behind(dispatch).update(failure=Failure.HELD.value)
    return held


def release(dispatch: Dispatch) -> int:
    """Those held behind this message go on."""
    freed: int = _behind(dispatch).filter(failure=Failure.HELD.value).update(failure="")
    return freed


def wait_again(dispatch: Dispatch) -> None:
    """A reply that did not arrive answers nobody: the clock runs again from where it stood, if nothing was said since."""
    message = dispatch.message
    waited = dispatch.content.get("waited_since") or ""
    later = Message.objects.filter(
        conversation=message.conversation_id,
        direction=Message.Direction.OUT,
        is_automatic=False,
        happened_at__gt=message.happened_at,
    ).exclude(send_status__in=NEVER_ARRIVED)
    if waited and not message.is_automatic and not later.exists():
        threads = Conversation.objects.filter(pk=message.conversation_id, waiting_since=None)
        threads.update(waiting_since=datetime.fromisoformat(waited))
    touch(dispatch)


def touch(dispatch: Dispatch) -> None:
    """The facts of the person of this thread changed."""
    identity = dispatch.message.conversation.identity
    note_changes(dispatch.business, [identity.contact_id if identity else None])


def forget_touchpoint(dispatch: Dispatch) -> None:
    """A message that never went out is nothing that happened."""
    Touchpoint.objects.filter(
        business=dispatch.business_id, source_kind="message", source_key=str(dispatch.message_id)
    ).delete()
