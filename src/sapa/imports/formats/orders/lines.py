"""The lines of an order: what stood in each of its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sapa.gateway.types import OrderItem
from sapa.imports.formats.orders.statuses import GONE
from sapa.imports.formats.reading import Reader
from sapa.imports.formats.tables import Cells


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an order. `goods` is what its pieces cost after the discounts on the row, `full` before them."""

    item: OrderItem
    quantity: int
    returned: int
    goods: int | None
    full: int | None
    status: str


def read_line(reader: Reader, cells: Cells, status: str) -> Line:
    """The line of a row whose price columns are for one piece (Shopee, old Tokopedia, Lazada with one piece a row)."""
    quantity = reader.count(cells, "quantity")
    quantity = 1 if quantity is None else quantity
    price = reader.amount(cells, "price")
    full = reader.amount(cells, "list_price")
    returned = min(reader.count(cells, "returned_quantity") or 0, quantity)
    item = OrderItem(
        reader.text(cells, "sku") or reader.text(cells, "parent_sku"),
        reader.text(cells, "item_name"),
        reader.text(cells, "variant"),
        quantity,
        price,
        full,
    )
    before = full if full is not None else price
    return Line(
        item,
        quantity,
        returned,
        None if price is None else price * quantity,
        None if before is None else before * quantity,
        status,
    )


def kept(lines: list[Line]) -> list[Line]:
    """The lines that were neither cancelled nor returned; all of them where none is left."""
    if len(lines) == 1:
        return lines
    return [line for line in lines if line.status not in GONE] or lines


def kept_total(lines: list[Line], of: Callable[[Line], int | None]) -> int | None:
    """Sum of `of` over the kept lines without the pieces sent back; None where one of them is unknown."""
    total = 0
    for line in kept(lines):
        value = of(line)
        if value is None:
            return None
        left = line.quantity - line.returned
        whole = left == line.quantity or left == 0 or not line.quantity
        total += value if whole else value * left // line.quantity
    return total


def goods_total(lines: list[Line]) -> int | None:
    """What the kept goods cost after the discounts on their rows."""
    return kept_total(lines, lambda line: line.goods)


def full_total(lines: list[Line]) -> int | None:
    """What the kept goods would cost at list price."""
    return kept_total(lines, lambda line: line.full)
