"""Orders: what a source states of one becomes a step of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sapa.gateway.digest.work import Digestion, Fact, FactKind
from sapa.gateway.types import OrderStated
from sapa.orders.operations import StepSeen, record_orders


def take_orders(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, OrderStated] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    recorded = record_orders(
        business=work.business,
        steps=[
            StepSeen(
                channel_id=work.channel_id(i),
                number=event.number[:80],
                identity_id=work.identified[i].identity_id,
                stated_at=event.stated_at,
                values=_step_values(event),
            )
            for i, event in events.items()
        ],
        now=work.now,
    )
    for (i, event), one in zip(events.items(), recorded, strict=True):
        fact = Fact(FactKind.ORDER_STEP, one.step_id, one.is_new_step)
        work.settle(i, fact, is_new=one.is_new_order)
        if one.is_new_order:
            work.numbers += [number[:80].upper() for number in (event.number, *event.other_numbers)]


def _step_values(event: OrderStated) -> dict[str, Any]:
    ended = event.cancelled_at or event.returned_at
    return {
        "status": event.status,
        "stated_at": event.stated_at.isoformat(),
        "placed_at": event.placed_at.isoformat(),
        "paid_at": _iso(event.paid_at),
        "shipped_at": _iso(event.shipped_at),
        "delivered_at": _iso(event.delivered_at or event.completed_at),
        "ended_at": _iso(ended),
        "currency": event.currency,
        "goods_total": event.goods_total,
        "list_total": event.list_total,
        "discount_total": event.discount_total,
        "voucher_codes": list(event.voucher_codes),
        "items": [
            {
                "sku": item.sku,
                "name": item.name,
                "variant": item.variant,
                "quantity": item.quantity,
                "price": item.price,
            }
            for item in event.items
        ],
        "tracking_number": event.tracking_number,
        "is_masked": event.masked,
        "other_number": event.other_numbers[0][:80] if event.other_numbers else "",
        "buyer_hint": event.person.name[:80] if event.masked else "",
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
