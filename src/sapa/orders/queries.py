"""Reads of orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Upper

from sapa.accounts.models import Business
from sapa.orders.models import Order, Parcel

FOLLOWED = timedelta(days=30)
ASK_AGAIN = timedelta(hours=6)


def find_orders_by_number(business: Business, numbers: Iterable[str]) -> dict[str, list[Order]]:
    """The orders of each number in capitals, by their own number or the other one that a buyer may name."""
    wanted = {number.upper() for number in numbers if number}
    if not wanted:
        return {}
    written = wanted | {number.lower() for number in wanted} | {number for number in numbers if number}
    rows = Order.objects.filter(Q(number__in=written) | Q(other_number__in=written), business=business)
    found: dict[str, list[Order]] = {}
    for row in rows.order_by("id"):
        for number in {row.number.upper(), row.other_number.upper()} & wanted:
            found.setdefault(number, []).append(row)
    return found


def find_orders_by_waybill(business: Business, waybills: Iterable[str]) -> dict[str, list[Order]]:
    """The orders whose parcel has this waybill, in capitals."""
    wanted = {waybill.upper() for waybill in waybills if waybill}
    if not wanted:
        return {}
    rows = Order.objects.filter(business=business).exclude(tracking_number="")
    found: dict[str, list[Order]] = {}
    for row in rows.annotate(waybill=Upper("tracking_number")).filter(waybill__in=wanted).order_by("id"):
        found.setdefault(row.tracking_number.upper(), []).append(row)
    return found


def list_orders(
    business: Business, *, contact_id: int | None = None, before_id: int | None = None, limit: int = 30
) -> list[Order]:
    """Orders, those that Sapa learned of last before others; `before_id` goes on behind a row."""
    found = Order.objects.filter(business=business)
    found = found.filter(identity__contact=contact_id) if contact_id is not None else found
    found = found.filter(id__lt=before_id) if before_id is not None else found
    return list(found.select_related("channel", "identity__contact").order_by("-id")[:limit])


def get_order(business: Business, public_id: UUID | str) -> Order:
    """One order. Raises `Order.DoesNotExist`."""
    return Order.objects.select_related("channel", "identity__contact").get(
        business=business, public_id=public_id
    )


def list_open_waybills(business: Business, *, now: datetime, limit: int) -> list[tuple[str, str]]:
    """(waybill, courier where known) of parcels still on their way that nobody asked about for six hours."""
    on_the_way = Order.objects.filter(
        business=business, status__in=("to_ship", "shipped"), placed_at__gte=now - FOLLOWED
    ).exclude(tracking_number="")
    numbers = list(on_the_way.order_by("placed_at").values_list("tracking_number", flat=True)[: limit * 4])
    parcels = Parcel.objects.filter(business=business, waybill__in=numbers)
    courier = {parcel.waybill: parcel.courier for parcel in parcels}
    asked = {one.waybill for one in parcels if one.asked_at is not None and one.asked_at > now - ASK_AGAIN}
    return [(number, courier.get(number, "")) for number in numbers if number not in asked][:limit]
