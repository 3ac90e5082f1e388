"""What an order was worth, by the habits of each marketplace.

`goods` is goods after all discounts, without delivery (`interface.md`, "What the figures mean"). One rule
decides everywhere what is a discount: whoever grants it, it lowers what this order's goods cost — price cuts,
bundles, vouchers of the shop and of the platform. What only pays the bill does not: coins and wallet credit
(they were the buyer's already), and promotions of a card or a wallet, which also pay for delivery. A cashback
voucher lowers nothing now, but it is a voucher and is named.

Amounts of the whole order are repeated on each of its rows and taken once; a voucher for which the export
gives an amount but no code is named `voucher:seller`, `voucher:platform` or `voucher:cashback`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sapa.imports.formats.orders.lines import Line, full_total, goods_total, kept
from sapa.imports.formats.reading import Reader
from sapa.imports.formats.tables import Cells

CELLS = Sequence[Cells]


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts of an order in minor units (None: unknown) and the vouchers used."""

    goods: int | None
    full: int | None
    discount: int | None
    shipping: int | None
    vouchers: tuple[str, ...] = ()


def once(reader: Reader, rows: CELLS, name: str, *, signed: bool = False) -> int | None:
    """An amount of the whole order that stands on each row, or on the first only: its largest value."""
    index = reader.place(name)
    cell = rows[0][index]
    for cells in rows:
        if cells[index] != cell:
            break
    else:
        return None if cell == "" else reader.amount(rows[0], name, signed=signed)
    values = [reader.amount(cells, name, signed=signed) for cells in rows]
    return max((value for value in values if value is not None), default=None)


def _settled(
    goods: int | None, full: int | None, shipping: int | None, vouchers: tuple[str, ...] = ()
) -> Money:
    if goods is not None:
        goods = max(goods, 0)
    if goods is not None and full is not None:
        full = max(full, goods)
        return Money(goods, full, full - goods, shipping, vouchers)
    return Money(goods, full, None, shipping, vouchers)


def shopee(reader: Reader, rows: CELLS, lines: list[Line]) -> Money:
    """Shopee: price after discount × pieces, less both vouchers and bundle discounts of the order.

    `Harga Setelah Diskon` already has the discounts of shop and platform on the product. Where prices are
    missing: `Subtotal Pesanan`, else `Total Pembayaran` less the delivery that the buyer paid.
    `Potongan Koin Shopee` and `Diskon Kartu Kredit` pay the bill; `Cashback Koin` is a voucher that gives
    coins later.
    """
    shipping = once(reader, rows, "shipping_fee")
    of_seller = once(reader, rows, "seller_voucher", signed=True) or 0
    of_platform = once(reader, rows, "platform_voucher", signed=True) or 0
    of_bundles = (once(reader, rows, "seller_bundle", signed=True) or 0) + (
        once(reader, rows, "platform_bundle", signed=True) or 0
    )
    vouchers: tuple[str, ...] = ("voucher:seller",) if of_seller else ()
    if of_platform:
        vouchers = (*vouchers, "voucher:platform")
    if once(reader, rows, "coin_voucher", signed=True):
        vouchers = (*vouchers, "voucher:cashback")
    goods = goods_total(lines)
    if goods is None:
        goods = repeated(reader, rows, "goods_total", lines)
    if goods is not None:
        return _settled(goods - of_seller - of_platform - of_bundles, full_total(lines), shipping, vouchers)
    total = once(reader, rows, "total")
    return _settled(None if total is None else total - (shipping or 0), full_total(lines), shipping, vouchers)


def tiktok(reader: Reader, rows: CELLS, lines: list[Line]) -> Money:
    """TikTok Shop and Tokopedia: the sum of `SKU Subtotal After Discount` (shop and platform discounts are off).

    Where it is empty: `Order Amount` less delivery, fees, insurance and taxes, as far as they are stated.
    The export does not tell vouchers from price cuts, so none is named; the depth of the discount speaks.
    `Payment platform discount` pays the bill.
    """
    shipping = once(reader, rows, "shipping_fee")
    goods = goods_total(lines)
    if goods is None:
        total = once(reader, rows, "total")
        extra = sum(once(reader, rows, f"fee_{place}") or 0 for place in range(1, 6))
        goods = None if total is None else total - (shipping or 0) - extra
    return _settled(goods, full_total(lines), shipping)


