"""Parcels: every scan is kept, the newest one says where the parcel is, and its order hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sapa.accounts.models import Business
from sapa.lib.database import write
from sapa.orders.models import Order, Parcel, Scan
from sapa.orders.operations.recording import StepSeen, record_orders
from sapa.orders.queries import find_orders_by_number, find_orders_by_waybill


class ScanSeen(NamedTuple):
    """What a courier says of a parcel; `status` as in `orders.models.Scan`."""

    waybill: str
    courier: str
    order_number: str
    status: str
    at: datetime
    detail: str


def record_scans(*, business: Business, seen: Sequence[ScanSeen], now: datetime) -> list[tuple[Parcel, bool]]:
    """(parcel, is the scan new) for each, in order."""
    with write():
        parcels: dict[str, Parcel] = {}
        return [_record(business, one, parcels, now) for one in seen]


def _record(
    business: Business, one: ScanSeen, parcels: dict[str, Parcel], now: datetime
) -> tuple[Parcel, bool]:
    parcel = parcels.get(one.waybill)
    if parcel is None:
        parcel, _made = Parcel.objects.get_or_create(business=business, waybill=one.waybill)
        parcels[one.waybill] = parcel
    if (one.courier and not parcel.courier) or (one.order_number and not parcel.order_number):
        parcel.courier = parcel.courier or one.courier
        parcel.order_number = parcel.order_number or one.order_number
        parcel.save(update_fields=["courier", "order_number"])
    _scan, is_new = Scan.objects.get_or_create(
        business=business,
        parcel=parcel,
        status=one.status,
        at=one.at,
        defaults={"detail": one.detail, "learned_at": now},
    )
    return parcel, is_new


def join_parcels(*, business: Business, parcels: Iterable[Parcel], now: datetime) -> list[int]:
    """Tells the orders of their parcels, by order number or by waybill; answers the identities of the orders told."""
    with write():
        known = {parcel.pk: parcel for parcel in parcels}
        by_number = find_orders_by_number(business, [one.order_number for one in known.values()])
        by_waybill = find_orders_by_waybill(business, [one.waybill for one in known.values()])
        steps: list[StepSeen] = []
        touched: list[int] = []
        for parcel in known.values():
            found = by_number.get(parcel.order_number.upper()) or by_waybill.get(parcel.waybill.upper(), [])
            if len(found) != 1:
                continue
            parcel.order = found[0]
            steps += _steps(found[0], parcel)
            touched.append(found[0].identity_id)
        Parcel.objects.bulk_update([one for one in known.values() if one.order_id], ["order"])
        record_orders(business=business, steps=steps, now=now)
        return touched


def _steps(order: Order, parcel: Parcel) -> list[StepSeen]:
    scans = list(Scan.objects.filter(parcel=parcel).order_by("at", "id"))
    on_the_way = [scan.at for scan in scans if scan.status in ("picked_up", "in_transit")]
    newest = scans[-1] if scans else None
    status = {
        "picked_up": "shipped",
        "in_transit": "shipped",
        "delivered": "delivered",
        "returned": "returned",
    }
    if newest is None or newest.status not in status:
        return []
    ends = {"delivered": "delivered_at", "returned": "ended_at"}
    values: dict[str, Any] = {
        "partial": True,
        "status": status[newest.status],
        "stated_at": newest.at.isoformat(),
        "placed_at": order.placed_at.isoformat(),
        "shipped_at": on_the_way[0].isoformat() if on_the_way else None,
        "tracking_number": parcel.waybill,
    }
    if newest.status in ends:
        values[ends[newest.status]] = newest.at.isoformat()
    return [StepSeen(order.channel_id, order.number, order.identity_id, newest.at, values)]
