"""What providers say became of our messages: kept as it came, folded into each message's status by the furthest one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Message
from sapa.conversations.operations import note_stirs
from sapa.conversations.rules import better_status
from sapa.gateway.models import Dispatch, DispatchTry, Receipt
from sapa.lib.database import write
from sapa.timeline.models import Touchpoint

UP_TO = "up-to:"
"""Before a conversation's key: the place of "everything until then", which names no message."""

_ARRIVED = ("sent", "delivered", "read", "played")


@dataclass(frozen=True, slots=True)
class ReceiptSeen:
    """One word of a provider: of a message, or (`up_to`) of all that went into a conversation until then."""

    channel_id: int
    status: str
    at: datetime
    provider_id: str = ""
    failure: str = ""
    detail: str = ""
    conversation_key: str = ""
    up_to: datetime | None = None
    cost: int | None = None

    @property
    def place(self) -> str:
        return (UP_TO + self.conversation_key if self.up_to else self.provider_id)[:255]


def record_receipts(
    *, business: Business, seen: Sequence[ReceiptSeen], now: datetime
) -> tuple[list[bool], set[int]]:
    """(whether each is news, ids of the conversations whose messages changed). Repeats leave nothing twice.

    A receipt of a message that is not known yet is kept: `settle_receipts` finds it.
    """
    with write():
        news = _store(business, seen, now)
        changed = _fold_named(business, [one for one in seen if not one.up_to])
        for one in seen:
            if one.up_to:
                changed |= _fold_up_to(business, one)
        return news, changed


def settle_receipts(
    *, business: Business, channel: Channel, provider_ids: Iterable[str], now: datetime
) -> None:
    """A message has learned these ids: the receipts that came before count now, and its echo that came before goes."""
    wanted = {one for one in provider_ids if one}
    if not wanted:
        return
    with write():
        _drop_echoes(business, channel, wanted)
        rows = Receipt.objects.filter(business=business, channel=channel, provider_id__in=wanted)
        seen = [_seen(row) for row in rows.order_by("id")]
        changed = _fold_named(business, seen)
        messages = Message.objects.filter(
            business=business, conversation__channel=channel, provider_id__in=wanted
        )
        places = {UP_TO + key: key for key in messages.values_list("conversation__key", flat=True)}
        for row in Receipt.objects.filter(business=business, channel=channel, provider_id__in=set(places)):
            changed |= _fold_up_to(business, _seen(row, places[row.provider_id]))
        note_stirs(business=business, conversation_ids=changed, what="status", now=now)


def _seen(row: Receipt, conversation_key: str = "") -> ReceiptSeen:
    return ReceiptSeen(
        row.channel_id,
        row.status,
        row.at,
        provider_id="" if conversation_key else row.provider_id,
        failure=row.failure,
        conversation_key=conversation_key,
        up_to=row.at if conversation_key else None,
    )


def _store(business: Business, seen: Sequence[ReceiptSeen], now: datetime) -> list[bool]:
    places = {one.place for one in seen}
    rows = Receipt.objects.filter(
        business=business, channel__in={one.channel_id for one in seen}, provider_id__in=places
    )
    known = {(row.channel_id, row.provider_id, row.status): row for row in rows}
    fresh: dict[tuple[int, str, str], Receipt] = {}
    news = []
    for one in seen:
        key = (one.channel_id, one.place, one.status)
        at = one.up_to or one.at
        row = known.get(key) or fresh.get(key)
        news.append(row is None)
        if row is None:
            fresh[key] = Receipt(
                business=business,
                channel_id=one.channel_id,
                provider_id=one.place,
                status=one.status,
                failure=one.failure[:60],
                at=at,
                learned_at=now,
            )
        elif one.up_to and row.at < at:
            row.at = at
            if row.pk:
                row.save(update_fields=["at"])
    Receipt.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    return news


def _fold_named(business: Business, seen: Sequence[ReceiptSeen]) -> set[int]:
    """The furthest status of each message named; a status never falls back."""
    told: dict[str, list[ReceiptSeen]] = {}
    for one in seen:
        told.setdefault(one.provider_id, []).append(one)
    rows = Message.objects.filter(
        business=business, provider_id__in=set(told), direction=Message.Direction.OUT
    ).select_related("conversation")
    changed: set[int] = set()
    for message in rows:
        mine = [one for one in told[message.provider_id] if one.channel_id == message.conversation.channel_id]
        if mine and _advance(message, mine):
            changed.add(message.conversation_id)
    return changed


def _fold_up_to(business: Business, one: ReceiptSeen) -> set[int]:
    rows = Message.objects.filter(
        business=business,
        conversation__channel=one.channel_id,
        conversation__key=one.conversation_key,
        direction=Message.Direction.OUT,
        happened_at__lte=one.up_to,
        send_status__in=[status for status in _ARRIVED if better_status(status, one.status) != status],
    )
    ids = set(rows.values_list("conversation_id", flat=True))
    rows.update(send_status=one.status)
    return ids


def _advance(message: Message, told: Sequence[ReceiptSeen]) -> bool:
    status = message.send_status
    for one in told:
        status = better_status(status, one.status)
    _tell_dispatch(message, told, status)
    if status == message.send_status:
        return False
    message.send_status = status
    message.save(update_fields=["send_status"])
    return True


def _tell_dispatch(message: Message, told: Sequence[ReceiptSeen], status: str) -> None:
    """The outbox row of a message learns its cost, that it failed after all, or that what was uncertain went out."""
    rows = Dispatch.objects.filter(message=message)
    for one in told:
        if one.cost is not None:
            rows.update(cost=one.cost)
    failed = next((one for one in told if one.status == "failed"), None)
    if status == "failed" and failed is not None:
        dispatch = rows.exclude(state=Dispatch.State.FAILED).first()
        if dispatch is not None:
            rows.update(state=Dispatch.State.FAILED, failure=failed.failure[:60] or "unknown")
            DispatchTry.objects.create(
                business_id=message.business_id,
                dispatch=dispatch,
                at=failed.at,
                outcome="failed",
                code=failed.failure[:60],
                detail=failed.detail[:300],
            )
    elif status in _ARRIVED:
        unsure = rows.filter(state__in=(Dispatch.State.UNCERTAIN, Dispatch.State.FAILED))
        unsure.update(state=Dispatch.State.SENT, sent_at=min(one.at for one in told), failure="")


def _drop_echoes(business: Business, channel: Channel, provider_ids: set[str]) -> None:
    """Our own send came back before its call had returned, in other words than we keep: one row of the two goes."""
    rows = Message.objects.filter(
        business=business,
        conversation__channel=channel,
        provider_id__in=provider_ids,
        direction=Message.Direction.OUT,
    )
    mine = Dispatch.objects.filter(business=business, channel=channel, message__provider_id__in=provider_ids)
    if not mine.exists():
        return
    doubles = rows.filter(source=Message.Source.ECHO, dispatch__isnull=True)
    for double in doubles.select_related("conversation__identity"):
        touchpoints = Touchpoint.objects.filter(
            business=business, source_kind="message", source_key=str(double.pk)
        )
        touchpoints.delete()
        identity = double.conversation.identity
        note_changes(business, [identity.contact_id if identity else None])
        double.delete()
