"""One order out of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from sapa.gateway.types import ChannelRef, Key, OrderStated, Person
from sapa.imports.formats.cells import Cell, minor_digits
from sapa.imports.formats.orders import money, statuses
from sapa.imports.formats.orders.layouts import Layout
from sapa.imports.formats.orders.lines import Line, read_line
from sapa.imports.formats.persons import digest, is_masked, keys_of, unmasked
from sapa.imports.formats.reading import Reader, RowError
from sapa.imports.formats.sources import channel_kind
from sapa.imports.formats.tables import Cells

Rows = Sequence[tuple[int, Cells]]
_MOST_KEPT = 10_000
_STATUS_FIELDS = ("status", "status_2", "substatus", "payment_status", "fulfillment_status", "cancelled")
_ITEM_FIELDS = (
    "sku",
    "parent_sku",
    "item_name",
    "variant",
    "quantity",
    "returned_quantity",
    "price",
    "list_price",
)
_LINE_FIELDS = (*_STATUS_FIELDS, *_ITEM_FIELDS, "goods_total", "list_total")
_TIME_FIELDS = (
    ("paid", ""),
    ("shipped", "shipped_time"),
    ("delivered", ""),
    ("completed", "completed_time"),
    ("cancelled", "cancelled_time"),
    ("updated", ""),
)
_RETURN_ONLY = ("refund only", "hanya refund", "hanya pengembalian dana", "pengembalian dana saja")


@dataclass(slots=True)
class Times:
    """When what happened to an order, as far as its rows say."""

    placed: datetime | None
    paid: datetime | None
    shipped: datetime | None
    delivered: datetime | None
    completed: datetime | None
    cancelled: datetime | None
    updated: datetime | None

    def known(self) -> list[datetime]:
        """All times of the order's own life, in the order of life."""
        all_ = (self.placed, self.paid, self.shipped, self.delivered, self.completed, self.cancelled)
        return [time for time in all_ if time is not None]


