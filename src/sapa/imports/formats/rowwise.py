"""Tables of which each row is one thing: the frame that customer sheets, notes, reviews, surveys and answers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sapa.gateway.types import Event
from sapa.imports.formats.cells import text_of
from sapa.imports.formats.columns import Field, Matched, match
from sapa.imports.formats.dayorder import Dates, dates_of
from sapa.imports.formats.fields import KNOWN
from sapa.imports.formats.orders.layouts import LAYOUTS
from sapa.imports.formats.previews import table_preview
from sapa.imports.formats.reading import Reader, RowError, failed, has_no_digit
from sapa.imports.formats.tables import Cells, Table, look, open_table
from sapa.imports.formats.types import Answers, FormatError, Preview, Problem, Row

_PREVIEWED = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a builder of events gets to know of the file."""

    table: Table
    matched: Matched
    reader: Reader
    answers: Answers


Builder = Callable[[Cells], tuple[Event, ...]]


@dataclass(frozen=True, slots=True)
class RowFormat:
    """`imports.formats.types.Format` of such a table.

    `likeness` says 0..100 how much a mapping looks like this kind; `needed` are groups of fields of which each
    must have one column; `builder` makes the function that turns a row into events or raises `RowError`.
    """

    name: str
    kind: str
    fields: tuple[Field, ...]
    likeness: Callable[[Matched, Table], int]
    needed: tuple[tuple[str, ...], ...]
    dates: tuple[str, ...]
    builder: Callable[[Sheet], Builder]

    def recognise(self, path: Path, head: bytes) -> int:
        """How much the columns look like this kind; never a marketplace's order export."""
        table = look(path, KNOWN)
        if table is None or any(layout.fits(table.header) for layout in LAYOUTS):
            return 0
        matched = match(table.header, table.sample, self.fields)
        return self.likeness(matched, table) if self._missing(matched) is None else 0

    def preview(self, path: Path, answers: Answers) -> Preview:
        """Mapping, sample and questions."""
        sheet, dates = self._sheet(path, answers)
        rows = list(islice(self._rows(sheet), _PREVIEWED))
        return table_preview(
            self.kind,
            self.name,
            sheet.table,
            sheet.matched,
            rows,
            questions=dates.questions,
            warnings=dates.warnings,
        )

    def read(self, path: Path, answers: Answers) -> Iterator[Row]:
        """Each row with its events, in file order. Raises `FormatError` before the first row."""
        sheet, _ = self._sheet(path, answers)
        return self._rows(sheet)

    def _sheet(self, path: Path, answers: Answers) -> tuple[Sheet, Dates]:
        table = open_table(path, KNOWN)
        matched = match(table.header, table.sample, self.fields, answers.columns)
        if (missing := self._missing(matched)) is not None:
            raise FormatError(Problem("column_needed", {"field": missing}))
        columns = [matched.index(name) for name in self.dates if matched.has(name)]
        dates = dates_of(table, columns, answers)
        return Sheet(table, matched, Reader(matched, dates.moments), answers), dates

    def _missing(self, matched: Matched) -> str | None:
        return next((group[0] for group in self.needed if not any(matched.has(name) for name in group)), None)

    def _rows(self, sheet: Sheet) -> Iterator[Row]:
        build = self.builder(sheet)
        table = sheet.table
        for place, (number, cells) in enumerate(table.rows()):
            if place == 0 and self._is_description(sheet, cells):
                yield Row(number, skipped="description")
                continue
            try:
                if table.is_too_wide(cells):
                    raise RowError("row_too_wide", columns=table.width)
                yield Row(number, events=build(cells))
            except RowError as error:
                yield failed(table, number, cells, error.problem)

    def _is_description(self, sheet: Sheet, cells: Cells) -> bool:
        """A second header row has words where dates should be, and no digit anywhere."""
        dated = any(has_no_digit(sheet.reader.text(cells, name)) for name in self.dates)
        return dated and not any(any(map(str.isdigit, text_of(cell))) for cell in cells)
