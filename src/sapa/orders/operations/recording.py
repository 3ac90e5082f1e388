"""Orders are stated, step by step, and folded; in bulk and once each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sapa.accounts.models import Business
from sapa.lib import json
from sapa.lib.database import write
from sapa.lib.inserting import insert_rows
from sapa.orders import rules
from sapa.orders.models import Order, OrderStep
from sapa.orders.types import Folded
from sapa.timeline.operations import Happening, record_touchpoints, replace_touchpoints

_FOLDED = (
    "status",
    "placed_at",
    "paid_at",
    "shipped_at",
    "delivered_at",
    "ended_at",
    "currency",
    "goods_total",
    "list_total",
    "discount_total",
    "voucher_codes",
    "items",
    "tracking_number",
    "is_masked",
    "buyer_hint",
    "other_number",
)


Key = tuple[int, str]
"""Channel id and number."""

Stated = dict[int, dict[str, tuple[int, dict[str, Any]]]]
"""What is stored of orders: order id → digest → (step id, values)."""


class StepSeen(NamedTuple):
    """What one source says of one order: `values` as `orders.rules.fold` takes them."""

    channel_id: int
    number: str
    identity_id: int
    stated_at: datetime
    values: dict[str, Any]


class Recorded(NamedTuple):
    order_id: int
    step_id: int
    is_new_order: bool
    is_new_step: bool


def record_orders(*, business: Business, steps: Sequence[StepSeen], now: datetime) -> list[Recorded]:
    """What each statement did, in order: a new order, a new step of a known one, or nothing."""
    with write():
        orders = _find_orders(business, steps)
        stated = _find_steps(business, orders.values())
        plans = [_Plan(step, _digest(step)) for step in steps]
        ids = {key: order.pk for key, order in orders.items()}
        ids |= _make_orders(business, [plan for plan in plans if plan.key not in orders], now)
        _make_steps(business, plans, ids, stated, now)
        changed = {plan.key for plan in plans if plan.is_new_step and plan.key in orders}
        _refold(business, [orders[key] for key in sorted(changed)], stated, now)
        return [Recorded(ids[p.key], p.step_id, p.is_new_order, p.is_new_step) for p in plans]


@dataclass(slots=True)
class _Plan:
    step: StepSeen
    digest: str
    is_new_order: bool = False
    is_new_step: bool = False
    step_id: int = 0

    @property
    def key(self) -> Key:
        return self.step.channel_id, self.step.number


def refold_orders(*, business: Business, order_ids: Sequence[int], now: datetime) -> list[int]:
    """Fold again after steps were taken away; an order without any step goes. Returns the identities touched."""
    with write():
        orders = list(Order.objects.filter(business=business, pk__in=order_ids))
        stated = _find_steps(business, orders)
        empty = [order for order in orders if _is_hollow(stated.get(order.pk, {}))]
        gone = {order.pk for order in empty}
        touched = [order.identity_id for order in orders]
        replace_touchpoints(
            business=business,
            source_kind="order",
            happenings=[],
            source_keys=[str(order.pk) for order in empty],
            now=now,
        )
        Order.objects.filter(pk__in=[order.pk for order in empty]).delete()
        _refold(business, [order for order in orders if order.pk not in gone], stated, now)
        return touched


def _is_hollow(steps: Mapping[str, tuple[int, dict[str, Any]]]) -> bool:
    """A payment or a parcel alone makes no order: they join again once one of that number is stated."""
    return all(values.get("partial") for _, values in steps.values())


def _find_orders(business: Business, steps: Sequence[StepSeen]) -> dict[Key, Order]:
    rows = Order.objects.filter(
        business=business, channel__in={s.channel_id for s in steps}, number__in=[s.number for s in steps]
    )
    return {(row.channel_id, row.number): row for row in rows}


def _find_steps(business: Business, orders: Iterable[Order]) -> Stated:
    rows = OrderStep.objects.filter(business=business, order__in=[order.pk for order in orders])
    found: Stated = {}
    for pk, order_id, digest, values in rows.values_list("id", "order_id", "digest", "values"):
        found.setdefault(order_id, {})[digest] = (pk, values)
    return found


def _make_orders(business: Business, plans: Sequence[_Plan], now: datetime) -> dict[Key, int]:
    """Orders not known yet, folded from all that this call states of them, with their touchpoints: their ids."""
    fresh: dict[Key, list[_Plan]] = {}
    for plan in plans:
        plan.is_new_order = plan.key not in fresh
        fresh.setdefault(plan.key, []).append(plan)
    folded = {key: rules.fold(plan.step.values for plan in stated) for key, stated in fresh.items()}
    buyer = {key: stated[0].step.identity_id for key, stated in fresh.items()}
    rows = [
        {
            "business_id": business.pk,
            "channel_id": key[0],
            "number": key[1],
            "identity_id": buyer[key],
            **_columns(order),
        }
        for key, order in folded.items()
    ]
    ids = dict(zip(fresh, insert_rows(Order, rows), strict=True))
    happenings = [
        one for key, order in folded.items() for one in _happenings(ids[key], key[0], buyer[key], order)
    ]
    record_touchpoints(business=business, happenings=happenings, now=now, are_new=True)
    return ids


def _make_steps(
    business: Business, plans: Sequence[_Plan], ids: Mapping[Key, int], stated: Stated, now: datetime
) -> None:
    fresh: dict[tuple[int, str], _Plan] = {}
    for plan in plans:
        order_id = ids[plan.key]
        if plan.digest not in stated.get(order_id, {}):
            plan.is_new_step = fresh.setdefault((order_id, plan.digest), plan) is plan
    rows = [
        {
            "business_id": business.pk,
            "order_id": order_id,
            "digest": digest,
            "stated_at": plan.step.stated_at,
            "learned_at": now,
            "values": plan.step.values,
        }
        for (order_id, digest), plan in fresh.items()
    ]
    for pk, ((order_id, digest), plan) in zip(insert_rows(OrderStep, rows), fresh.items(), strict=True):
        stated.setdefault(order_id, {})[digest] = (pk, plan.step.values)
    for plan in plans:
        plan.step_id = stated[ids[plan.key]][plan.digest][0]


def _refold(
    business: Business,
    orders: Sequence[Order],
    stated: Stated,
    now: datetime,
) -> None:
    if not orders:
        return
    happenings: list[Happening] = []
    for order in orders:
        folded = rules.fold(values for _, values in stated[order.pk].values())
        for name, value in _columns(folded).items():
            setattr(order, name, value)
        happenings += _happenings(order.pk, order.channel_id, order.identity_id, folded)
    Order.objects.bulk_update(orders, _FOLDED)
    replace_touchpoints(
        business=business,
        source_kind="order",
        happenings=happenings,
        source_keys=[str(order.pk) for order in orders],
        now=now,
    )


def _happenings(order_id: int, channel_id: int, identity_id: int, folded: Folded) -> list[Happening]:
    measures = {"order": order_id, "value": folded.goods_total, "currency": folded.currency}
    return [
        Happening(
            identity_id=identity_id,
            kind=kind,
            at=at,
            source_kind="order",
            source_key=str(order_id),
            channel_id=channel_id,
            rank=rank,
            measures=measures,
        )
        for rank, (kind, at) in enumerate(rules.milestones(folded))
    ]


def _columns(folded: Folded) -> dict[str, Any]:
    return {name: getattr(folded, name) for name in _FOLDED}


def _digest(step: StepSeen) -> str:
    return hashlib.blake2b(json.encode_plain(step.values), digest_size=16).hexdigest()
