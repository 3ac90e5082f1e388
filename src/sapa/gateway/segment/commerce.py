"""Orders out of Segment's e-commerce events."""

from __future__ import annotations

from collections.abc import Mapping

from sapa.gateway.segment.call import Call, NotUnderstoodError, Payload, amount_of, minor_units, text_of
from sapa.gateway.types import ChannelRef, Event, OrderItem, OrderStated, Person

CHANNEL = ChannelRef("web")
STATUSES = {"order completed": "paid", "order cancelled": "cancelled", "order canceled": "cancelled", "order refunded": "refunded"}  # fmt: skip


def read_order(call: Call, status: str) -> tuple[Event, ...]:
    """An order, of the visitor who made it. `subtotal` and `revenue` are without delivery and tax by the spec.

    A later cancellation or refund knows only its own time; the first statement of the order keeps the placing.
    """
    properties = call.properties
    number = text_of(properties.get("order_id") or properties.get("orderId"), 80)
    if not number:
        raise NotUnderstoodError("event_order_without_number")
    items = _items(call)
    goods, before, discount = _goods(call, items) if status == "paid" else (None, None, None)
    person = (
        call.person(typed=properties, is_order=True)
        if call.user or call.visitor
        else Person(("order", f"web:{number}"))
    )
    coupons = [text_of(properties.get("coupon"), 80)]
    coupons += [text_of(product.get("coupon"), 80) for product in _products(properties)]
    return (
        OrderStated(
            channel=CHANNEL,
            number=number,
            person=person,
            status=status,
            placed_at=call.at,
            stated_at=call.at,
            goods_total=goods,
            currency=call.currency,
            list_total=before,
            discount_total=discount,
            voucher_codes=tuple(dict.fromkeys(filter(None, coupons))),
            shipping_fee=amount_of(call, "shipping"),
            items=items,
            paid_at=call.at if status == "paid" else None,
            cancelled_at=call.at if status == "cancelled" else None,
            returned_at=call.at if status == "refunded" else None,
            masked=not person.keys,
        ),
    )


def _goods(call: Call, items: tuple[OrderItem, ...]) -> tuple[int | None, int | None, int | None]:
    """(goods after discounts, goods before them, discount) in minor units."""
    discount = amount_of(call, "discount")
    goods = amount_of(call, "subtotal")
    if goods is None:
        goods = amount_of(call, "revenue")
    if goods is None and (total := amount_of(call, "total")) is not None:
        goods = max(total - (amount_of(call, "shipping") or 0) - (amount_of(call, "tax") or 0), 0)
    prices = [item.price * item.quantity for item in items if item.price is not None]
    summed = sum(prices) if prices and len(prices) == len(items) else None
    if goods is None and summed is not None:
        goods = max(summed - (discount or 0), 0)
    if goods is None:
        return None, None, discount
    before = max(goods + (discount or 0), summed or 0)
    return goods, before, before - goods


def _items(call: Call) -> tuple[OrderItem, ...]:
    items = []
    for product in _products(call.properties):
        quantity = product.get("quantity", 1)
        items.append(
            OrderItem(
                sku=text_of(product.get("sku") or product.get("product_id"), 80),
                name=text_of(product.get("name"), 200),
                variant=text_of(product.get("variant"), 120),
                quantity=int(quantity)
                if isinstance(quantity, (int, float)) and 0 < quantity < 100_000
                else 1,
                price=minor_units(product.get("price"), call.currency),
            )
        )
    return tuple(items)


def _products(properties: Payload) -> list[Payload]:
    products = properties.get("products")
    return [p for p in products if isinstance(p, Mapping)] if isinstance(products, list) else []
