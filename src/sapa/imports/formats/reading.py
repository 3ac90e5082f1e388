"""Reading the fields of a row by a mapping, with every failure naming its cell and column."""

from __future__ import annotations

import re
from datetime import datetime

from sapa.imports.formats.cells import (
    Cell,
    CellError,
    Moments,
    amount_of,
    count_of,
    number_of,
    phone_of,
    text_of,
)
from sapa.imports.formats.columns import Matched
from sapa.imports.formats.tables import Cells, Table
from sapa.imports.formats.types import Problem, Row

_ARMOUR = ("=", "'")
_CLOCK = re.compile(r"^\d{1,2}[:.]\d{2}")


class RowError(Exception):
    """A row that cannot be read, with why; `number` is the row that is at fault (0: the one at hand)."""

    def __init__(self, code: str, number: int = 0, **data: object) -> None:
        super().__init__(code)
        self.problem = Problem(code, data)
        self.number = number


class _Places(dict[str, int]):
    """{field: index of its cell}; a field without a column is at the empty place behind the last one."""

    def __init__(self, matched: Matched) -> None:
        super().__init__(matched.columns)
        self._absent = len(matched.header)

    def __missing__(self, name: str) -> int:
        return self._absent


class Reader:
    """Fields of a row by name. Every method raises `RowError` with the cell's value and its column."""

    def __init__(self, matched: Matched, moments: Moments, minor_digits: int = 0) -> None:
        self._matched = matched
        self._at = _Places(matched)
        self.moments = moments
        self.minor_digits = minor_digits

    def has(self, name: str) -> bool:
        """Whether a column holds this field."""
        return name in self._at

    def column(self, name: str) -> str:
        """The name of the field's column, "" where there is none."""
        return self._matched.header[self._at[name]] if name in self._at else ""

    def place(self, name: str) -> int:
        """The index of the field's cell in a row of `Table.rows`."""
        return self._at[name]

    def cell(self, cells: Cells, name: str) -> Cell:
        """The cell as read."""
        return cells[self._at[name]]

    def text(self, cells: Cells, name: str) -> str:
        """The cell as text, "" where there is none."""
        cell = cells[self._at[name]]
        if isinstance(cell, str):
            cell = cell.strip()
            return text_of(cell) if cell[:1] in _ARMOUR else cell
        return text_of(cell)

    def number(self, cells: Cells, name: str = "number") -> str:
        """An id: `cells.number_of`."""
        try:
            return number_of(cells[self._at[name]])
        except CellError as error:
            raise self._error(error, name) from error

    def phone(self, cells: Cells, name: str = "phone") -> str:
        """A phone number as written: `cells.phone_of`."""
        try:
            return phone_of(cells[self._at[name]])
        except CellError as error:
            raise self._error(error, name) from error

    def amount(self, cells: Cells, name: str, *, signed: bool = False) -> int | None:
        """Money in minor units; a negative amount is an error unless `signed` (discounts), then its size counts."""
        cell = cells[self._at[name]]
        if cell == "":
            return None
        try:
            value = amount_of(cell, self.minor_digits)
        except CellError as error:
            raise self._error(error, name) from error
        if value is not None and value < 0:
            if not signed:
                raise self._error(CellError("amount_negative", text_of(cell)), name)
            return -value
        return value

    def count(self, cells: Cells, name: str) -> int | None:
        """A number of pieces."""
        cell = cells[self._at[name]]
        if cell == "":
            return None
        if isinstance(cell, str) and len(cell) == 1 and cell in "0123456789":
            return int(cell)
        try:
            return count_of(cell)
        except CellError as error:
            raise self._error(error, name) from error

    def moment(self, cells: Cells, name: str, clock: str = "") -> datetime | None:
        """A point in time; `clock` names a second column that holds the time of day."""
        cell = cells[self._at[name]]
        if cell == "":
            return None
        try:
            if clock and _CLOCK.match(time := self.text(cells, clock)):
                return self.moments(f"{text_of(cell).split(' ')[0]} {time}")
            return self.moments(cell)
        except CellError as error:
            raise self._error(error, name) from error

    def holds(self, cells: Cells, problem: Problem) -> bool:
        """Whether this row holds the cell that the problem names."""
        named = problem.data.get("column", "")
        return any(
            name == named and text_of(cell)[:80] == problem.data.get("value")
            for name, cell in zip(self._matched.header, cells, strict=False)
        )

    def _error(self, error: CellError, name: str) -> RowError:
        return RowError(error.code, value=error.value, column=self.column(name))


def failed(table: Table, number: int, cells: Cells, problem: Problem) -> Row:
    """The row beside its problem, as read, so that it can be mended."""
    return Row(number, problem=problem, raw=table.shown(cells))


def has_no_digit(text: str) -> bool:
    """Whether a cell that should hold an id or a date is words alone, as in a second header row."""
    return bool(text) and not any(map(str.isdigit, text))


def unquoted(line: str) -> str:
    """A line of plain text as it was before a CSV writer put it into one quoted cell (a mended failed row)."""
    line = line.strip()
    if len(line) > 1 and line[0] == line[-1] == '"':
        return line[1:-1].replace('""', '"')
    return line
