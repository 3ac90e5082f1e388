"""Receipts: what became of our messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sapa.conversations.models import Message
from sapa.gateway.digest.work import Digestion
from sapa.gateway.models import Dispatch
from sapa.gateway.receipts import ReceiptSeen, record_receipts
from sapa.gateway.types import ReceiptGiven


def take_receipts(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, ReceiptGiven] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    _learn_ids(work, events)
    news, changed = record_receipts(
        business=work.business,
        seen=[
            ReceiptSeen(
                channel_id=work.channel_id(i),
                status=event.status,
                at=event.at,
                provider_id=event.provider_id,
                failure=event.failure,
                detail=event.detail,
                conversation_key=event.conversation_key,
                up_to=event.up_to,
                cost=event.cost,
            )
            for i, event in events.items()
        ],
        now=work.now,
    )
    for i, is_new in zip(events, news, strict=True):
        work.results[i].result = "created" if is_new else "merged"
    for conversation_id in changed:
        work.stir("status", conversation_id)


def _learn_ids(work: Digestion, events: Mapping[int, ReceiptGiven]) -> None:
    """A receipt that bears our own id names the message whose send was never answered: it has its provider's id now."""
    told = {
        ref: (work.channel_id(i), event.provider_id)
        for i, event in events.items()
        if event.provider_id and (ref := _uuid(event.client_ref))
    }
    if not told:
        return
    rows = Dispatch.objects.filter(business=work.business, public_id__in=told, message__provider_id="")
    for row in rows:
        channel_id, provider_id = told[row.public_id]
        if row.channel_id == channel_id:
            Message.objects.filter(pk=row.message_id, provider_id="").update(provider_id=provider_id[:255])


def _uuid(ref: str) -> UUID | None:
    try:
        return UUID(ref) if ref else None
    except ValueError:
        return None
