"""Orders are stated, step by step, and folded; in bulk and once each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sapa.accounts.models import Business
from sapa.lib import json
from sapa.lib.database import write
from sapa.lib.inserting import insert_many
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


@dataclass(frozen=True, slots=True)
class StepSeen:
    """What one source says of one order: `values` as `orders.rules.fold` takes them."""

    channel_id: int
    number: str
    identity_id: int
    stated_at: datetime
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
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
        known = set(orders)
        _make_orders(business, plans, orders)
        _make_steps(business, plans, orders, stated, now)
        changed = {plan.key for plan in plans if plan.is_new_step and plan.key in known}
        _refold(business, [orders[key] for key in sorted(changed)], stated, now)
        _tell_new(business, [order for key, order in orders.items() if key not in known], now)
        return [Recorded(orders[p.key].pk, p.step_id, p.is_new_order, p.is_new_step) for p in plans]


@dataclass(slots=True)
class _Plan:
    step: StepSeen
    digest: str
    is_new_order: bool = False
    is_new_step: bool = False
    row: OrderStep | None = None
    known_id: int = 0

    @property
    def key(self) -> tuple[int, str]:
        return self.step.channel_id, self.step.number

    @property
    def step_id(self) -> int:
        return self.row.pk if self.row is not None else self.known_id


def refold_orders(*, business: Business, order_ids: Sequence[int], now: datetime) -> list[int]:
    """Fold again after steps were taken away; an order without any step goes. Returns the identities touched."""
    with write():
        orders = list(Order.objects.filter(business=business, pk__in=order_ids))
        stated = _find_steps(business, orders)
        empty = [order for order in orders if order.pk not in stated]
        touched = [order.identity_id for order in orders]
        replace_touchpoints(
            business=business,
            source_kind="order",
            happenings=[],
            source_keys=[str(order.pk) for order in empty],
            now=now,
        )
        Order.objects.filter(pk__in=[order.pk for order in empty]).delete()
        _refold(business, [order for order in orders if order.pk in stated], stated, now)
        return touched


def _find_orders(business: Business, steps: Sequence[StepSeen]) -> dict[tuple[int, str], Order]:
    rows = Order.objects.filter(
        business=business, channel__in={s.channel_id for s in steps}, number__in=[s.number for s in steps]
    )
    return {(row.channel_id, row.number): row for row in rows}


def _find_steps(
    business: Business, orders: Iterable[Order]
) -> dict[int, dict[str, tuple[int, dict[str, Any]]]]:
    """Order id → digest → (step id, values)."""
    rows = OrderStep.objects.filter(business=business, order__in=[order.pk for order in orders])
    found: dict[int, dict[str, tuple[int, dict[str, Any]]]] = {}
    for pk, order_id, digest, values in rows.values_list("id", "order_id", "digest", "values"):
        found.setdefault(order_id, {})[digest] = (pk, values)
    return found


def _make_orders(business: Business, plans: Sequence[_Plan], orders: dict[tuple[int, str], Order]) -> None:
    """Orders not known yet, folded from all that this call states of them, join `orders`."""
    fresh: dict[tuple[int, str], list[_Plan]] = {}
    for plan in plans:
        if plan.key not in orders:
            plan.is_new_order = plan.key not in fresh
            fresh.setdefault(plan.key, []).append(plan)
    made = []
    for (channel_id, number), stated in fresh.items():
        folded = rules.fold(plan.step.values for plan in stated)
        order = Order(
            business=business,
            channel_id=channel_id,
            number=number,
            identity_id=stated[0].step.identity_id,
            **_columns(folded),
        )
        orders[(channel_id, number)] = order
        made.append(order)
    insert_many(made)


def _make_steps(
    business: Business,
    plans: Sequence[_Plan],
    orders: dict[tuple[int, str], Order],
    stated: dict[int, dict[str, tuple[int, dict[str, Any]]]],
    now: datetime,
) -> None:
    fresh: dict[tuple[int, str], OrderStep] = {}
    for plan in plans:
        order = orders[plan.key]
        known = stated.get(order.pk, {}).get(plan.digest)
        if known is not None:
            plan.known_id = known[0]
        elif (order.pk, plan.digest) in fresh:
            plan.row = fresh[(order.pk, plan.digest)]
        else:
            plan.is_new_step = True
            plan.row = fresh[(order.pk, plan.digest)] = OrderStep(
                business=business,
                order=order,
                digest=plan.digest,
                stated_at=plan.step.stated_at,
                learned_at=now,
                values=plan.step.values,
            )
    for row in insert_many(fresh.values()):
        stated.setdefault(row.order_id, {})[row.digest] = (row.pk, row.values)


def _refold(
    business: Business,
    orders: Sequence[Order],
    stated: dict[int, dict[str, tuple[int, dict[str, Any]]]],
    now: datetime,
) -> None:
    if not orders:
        return
    happenings: list[Happening] = []
    for order in orders:
        folded = rules.fold(values for _, values in stated[order.pk].values())
        for name, value in _columns(folded).items():
            setattr(order, name, value)
        happenings += _happenings(order, folded)
    Order.objects.bulk_update(orders, _FOLDED)
    replace_touchpoints(
        business=business,
        source_kind="order",
        happenings=happenings,
        source_keys=[str(order.pk) for order in orders],
        now=now,
    )


def _tell_new(business: Business, orders: Sequence[Order], now: datetime) -> None:
    happenings = [one for order in orders for one in _happenings(order, _folded(order))]
    record_touchpoints(business=business, happenings=happenings, now=now, are_new=True)


def _happenings(order: Order, folded: Folded) -> list[Happening]:
    measures = {"order": order.pk, "value": folded.goods_total, "currency": folded.currency}
    return [
        Happening(
            identity_id=order.identity_id,
            kind=kind,
            at=at,
            source_kind="order",
            source_key=str(order.pk),
            channel_id=order.channel_id,
            rank=rank,
            measures=measures,
        )
        for rank, (kind, at) in enumerate(rules.milestones(folded))
    ]


def _columns(folded: Folded) -> dict[str, Any]:
    return {name: getattr(folded, name) for name in _FOLDED}


def _folded(order: Order) -> Folded:
    return Folded(**{name: getattr(order, name) for name in _FOLDED})


def _digest(step: StepSeen) -> str:
    return hashlib.blake2b(json.encode(step.values), digest_size=16).hexdigest()
