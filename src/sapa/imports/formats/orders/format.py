"""The formats of order files: one for each marketplace's export and one for any table of orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sapa.imports.formats.cells import Cell, CellError, minor_digits, number_of, text_of
from sapa.imports.formats.columns import Matched, match
from sapa.imports.formats.dayorder import Dates, dates_of
from sapa.imports.formats.fields import KNOWN, ORDERS
from sapa.imports.formats.orders.build import OrderBuilder, made_up_number
from sapa.imports.formats.orders.grouping import MOST_ROWS_AN_ORDER, Group, Grouped, Index, index_of
from sapa.imports.formats.orders.layouts import LAYOUTS, Layout
from sapa.imports.formats.persons import digest
from sapa.imports.formats.previews import table_preview
from sapa.imports.formats.reading import Reader, RowError, failed, has_no_digit
from sapa.imports.formats.tables import Cells, Table, look, open_table
from sapa.imports.formats.types import Answers, FormatError, Preview, Problem, Row

OWN_TABLE = Layout("orders_table", "shop", (), {})
_TIMES = ("placed", "paid", "shipped", "delivered", "completed", "cancelled", "updated")
_PREVIEWED = 200
_PLAINLY = 68


@dataclass(frozen=True, slots=True)
class OrdersFormat:
    """`imports.formats.types.Format` for order files of one layout."""

    layout: Layout
    kind: str = "orders"

    @property
    def name(self) -> str:
        """The layout's name: shopee, tiktokshop, lazada, tokopedia, shopify, orders_table."""
        return self.layout.name

    def recognise(self, path: Path, head: bytes) -> int:
        """98 for a marketplace's header; for own tables by how much of an order the columns hold."""
        table = look(path, KNOWN)
        if table is None or not table.width:
            return 0
        if self.layout.signatures:
            return 98 if self.layout.fits(table.header) else 0
        if any(layout.fits(table.header) for layout in LAYOUTS):
            return 0
        return _order_likeness(match(table.header, table.sample, ORDERS))

    def preview(self, path: Path, answers: Answers) -> Preview:
        """Mapping, sample and questions; the first rows are read to see people and dates."""
        table = open_table(path, KNOWN)
        matched, dates = self._prepare(table, answers)
        rows = islice(_OrderRows(self.layout, table, matched, dates, answers).read(Index()), _PREVIEWED)
        return table_preview(
            self.kind,
            self.name,
            table,
            matched,
            list(rows),
            questions=dates.questions,
            warnings=dates.warnings,
        )

    def read(self, path: Path, answers: Answers) -> Iterator[Row]:
        """One `OrderStated` with the first row of each order, its other rows `continues`. Raises `FormatError` first."""
        table = open_table(path, KNOWN)
        matched, dates = self._prepare(table, answers)
        rows = _OrderRows(self.layout, table, matched, dates, answers)
        return rows.read(rows.index())

    def _prepare(self, table: Table, answers: Answers) -> tuple[Matched, Dates]:
        if self.layout.signatures:
            matched = self.layout.match(table.header, answers.columns)
        else:
            matched = match(table.header, table.sample, ORDERS, answers.columns)
        if not matched.has("number") and (self.layout.signatures or not matched.has("placed")):
            raise FormatError(Problem("column_needed", {"field": "number"}))
        times = [matched.index(name) for name in _TIMES if matched.has(name)]
        return matched, dates_of(table, times, answers, known=self.layout.day_first)


def _order_likeness(matched: Matched) -> int:
    """How much of an order the columns hold; without order numbers its date must be plainly named one."""
    worth = matched.has("total") or matched.has("price") or matched.has("goods_total")
    dated = max(matched.confidence.get("placed", 0), matched.confidence.get("paid", 0))
    who = any(matched.has(name) for name in ("name", "phone", "email", "username"))
    if matched.has("number") and worth and dated:
        return 85 if who else 75
    if matched.has("number", "status") and (worth or dated or matched.has("item_name")):
        return 70
    if dated < _PLAINLY or not who or not worth:
        return 0
    if matched.has("item_name"):
        return 78
    return 66 if matched.confidence.get("total", 0) >= _PLAINLY else 0