class OrderBuilder:
    """Builds the orders of one file: `build` gives an event or raises `RowError` with the row that is at fault."""

    def __init__(self, layout: Layout, reader: Reader, currency: str) -> None:
        self._layout = layout
        self._reader = reader
        self._currency = currency.upper()
        self._policy = money.POLICIES[layout.name]
        self._channel = ChannelRef(layout.channel)
        self._has_currency, self._has_invoice = reader.has("currency"), reader.has("invoice")
        self._has_channel, self._has_instagram = reader.has("channel"), reader.has("instagram")
        self._tiktok = layout.name == "tiktokshop"
        self._line_cells = itemgetter(*(reader.place(name) for name in _LINE_FIELDS))
        self._lines: dict[tuple[Cell, ...], Line] = {}
        self._can_return = reader.has("return_status") or reader.has("returned_quantity")
        self._times_held = [
            (name, clock, reader.place(name)) if reader.has(name) else None for name, clock in _TIME_FIELDS
        ]

    def build(self, number: str, rows: Rows) -> OrderStated:
        """The order that these rows state."""
        lines: list[Line] = []
        if self._has_currency:
            self._reader.minor_digits = minor_digits(self._currency_of(rows[0][1]))
        try:
            for _, cells in rows:
                lines.append(self._line(cells))
            stated = next((line.status for line in lines if line.status), "")
            if stated:
                lines = [line if line.status else replace(line, status=stated) for line in lines]
            return self._order(number, [cells for _, cells in rows], lines)
        except RowError as error:
            suspects = rows[len(lines) :] or rows
            guilty = (number for number, cells in suspects if self._reader.holds(cells, error.problem))
            error.number = error.number or next(guilty, suspects[0][0])
            raise

    def _order(self, number: str, rows: list[Cells], lines: list[Line]) -> OrderStated:
        first = rows[0]
        if self._can_return:
            lines = self._with_returns(rows, lines)
        times = self._times(rows)
        known = times.known()
        if not known:
            raise RowError("order_without_date", order=number)
        amounts = self._policy(self._reader, rows, lines)
        channel = self._channel_of(first)
        person = self._person(channel.kind.removeprefix("marketplace:"), number, rows)
        status = statuses.of_rows([line.status for line in lines]) or _status_of_times(times)
        shipped_in_fact = statuses.RANKS[status] >= statuses.RANKS["shipped"] and status != "cancelled"
        return OrderStated(
            channel=channel,
            number=number,
            person=person,
            status=status,
            placed_at=times.placed or min(known),
            stated_at=times.updated or max(known),
            goods_total=amounts.goods,
            currency=self._currency_of(first),
            list_total=amounts.full,
            discount_total=amounts.discount,
            voucher_codes=amounts.vouchers,
            shipping_fee=amounts.shipping,
            items=tuple(item for line in lines if (item := line.item).name or item.sku),
            paid_at=times.paid,
            shipped_at=times.shipped if shipped_in_fact else None,
            delivered_at=times.delivered,
            completed_at=times.completed,
            cancelled_at=times.cancelled,
            tracking_number=self._first(rows, "tracking"),
            masked=not person.keys,
            other_numbers=self._other_numbers(first),
        )

    def _currency_of(self, cells: Cells) -> str:
        said = self._reader.text(cells, "currency").upper() if self._has_currency else ""
        return said if len(said) == 3 and said.isalpha() else self._currency

    def _other_numbers(self, cells: Cells) -> tuple[str, ...]:
        if not self._has_invoice:
            return ()
        invoice = self._reader.text(cells, "invoice")
        return (invoice,) if invoice else ()

    def _first(self, rows: list[Cells], name: str) -> str:
        if not self._reader.has(name):
            return ""
        return next((text for cells in rows if (text := self._reader.text(cells, name))), "")

    def _line(self, cells: Cells) -> Line:
        """The line of a row; a shop sells the same things again and again, so what was read once is kept."""
        told: tuple[Cell, ...] = self._line_cells(cells)
        if self._has_currency:
            told = (self._reader.minor_digits, *told)
        line = self._lines.get(told)
        if line is None:
            line = self._read_line(cells)
            if len(self._lines) < _MOST_KEPT:
                self._lines[told] = line
        return line

    def _read_line(self, cells: Cells) -> Line:
        line = read_line(self._reader, cells, self._read_status(cells))
        if not self._tiktok:
            return line
        goods = self._reader.amount(cells, "goods_total")
        before = self._reader.amount(cells, "list_total")
        price = None if goods is None else goods // (line.quantity or 1)
        full = before if before is not None else line.full
        return replace(line, goods=goods, full=full, item=replace(line.item, price=price))

    def _read_status(self, cells: Cells) -> str:
        """The status that the row states, "" where it states none. Raises `RowError` for words nobody knows."""
        reader, market = self._reader, self._layout.market
        for name in ("status", "status_2"):
            said = reader.text(cells, name)
            if not said and name == "status":
                continue
            status = statuses.status_of(said, market) if said else ""
            if status:
                return _with_substatus(status, statuses.status_of(reader.text(cells, "substatus"), market))
        if said := reader.text(cells, "status"):
            raise RowError("status_unknown", value=said[:80], column=reader.column("status"))
        return self._shop_status(cells)

    def _shop_status(self, cells: Cells) -> str:
        """Payment and delivery in columns of their own, as Shopify has them."""
        reader = self._reader
        payment = statuses.status_of(reader.text(cells, "payment_status"))
        delivery = statuses.status_of(reader.text(cells, "fulfillment_status"))
        if reader.cell(cells, "cancelled") != "":
            return "cancelled"
        if payment in statuses.GONE or not delivery:
            return payment
        return delivery if not payment else max(payment, delivery, key=statuses.RANKS.__getitem__)

    def _with_returns(self, rows: list[Cells], lines: list[Line]) -> list[Line]:
        """The lines after returns that went through: by pieces where the export counts them, else the whole row."""
        counted = any(line.returned for line in lines)
        return [self._returned(cells, line, counted=counted) for cells, line in zip(rows, lines, strict=True)]

    def _returned(self, cells: Cells, line: Line, *, counted: bool) -> Line:
        reader = self._reader
        said = reader.text(cells, "return_status")
        if line.status in statuses.GONE or not (said or counted):
            return line
        if counted:
            whole = 0 < line.quantity <= line.returned
        elif self._layout.name == "shopee":
            whole = statuses.is_return_agreed(said)
        else:
            whole = self._tiktok and "re" in said.lower() and bool(reader.amount(cells, "refund"))
        only_money = said.lower().strip() in _RETURN_ONLY
        return replace(line, status="refunded" if only_money else "returned") if whole else line

    def _times(self, rows: list[Cells]) -> Times:
        reader = self._reader
        placed = next((time for cells in rows if (time := reader.moment(cells, "placed"))), None)
        return Times(placed, *(self._latest(rows, held) for held in self._times_held))

    def _latest(self, rows: list[Cells], held: tuple[str, str, int] | None) -> datetime | None:
        """The latest time that a row gives; an order's times stand on each of its rows alike."""
        if held is None:
            return None
        name, clock, index = held
        found = self._reader.moment(rows[0], name, clock)
        for cells in rows[1:]:
            if cells[index] != rows[0][index] or clock:
                time = self._reader.moment(cells, name, clock)
                if time is not None and (found is None or time > found):
                    found = time
        return found

    def _channel_of(self, cells: Cells) -> ChannelRef:
        said = self._reader.text(cells, "channel") if self._has_channel else ""
        if not said:
            return self._channel
        kind = channel_kind(said)
        if self._layout.name == "tiktokshop":
            return ChannelRef("marketplace:tokopedia") if kind == "marketplace:tokopedia" else self._channel
        if kind in ("", "referral", "google", "facebook", "youtube"):
            return ChannelRef(self._channel.kind, said)
        return ChannelRef(kind)

    def _person(self, market: str, number: str, rows: list[Cells]) -> Person:
        reader, first = self._reader, rows[0]
        username = reader.text(first, "username")
        kind = f"marketplace:{market}" if self._layout.channel.startswith("marketplace:") else ""
        handles: list[tuple[str, str]] = [(kind, username)] if kind and username else []
        if self._has_instagram and (instagram := reader.text(first, "instagram")):
            handles.append(("instagram", instagram))
        phone = reader.phone(first) or (reader.phone(first, "phone_2") if reader.has("phone_2") else "")
        email = reader.text(first, "email")
        keys: tuple[Key, ...] = keys_of("" if phone.startswith("*") else phone, email, tuple(handles))
        name = reader.text(first, "name")
        if not name and reader.has("first_name"):
            name = f"{reader.text(first, 'first_name')} {reader.text(first, 'last_name')}".strip()
        return Person(("order", f"{market}:{number}"), unmasked(name), keys)


def _with_substatus(status: str, substatus: str) -> str:
    if status == "shipped" and substatus in ("delivered", "completed"):
        return "delivered"
    return status


def _status_of_times(times: Times) -> str:
    """Where no status is written: what the times tell; a sale noted with no more than its day is done."""
    if times.cancelled:
        return "cancelled"
    if times.completed or times.delivered:
        return "completed" if times.completed else "delivered"
    return "shipped" if times.shipped else "completed"


def made_up_number(reader: Reader, cells: Cells) -> str:
    """The number of a sale in a sheet without order numbers: one for each person and day, the same at every import.

    Two lines of one person on one day are one order: counting them as two would invent repeat buyers.
    Raises `RowError` where the row has no date or names nobody.
    """
    placed = reader.moment(cells, "placed")
    if placed is None:
        raise RowError("order_without_date", order="")
    who = reader.phone(cells, "phone") or reader.text(cells, "email") or reader.text(cells, "name")
    who = who or reader.text(cells, "username") or reader.text(cells, "instagram")
    if not who or is_masked(who):
        raise RowError("order_without_number_or_person")
    return f"{placed.date().isoformat()}-{digest(who)[:10]}"
