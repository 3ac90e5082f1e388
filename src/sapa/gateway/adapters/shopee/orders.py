"""An order of Shopee, from a push (its number and state) and from the detail that a poll fetches.

Orders are stated under the marketplace itself and not under the connected account's name, as files state them: numbers are unique
on all of Shopee, and an order that came by both ways is one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sapa.gateway.connecting import Account
from sapa.gateway.types import (
    ChannelRef,
    Event,
    Key,
    OrderItem,
    OrderStated,
    Person,
    ShipmentStated,
    Unsupported,
)
from sapa.gateway.wire import ident, items, mapping, moment, whole, words

KIND = "marketplace:shopee"
STATUSES = {
    "UNPAID": "unpaid",
    "READY_TO_SHIP": "to_ship",
    "PROCESSED": "to_ship",
    "RETRY_SHIP": "to_ship",
    "IN_CANCEL": "to_ship",
    "INVOICE_PENDING": "to_ship",
    "SHIPPED": "shipped",
    "TO_CONFIRM_RECEIVE": "delivered",
    "COMPLETED": "completed",
    "CANCELLED": "cancelled",
    "TO_RETURN": "returned",
}
PARCELS = {
    "LOGISTICS_REQUEST_CREATED": "booked",
    "LOGISTICS_READY": "booked",
    "LOGISTICS_PICKUP_DONE": "picked_up",
    "LOGISTICS_PICKUP_RETRY": "problem",
    "LOGISTICS_PICKUP_FAILED": "problem",
    "LOGISTICS_DELIVERY_DONE": "delivered",
    "LOGISTICS_DELIVERY_FAILED": "problem",
    "LOGISTICS_LOST": "problem",
    "LOGISTICS_REQUEST_CANCELED": "cancelled",
}
# Shopee writes amounts as numbers with decimals; these currencies have no smaller coin.
_WHOLE = frozenset({"IDR", "VND", "KRW", "JPY", "CLP", "COP"})


def events_of_status(data: dict[str, Any], account: Account, pushed_at: datetime) -> list[Event]:
    """What a push says of an order: enough to move it on; the poll fills in the rest."""
    number, status = ident(data.get("ordersn"), 80), STATUSES.get(words(data.get("status")))
    if not number or status is None:
        return [Unsupported("order", words(data.get("status")))]
    at = moment(data.get("update_time")) or pushed_at
    return [
        OrderStated(
            channel=ChannelRef(KIND),
            number=number,
            person=Person(("order", f"shopee:{number}")),
            status=status,
            placed_at=at,
            stated_at=at,
            goods_total=None,
            currency=account.currency,
            cancelled_at=at if status == "cancelled" else None,
            returned_at=at if status == "returned" else None,
        )
    ]


def events_of_detail(order: dict[str, Any], account: Account) -> list[Event]:
    """An order as `get_order_detail` tells it. A masked name or number is no key; the buyer's Shopee name is."""
    number, status = ident(order.get("order_sn"), 80), STATUSES.get(words(order.get("order_status")))
    placed_at = moment(order.get("create_time"))
    if not number or status is None or placed_at is None:
        return [Unsupported("order", words(order.get("order_status")))]
    currency = words(order.get("currency"))[:3] or account.currency
    lines = items(order.get("item_list"))
    stated_at = moment(order.get("update_time")) or placed_at
    return [
        OrderStated(
            channel=ChannelRef(KIND),
            number=number,
            person=_buyer(order, number),
            status=status,
            placed_at=placed_at,
            stated_at=stated_at,
            goods_total=_total(lines, "model_discounted_price", currency),
            list_total=_total(lines, "model_original_price", currency),
            shipping_fee=_amount(
                order.get("actual_shipping_fee") or order.get("estimated_shipping_fee"), currency
            ),
            currency=currency,
            items=tuple(_item(line, currency) for line in lines),
            paid_at=moment(order.get("pay_time") or None),
            shipped_at=moment(order.get("pickup_done_time") or None),
            completed_at=stated_at if status == "completed" else None,
            cancelled_at=stated_at if status == "cancelled" else None,
            returned_at=stated_at if status == "returned" else None,
            masked="*" in words(order.get("buyer_username")),
        )
    ]


def events_of_parcel(data: dict[str, Any], account: Account, pushed_at: datetime) -> list[Event]:
    """A tracking number that was given out, or a parcel that moved."""
    waybill = ident(data.get("tracking_no")) or ident(data.get("tracking_number"))
    said = words(data.get("fulfillment_status")) or words(data.get("status"))
    status = PARCELS.get(said) if said else "booked"
    if not waybill or status is None:
        return [Unsupported("parcel", said)]
    at = moment(data.get("update_time")) or pushed_at
    courier = words(data.get("shipping_carrier"))
    return [ShipmentStated(account.ref, waybill, courier, status, at, ident(data.get("ordersn"), 80), said)]


def _buyer(order: dict[str, Any], number: str) -> Person:
    username = words(order.get("buyer_username"))
    address = mapping(order.get("recipient_address"))
    name, phone = words(address.get("name")), words(address.get("phone"))
    keys = [Key(KIND, username)] if username and "*" not in username else []
    if phone and "*" not in phone:
        keys.append(Key("phone", phone if phone.startswith(("0", "+")) else f"+{phone}"))
    return Person(("order", f"shopee:{number}"), "" if "*" in name else name, tuple(keys))


def _item(line: dict[str, Any], currency: str) -> OrderItem:
    return OrderItem(
        sku=words(line.get("model_sku")) or words(line.get("item_sku")),
        name=words(line.get("item_name")),
        variant=words(line.get("model_name")),
        quantity=_quantity(line),
        price=_amount(line.get("model_discounted_price"), currency),
        list_price=_amount(line.get("model_original_price"), currency),
    )


def _total(lines: list[dict[str, Any]], field: str, currency: str) -> int | None:
    """Price times pieces over all lines; None where a line has no price."""
    amounts = [_amount(line.get(field), currency) for line in lines]
    known = [amount for amount in amounts if amount is not None]
    if not known or len(known) < len(amounts):
        return None
    return sum(amount * _quantity(line) for amount, line in zip(known, lines, strict=True))


def _quantity(line: dict[str, Any]) -> int:
    number = whole(line.get("model_quantity_purchased"))
    return number if number is not None and 0 < number < 10**6 else 1


def _amount(value: Any, currency: str) -> int | None:
    """An amount in minor units; None for what is no amount."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**13:
        return None
    return round(value if currency in _WHOLE else value * 100)