def lazada(reader: Reader, rows: CELLS, lines: list[Line]) -> Money:
    """Lazada, one row a piece: the sum of `paidPrice`, which both vouchers have already lowered.

    Where it is empty: `unitPrice` less the discounts of seller, platform and bundle. `unitPrice` is the price
    shown, so a seller or platform discount is one taken in the cart: a voucher. Delivery is split over the
    rows and added up. `walletCredit` pays the bill.
    """
    shipping = _added(reader, rows, "shipping_fee")
    vouchers = tuple(
        code
        for name, code in (("seller_voucher", "voucher:seller"), ("platform_voucher", "voucher:platform"))
        if any(reader.amount(cells, name, signed=True) for cells in rows)
    )
    goods, full = goods_total(lines), full_total(lines)
    if goods is None and full is not None:
        standing = {id(line) for line in kept(lines)}
        off = sum(
            reader.amount(cells, name, signed=True) or 0
            for cells, line in zip(rows, lines, strict=True)
            if id(line) in standing
            for name in ("seller_voucher", "platform_voucher", "bundle")
        )
        goods = full - off
    return _settled(goods, full, shipping, vouchers)


def tokopedia(reader: Reader, rows: CELLS, lines: list[Line]) -> Money:
    """Old Tokopedia: `Harga Jual` × pieces.

    A shop coupon lowers the order's total only: where a coupon was used, the goods are `Total Penjualan` less
    delivery if that is less than the sum of the prices.
    """
    shipping = once(reader, rows, "shipping_fee")
    total = once(reader, rows, "total")
    codes = tuple(dict.fromkeys(code for cells in rows if (code := reader.text(cells, "voucher_code"))))
    used = codes or any(reader.text(cells, "coupon_kind") not in ("", "-") for cells in rows)
    goods, full = goods_total(lines), full_total(lines)
    if total is not None and (goods is None or (used and 0 <= total - (shipping or 0) < goods)):
        goods = total - (shipping or 0)
    return _settled(goods, full, shipping, codes or (("voucher:seller",) if used else ()))


def table(reader: Reader, rows: CELLS, lines: list[Line]) -> Money:
    """Shop programs and own sheets. The first that is known: total less delivery and tax; the smaller of subtotal and
    total (a total without a delivery column may hold delivery, a subtotal may be before the discount);
    price × pieces less the discount.

    Amounts that differ from row to row are of the rows and added up; equal ones are the order's and taken
    once, unless each equals its own row's price × pieces.
    """
    shipping = repeated(reader, rows, "shipping_fee", lines)
    discount = repeated(reader, rows, "discount", lines, signed=True)
    total = repeated(reader, rows, "total", lines)
    subtotal = repeated(reader, rows, "goods_total", lines)
    tax = repeated(reader, rows, "tax", lines) or 0
    codes = tuple(
        dict.fromkeys(code for cells in rows for code in _codes(reader.text(cells, "voucher_code")))
    )
    of_lines, full = goods_total(lines), full_total(lines)
    if total is not None and shipping is not None and total >= shipping:
        goods: int | None = max(
            total - shipping - (tax if subtotal is None or total - shipping > subtotal else 0), 0
        )
    elif subtotal is not None or total is not None:
        goods = min(value for value in (subtotal, total) if value is not None)
    else:
        goods = None if of_lines is None else of_lines - (discount or 0)
    if goods is not None and full is None and discount:
        full = goods + discount
    if goods is not None and full is not None and full < goods:
        full = goods
    return _settled(goods, full, shipping, codes)


def _codes(text: str) -> list[str]:
    absent = {"", "-", "0", "tidak", "no", "none", "n/a"}
    return [part.strip() for part in text.split(",") if part.strip().lower() not in absent]


def _added(reader: Reader, rows: CELLS, name: str) -> int | None:
    values = [value for cells in rows if (value := reader.amount(cells, name)) is not None]
    return sum(values) if values else None


def repeated(
    reader: Reader, rows: CELLS, name: str, lines: list[Line], *, signed: bool = False
) -> int | None:
    """An amount that may be the order's, repeated, or each row's own (see `table`)."""
    if not reader.has(name):
        return None
    read = [reader.amount(cells, name, signed=signed) for cells in rows]
    values = [value for value in read if value is not None]
    if len(values) < 2:
        return values[0] if values else None
    own = all(value == line.goods for value, line in zip(read, lines, strict=True))
    return sum(values) if len(set(values)) > 1 or own else values[0]


Policy = Callable[[Reader, CELLS, list[Line]], Money]
POLICIES: dict[str, Policy] = {
    "shopee": shopee,
    "tiktokshop": tiktok,
    "lazada": lazada,
    "tokopedia": tokopedia,
    "shopify": table,
    "orders_table": table,
}
