"""A contact's touchpoints and orders as the fold of phases wants them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sapa.standings.rules.talk import asks, buys, complains
from sapa.standings.types import MessageFact, OrderFact, Touch
from sapa.timeline.rules import Purchase, Step

_SILENT = (False, False, False)


def list_purchases(orders: Sequence[OrderFact]) -> list[Purchase]:
    """The valid orders with their times."""
    return [Purchase(order.placed_at, order.paid_at, order.received_at) for order in orders if order.is_valid]


def list_steps(
    touches: Sequence[Touch], messages: Sequence[MessageFact], orders: Sequence[OrderFact]
) -> list[Step]:
    """The touchpoints, those of messages with what their words mean."""
    if not messages:
        return [Step(touch.at, touch.rank, touch.kind) for touch in touches]
    said: dict[tuple[datetime, int, int | None], tuple[bool, bool, bool]] = {}
    bought_at = min((order.placed_at for order in orders if order.is_valid), default=None)
    for message in messages:
        if message.is_in:
            has_bought = bought_at is not None and bought_at <= message.at
            said[(message.at, message.rank, message.identity_id)] = (
                asks(message),
                buys(message),
                complains(message, has_bought=has_bought),
            )
    return [
        Step(touch.at, touch.rank, touch.kind, *said.get((touch.at, touch.rank, touch.identity_id), _SILENT))
        if touch.kind == "message.in"
        else Step(touch.at, touch.rank, touch.kind)
        for touch in touches
    ]