class _OrderRows:
    """The rows of one order file, ready to be read."""

    def __init__(
        self, layout: Layout, table: Table, matched: Matched, dates: Dates, answers: Answers
    ) -> None:
        self._layout = layout
        self._table = table
        self._matched = matched
        self._reader = Reader(matched, dates.moments, minor_digits(answers.currency))
        self._builder = OrderBuilder(layout, self._reader, answers.currency)
        self._numbered = matched.has("number")
        self._column = matched.index("number")
        self._previous = ""
        self._previous_cell: Cell = ""
        self._starts = [
            matched.index(name) for name in ("placed", "status", "name", "phone", "username", "total")
        ]

    def index(self) -> Index:
        """The first pass over the numbers."""
        if self._numbered:
            return index_of(self._numbers())
        return index_of(self._number_of(cells) for _, cells in self._table.rows())

    def _numbers(self) -> Iterator[str]:
        previous: Cell = ""
        for _, cell in self._table.column(self._column):
            if cell != previous:
                previous = cell
                yield _number_or_nothing(cell)

    def read(self, index: Index) -> Iterator[Row]:
        """Rows in file order."""
        outcomes: dict[bytes, Problem | None] = {}
        self._previous = self._previous_cell = ""
        fresh, overlong = True, ""
        for group in Grouped(self._table, self._number_of, index):
            rows = group.rows
            if fresh and self._is_description(rows[0][1]):
                yield Row(rows[0][0], skipped="description")
                rows = rows[1:]
                group = Group(group.number, rows, group.all_rows[1:], group.first)
            fresh = False
            if not rows:
                continue
            if len(rows) >= MOST_ROWS_AN_ORDER:
                overlong = group.number
            if group.number and group.number == overlong:
                yield from self._all_failed(
                    rows, Problem("order_too_many_rows", {"most": MOST_ROWS_AN_ORDER})
                )
            elif index.rounded and self._is_rounded(group.number):
                yield from self._all_failed(rows, Problem("id_rounded", {"value": group.number}))
            else:
                yield from self._group(group, outcomes, scattered=bool(index.scattered))

    def _group(
        self, group: Group, outcomes: dict[bytes, Problem | None], *, scattered: bool
    ) -> Iterator[Row]:
        key = digest(group.number).encode() if scattered and group.number else b""
        if not group.first:
            yield from self._later(group.rows, outcomes.get(key))
            return
        problem: Problem | None = None
        try:
            if not group.number:
                self._why_no_number(group.rows[0][1])
            self._check_shape(group.all_rows)
            event = self._builder.build(group.number, self._without_copies(group.all_rows))
            first, *others = group.rows
            yield Row(first[0], events=(event,))
            yield from (Row(number, continues=True) for number, _ in others)
        except RowError as error:
            at = error.number or group.rows[0][0]
            problem = Problem("order_has_bad_row", {"order": group.number, "row": at})
            for number, cells in group.rows:
                yield failed(self._table, number, cells, error.problem if number == at else problem)
            if at not in {number for number, _ in group.rows}:
                problem = error.problem
        if key:
            outcomes[key] = problem

    def _later(self, rows: list[tuple[int, Cells]], problem: Problem | None) -> Iterator[Row]:
        if problem is not None:
            yield from self._all_failed(rows, problem)
            return
        yield from (Row(number, continues=True) for number, _ in rows)

    def _all_failed(self, rows: list[tuple[int, Cells]], problem: Problem) -> Iterator[Row]:
        return (failed(self._table, number, cells, problem) for number, cells in rows)

    def _check_shape(self, rows: list[tuple[int, Cells]]) -> None:
        if len(rows) >= MOST_ROWS_AN_ORDER:
            raise RowError("order_too_many_rows", most=MOST_ROWS_AN_ORDER)
        most = self._table.width + 1
        for number, cells in rows:
            if len(cells) > most:
                raise RowError("row_too_wide", number, columns=most - 1)

    def _without_copies(self, rows: list[tuple[int, Cells]]) -> list[tuple[int, Cells]]:
        """A marketplace never writes one line twice: equal rows come from files pasted together."""
        if len(rows) == 1 or not self._layout.signatures:
            return rows
        seen: list[tuple[int, Cells]] = []
        for number, cells in rows:
            if not any(cells == other for _, other in seen):
                seen.append((number, cells))
        return seen

    def _number_of(self, cells: Cells) -> str:
        if not self._numbered:
            try:
                return made_up_number(self._reader, cells)
            except RowError:
                return ""
        cell = cells[self._column]
        if cell == self._previous_cell and cell != "":
            return self._previous
        number = _number_or_nothing(cell)
        if number:
            self._previous, self._previous_cell = number, cell
            return number
        return self._previous if self._goes_on(cells) else ""

    def _goes_on(self, cells: Cells) -> bool:
        """A row with an item only, below an order: programs leave out what would be repeated."""
        item = cells[self._matched.index("item_name")]
        empty = cells[self._column] == "" and all(cells[index] == "" for index in self._starts)
        return bool(self._previous) and empty and item != ""

    def _why_no_number(self, cells: Cells) -> None:
        if self._numbered:
            self._reader.number(cells)
            raise RowError("order_without_number")
        made_up_number(self._reader, cells)

    def _is_description(self, cells: Cells) -> bool:
        """A second header row says in words what the columns hold; an order number has digits."""
        if self._numbered and has_no_digit(text_of(cells[self._column])):
            return self._layout.description_row or not any(any(map(str.isdigit, text_of(c))) for c in cells)
        return False

    def _is_rounded(self, number: str) -> bool:
        return len(number) > 15 and number.isdigit() and not number[15:].strip("0")


def _number_or_nothing(cell: Cell) -> str:
    try:
        return number_of(cell)
    except CellError:
        return ""


FORMATS = (*(OrdersFormat(layout) for layout in LAYOUTS), OrdersFormat(OWN_TABLE))
