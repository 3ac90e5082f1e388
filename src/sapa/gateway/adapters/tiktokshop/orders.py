"""An order of TikTok Shop or Tokopedia, from the search that a poll makes.

Orders are stated under the marketplace where they were placed and not under the connected account's name, as files state
them, so that an order that came by both ways is one.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from sapa.gateway.connecting import Account
from sapa.gateway.types import ChannelRef, Event, Key, OrderItem, OrderStated, Person, Unsupported
from sapa.gateway.wire import first, ident, items, mapping, moment, words

KIND = "marketplace:tiktokshop"
TOKOPEDIA = "marketplace:tokopedia"
STATUSES = {
    "UNPAID": "unpaid",
    "ON_HOLD": "paid",
    "AWAITING_SHIPMENT": "to_ship",
    "PARTIALLY_SHIPPING": "shipped",
    "AWAITING_COLLECTION": "to_ship",
    "IN_TRANSIT": "shipped",
    "DELIVERED": "delivered",
    "COMPLETED": "completed",
    "CANCELLED": "cancelled",
    "CANCEL": "cancelled",
}
_WHOLE = frozenset({"IDR", "VND", "KRW", "JPY", "CLP"})


def events_of_status(data: dict[str, Any]) -> list[Event]:
    """A webhook about an order says nothing yet: it does not tell on which of the two marketplaces, so the poll states it."""
    number, status = ident(data.get("order_id"), 80), words(data.get("order_status"))
    return [] if number and status in STATUSES else [Unsupported("order", status)]


def events_of_order(order: dict[str, Any], account: Account) -> list[Event]:
    """An order as the search tells it. What is masked with stars is no name and no key."""
    number, status = ident(order.get("id"), 80), STATUSES.get(words(order.get("status")))
    placed_at = moment(order.get("create_time"))
    if not number or status is None or placed_at is None:
        return [Unsupported("order", words(order.get("status")))]
    payment = mapping(order.get("payment"))
    currency = words(payment.get("currency"))[:3] or account.currency
    stated_at = moment(order.get("update_time")) or placed_at
    lines = _items(items(order.get("line_items")), currency)
    is_tokopedia = words(order.get("commerce_platform")) == "TOKOPEDIA"
    address = mapping(order.get("recipient_address"))
    return [
        OrderStated(
            channel=ChannelRef(TOKOPEDIA if is_tokopedia else KIND),
            number=number,
            person=_buyer(number, address, is_tokopedia=is_tokopedia),
            status=status,
            placed_at=placed_at,
            stated_at=stated_at,
            goods_total=_amount(payment.get("sub_total"), currency),
            list_total=_amount(payment.get("original_total_product_price"), currency),
            shipping_fee=_amount(payment.get("shipping_fee"), currency),
            currency=currency,
            items=lines,
            paid_at=moment(order.get("paid_time") or None),
            shipped_at=moment(order.get("collection_time") or order.get("rts_time") or None),
            delivered_at=moment(order.get("delivery_time") or None),
            completed_at=stated_at if status == "completed" else None,
            cancelled_at=(moment(order.get("cancel_time")) or stated_at) if status == "cancelled" else None,
            tracking_number=ident(order.get("tracking_number"))
            or first(ident(line.get("tracking_number")) for line in items(order.get("line_items"))),
            masked="*" in words(address.get("name")),
        )
    ]


def _buyer(number: str, address: dict[str, Any], *, is_tokopedia: bool) -> Person:
    name, phone = words(address.get("name")), words(address.get("phone_number"))
    plain = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    keys = (
        (Key("phone", plain if plain.startswith(("0", "+")) else f"+{plain}"),)
        if plain and "*" not in phone
        else ()
    )
    market = "tokopedia" if is_tokopedia else "tiktokshop"
    return Person(("order", f"{market}:{number}"), "" if "*" in name else name, keys)


def _items(lines: list[dict[str, Any]], currency: str) -> tuple[OrderItem, ...]:
    """Each line is one piece: those that are alike are counted together."""
    found: dict[tuple[str, str, str, int | None, int | None], int] = {}
    for line in lines:
        alike = (
            words(line.get("seller_sku")) or words(line.get("sku_id")),
            words(line.get("product_name")),
            words(line.get("sku_name")),
            _amount(line.get("sale_price"), currency),
            _amount(line.get("original_price"), currency),
        )
        found[alike] = found.get(alike, 0) + 1
    return tuple(
        OrderItem(sku, name, variant, pieces, price, listed)
        for (sku, name, variant, price, listed), pieces in found.items()
    )


def _amount(value: Any, currency: str) -> int | None:
    """An amount in minor units from its decimal text; None for what is no amount."""
    try:
        amount = Decimal(words(value))
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount < 10**13:
        return None
    return round(amount if currency in _WHOLE else amount * 100)
