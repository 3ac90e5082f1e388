"""The outbox at work: rows are taken by a conditional update, sent outside of any transaction, and their result stored."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet

from sapa.channels.models import Channel
from sapa.conversations.models import Attachment, Message
from sapa.gateway.accounts import get_account
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    Outbound,
    OutboundFile,
    Retry,
    SendResult,
    TokenDeadError,
    Uncertain,
)
from sapa.gateway.dispatch.handed import with_address
from sapa.gateway.dispatch.outcomes import store_result
from sapa.gateway.dispatch.queries import (
    describe,
    find_capabilities,
    find_price,
    list_queued,
    list_taken,
)
from sapa.gateway.dispatch.rates import Buckets
from sapa.gateway.dispatch.rules import find_refusal, pick_heads
from sapa.gateway.dispatch.types import Asked, Queued
from sapa.gateway.models import Dispatch
from sapa.gateway.registry import find_adapter
from sapa.lib.database import write
from sapa.lib.kept import MOMENT, kept
from sapa.lib.secrets import UnreadableSecretError

log = structlog.get_logger(__name__)

SEND_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
TAKEN_LIMIT = timedelta(minutes=3)
"""How long a send may last; past it nobody is at work on the row any more, and nobody knows whether it went."""
LATE = timedelta(minutes=1)
STALE_AFTER = timedelta(hours=24)
_LOOKED_AT = 1000
_THREAD_IDS = 20
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def count_sent(channel_id: int, recipient: str, since: datetime) -> int:
    """How many messages were handed to a provider since a moment; what a new rate bucket begins with."""
    found = Dispatch.objects.filter(channel=channel_id, taken_at__gte=since)
    if recipient:
        found = found.filter(recipient=recipient)
    return found.exclude(state=Dispatch.State.CANCELLED).count()


def send_due(*, now: datetime, http: httpx.Client, buckets: Buckets | None = None, limit: int = 50) -> int:
    """Sends what is due on every channel, one after the other; answers how many were tried. The worker does it side by side."""
    buckets = buckets or Buckets(count_sent)
    tried = 0
    for channel in list_due_channels(now=now):
        for dispatch_id in take_due(channel=channel, now=now, buckets=buckets, limit=limit):
            send_taken(dispatch_id=dispatch_id, now=now, http=http)
            tried += 1
    return tried


def list_due_channels(*, now: datetime) -> list[Channel]:
    """The connected, working channels on which something is due."""
    return _due_channels(now=now)


@kept(now=MOMENT)
def _due_channels(now: Any) -> QuerySet[Channel]:
    due = Dispatch.objects.filter(state=Dispatch.State.QUEUED, due_at__lte=now)
    wanted = due.exclude(failure=Failure.HELD.value).values("channel")
    found = Channel.objects.filter(pk__in=wanted, is_live=True, broken_since=None)
    return found.select_related("business").order_by("id")


def take_due(*, channel: Channel, now: datetime, buckets: Buckets, limit: int) -> list[int]:
    """Takes up to `limit` rows whose turn it is; answers their ids. A row goes to exactly one taker."""
    capabilities = find_capabilities(channel) if limit > 0 else None
    if capabilities is None or not capabilities.sends:
        return []
    heads = pick_heads(_queued(channel), now)
    chosen: list[int] = []
    for row in heads:
        if len(chosen) >= limit:
            break
        if buckets.take(channel.pk, row.recipient, capabilities.rates, now):
            continue
        if _take(row.id, now):
            chosen.append(row.id)
        else:
            buckets.give_back(channel.pk, row.recipient, capabilities.rates)
    return chosen


def _queued(channel: Channel) -> Iterable[Queued]:
    """The rows of a channel that wait or are on their way, with the oldest of each thread among them."""
    names = ("id", "message__conversation_id", "recipient", "state", "failure", "due_at")
    queued = list(list_queued(channel).values_list(*names)[:_LOOKED_AT])
    if len(queued) == _LOOKED_AT:
        # Cut off by their time, an older one of a thread could be missing and be overtaken: by age none can.
        queued = list(list_queued(channel).order_by("id").values_list(*names)[:_LOOKED_AT])
    values = [*queued, *list_taken(channel).values_list(*names)]
    return [
        Queued(pk, thread, to, state == Dispatch.State.TAKEN, failure == Failure.HELD, due_at)
        for pk, thread, to, state, failure, due_at in values
    ]


def _take(dispatch_id: int, now: datetime) -> bool:
    with write():
        found = Dispatch.objects.filter(pk=dispatch_id, state=Dispatch.State.QUEUED, due_at__lte=now)
        return found.update(state=Dispatch.State.TAKEN, taken_at=now) == 1


def send_taken(*, dispatch_id: int, now: datetime, http: httpx.Client) -> None:
    """Sends one taken row and stores what came of it; whatever goes wrong is stored as well."""
    found = Dispatch.objects.select_related(
        "channel__business", "business", "message__conversation__identity", "message__conversation__channel"
    )
    dispatch = found.get(pk=dispatch_id)
    started = time.monotonic()
    result = _guarded(dispatch, now) or _ask_adapter(dispatch, http)
    took = time.monotonic() - started
    store_result(
        dispatch=dispatch, result=result, now=now + timedelta(seconds=took), took_ms=round(took * 1000)
    )


def _guarded(dispatch: Dispatch, now: datetime) -> SendResult | None:
    """What waited is judged again: meanwhile the window may have closed, or the person said stop.

    What waited for a day (a broken channel) may be out of place by now: a teammate reads it again.
    """
    if now - dispatch.due_at > STALE_AFTER:
        return Failed(Failure.STALE)
    if dispatch.tries == 0 and now - dispatch.created_at < LATE:
        return None
    conversation, channel = dispatch.message.conversation, dispatch.channel
    capabilities = find_capabilities(channel)
    if capabilities is None:
        return Failed(Failure.IMPORT_ONLY)
    asked = Asked(
        dispatch.message.text,
        has_template=bool(dispatch.content.get("template")),
        purpose=dispatch.purpose,
        is_automatic=bool(dispatch.content.get("automatic")),
    )
    asked = asked if asked.text else Asked("…", (), asked.has_template, asked.purpose, asked.is_automatic)
    situation = describe(
        conversation,
        capabilities,
        now=now,
        price=find_price(conversation, sort=dispatch.content.get("priced_as") or "service", now=now),
        purpose=dispatch.purpose,
        is_automatic=asked.is_automatic,
        but=dispatch.message_id,
    )
    refusal = find_refusal(asked, situation)
    if refusal is None:
        return None
    if refusal.code is Failure.QUIET_HOURS and refusal.at:
        return Retry(Failure.QUIET_HOURS, after=refusal.at - now)
    return Failed(refusal.code, "refused before sending")


def _ask_adapter(dispatch: Dispatch, http: httpx.Client) -> SendResult:
    adapter = find_adapter(dispatch.channel.kind)
    if adapter is None:
        return Failed(Failure.IMPORT_ONLY)
    try:
        account = get_account(dispatch.channel)
        out = _outbound(dispatch, account, adapter.capabilities_for(account).fetches_files is not None)
    except UnreadableSecretError:
        return Retry(Failure.TOKEN_DEAD, detail="the settings cannot be opened with this key")
    except OSError as error:
        return Failed(Failure.REFUSED_CONTENT, f"a file cannot be read: {type(error).__name__}")
    try:
        return adapter.send(out, account, http)
    except TokenDeadError as error:
        return Retry(Failure.TOKEN_DEAD, detail=str(error))
    except _NEVER_SENT as error:
        return Retry(Failure.UNREACHABLE, detail=type(error).__name__)
    except Exception as error:
        log.exception("an adapter broke in mid-send", kind=dispatch.channel.kind, dispatch=dispatch.pk)
        return Uncertain(type(error).__name__)


def _outbound(dispatch: Dispatch, account: Account, is_fetched: bool) -> Outbound:
    message, content = dispatch.message, dispatch.content
    thread = message.conversation
    return Outbound(
        client_ref=str(dispatch.public_id),
        recipient=dispatch.recipient,
        text="" if content.get("template") else message.text,
        files=tuple(
            with_address(file, one, dispatch, account) if is_fetched else file
            for one in message.attachments.order_by("position")
            for file in [_file(one)]
        ),
        reply_to=content.get("reply_to", ""),
        template=content.get("template"),
        buttons=tuple((str(code), str(title)) for code, title in content.get("buttons") or ()),
        subject=thread.title,
        thread_ids=_thread_ids(message),
        conversation_key=thread.key,
        automatic=bool(content.get("automatic")),
    )


def _file(one: Attachment) -> OutboundFile:
    path: Any = default_storage.path(one.stored_as)
    return OutboundFile(one.kind, one.mime, one.name, one.size or 0, str(path))


def _thread_ids(message: Message) -> tuple[str, ...]:
    """The provider's ids of the newest messages before this one, oldest first."""
    before = Message.objects.filter(
        conversation=message.conversation_id, happened_at__lte=message.happened_at
    )
    known = before.exclude(provider_id="").exclude(pk=message.pk).order_by("-happened_at", "-rank", "-id")
    return tuple(reversed(known.values_list("provider_id", flat=True)[:_THREAD_IDS]))


