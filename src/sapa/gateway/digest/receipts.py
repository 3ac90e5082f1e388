"""Receipts: what became of our messages."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.gateway.digest.work import Digestion
from sapa.gateway.receipts import ReceiptSeen, record_receipts
from sapa.gateway.types import ReceiptGiven


def take_receipts(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, ReceiptGiven] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
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
