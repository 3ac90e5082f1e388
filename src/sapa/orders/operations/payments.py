"""Payments, each once, and the orders that they pay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models.functions import Upper

from sapa.accounts.models import Business
from sapa.lib.database import write
from sapa.orders.models import Order, Payment
from sapa.orders.operations.recording import StepSeen, record_orders
from sapa.orders.queries import find_orders_by_number

# A later word of the provider counts, but never one from before the end: pending may be told after paid.
_RANK = {"pending": 0, "failed": 1, "expired": 1, "paid": 2, "refunded": 3}


class PaymentSeen(NamedTuple):
    """What a provider states of one payment; `order_number` may be empty where only the payment is named."""

    channel_id: int
    provider_id: str
    order_number: str
    status: str
    amount: int
    currency: str
    method: str
    at: datetime


def record_payments(
    *, business: Business, seen: Sequence[PaymentSeen], now: datetime
) -> list[tuple[Payment, bool]]:
    """(payment, is new) for each, in order; a known one moves forward only."""
    with write():
        return [_record(business, one, now) for one in seen]


def _record(business: Business, one: PaymentSeen, now: datetime) -> tuple[Payment, bool]:
    known = Payment.objects.filter(
        business=business, channel_id=one.channel_id, provider_id=one.provider_id
    ).first()
    if known is None:
        values = one._asdict()
        return Payment.objects.create(business=business, learned_at=now, **values), True
    if _RANK[one.status] > _RANK[known.status]:
        known.status, known.at, known.learned_at = one.status, one.at, now
        known.amount = one.amount if one.status != "refunded" else known.amount
        known.order_number = known.order_number or one.order_number
        known.method = known.method or one.method
        known.save()
    return known, False


def join_payments(
    *, business: Business, now: datetime, payments: Iterable[Payment] = (), numbers: Iterable[str] = ()
) -> list[int]:
    """Tells the orders of their payments: of these, and of those that waited for orders of these numbers.

    An order is meant where one of that number is known; answers the identities of the orders told.
    """
    with write():
        waiting = Payment.objects.filter(business=business, order=None).annotate(number=Upper("order_number"))
        told = {payment.pk: payment for payment in payments if payment.order_number}
        wanted = {number.upper() for number in numbers if number}
        told |= {row.pk: row for row in waiting.filter(number__in=wanted)} if wanted else {}
        if not told:
            return []
        orders = find_orders_by_number(business, [payment.order_number for payment in told.values()])
        steps: list[StepSeen] = []
        touched: list[int] = []
        for payment in told.values():
            found = orders.get(payment.order_number.upper(), [])
            if len(found) != 1:
                continue
            payment.order = found[0]
            steps += _steps(found[0], payment)
            touched.append(found[0].identity_id)
        Payment.objects.bulk_update([payment for payment in told.values() if payment.order_id], ["order"])
        record_orders(business=business, steps=steps, now=now)
        return touched


def _steps(order: Order, payment: Payment) -> list[StepSeen]:
    if payment.status not in ("paid", "refunded"):
        return []
    at = payment.at.isoformat()
    values: dict[str, Any] = {
        "partial": True,
        "status": payment.status,
        "stated_at": at,
        "placed_at": order.placed_at.isoformat(),
        "paid_at" if payment.status == "paid" else "ended_at": at,
    }
    return [StepSeen(order.channel_id, order.number, order.identity_id, payment.at, values)]