def release_settled() -> int:
    """What was held goes on where a receipt, and no teammate, has settled the message before it; answers how many."""
    held = Dispatch.objects.filter(state=Dispatch.State.QUEUED, failure=Failure.HELD.value)
    before = Dispatch.objects.filter(
        business=OuterRef("business"),
        message__conversation=OuterRef("message__conversation"),
        id__lt=OuterRef("pk"),
        state__in=(Dispatch.State.FAILED, Dispatch.State.UNCERTAIN),
    )
    free = list(held.filter(~Exists(before)).values_list("id", flat=True)[:_LOOKED_AT])
    if free:
        with write():
            Dispatch.objects.filter(pk__in=free, state=Dispatch.State.QUEUED).update(failure="")
    return len(free)


def settle_stale(*, now: datetime) -> int:
    """Rows taken longer ago than a send may last are uncertain: a process ended in mid-send. Nobody sends them again by itself."""
    stale = Dispatch.objects.filter(state=Dispatch.State.TAKEN, taken_at__lt=now - TAKEN_LIMIT)
    found = stale.select_related("business", "channel", "message__conversation__identity").order_by(
        "taken_at"
    )
    rows = list(found[:_LOOKED_AT])
    for dispatch in rows:
        store_result(dispatch=dispatch, result=Uncertain("the sending process ended"), now=now)
    return len(rows)
