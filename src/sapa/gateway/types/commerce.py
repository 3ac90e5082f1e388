"""Events of buying: orders, payments, parcels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sapa.gateway.types.parts import ChannelRef, Person


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of an order. Prices are for one piece; `list_price` is before any discount (None where unknown)."""

    sku: str
    name: str
    variant: str
    quantity: int
    price: int | None = None
    list_price: int | None = None


@dataclass(frozen=True, slots=True)
class OrderStated:
    """What one source says of one order at one time; an order is the fold of all that was stated.

    status: unpaid, paid, to_ship, shipped, delivered, completed, cancelled, returned, refunded.
    `goods_total` is goods after all discounts, without delivery; `list_total` before them; None where unknown.
    `other_numbers` are further numbers by which the buyer may name it (a Tokopedia invoice of a TikTok Shop order).
    `stated_at` orders several statements (the file's own "updated" time, else the latest time in the row).
    """

    channel: ChannelRef
    number: str
    person: Person
    status: str
    placed_at: datetime
    stated_at: datetime
    goods_total: int | None
    currency: str = "IDR"
    list_total: int | None = None
    discount_total: int | None = None
    voucher_codes: tuple[str, ...] = ()
    shipping_fee: int | None = None
    items: tuple[OrderItem, ...] = ()
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    returned_at: datetime | None = None
    tracking_number: str = ""
    masked: bool = False
    other_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentStated:
    """What a payment provider says of a payment: `status` is pending, paid, failed, expired or refunded.

    `order_number` is the shop's own order number. `amount` is in minor units of `currency`.
    """

    channel: ChannelRef
    provider_id: str
    order_number: str
    status: str
    amount: int
    at: datetime
    currency: str = "IDR"
    method: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentStated:
    """What a courier says of a parcel: `status` is booked, picked_up, in_transit, delivered, returned, problem or cancelled."""

    channel: ChannelRef
    waybill: str
    courier: str
    status: str
    at: datetime
    order_number: str = ""
    detail: str = ""
