"""One reader for every table: CSV in any dress, XLSX, XLS and ODS.

A table is a header and rows. Rows carry the number that a spreadsheet program shows beside them and are
streamed; the header is found wherever it stands (titles and blank rows above it are passed over), and a
file without one gets the names `Kolom 1`, `Kolom 2`, …
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from sapa.imports.formats import delimited
from sapa.imports.formats.cells import Cell, text_of
from sapa.imports.formats.columns import Vocabulary, is_date, is_email, is_phone, plain_name
from sapa.imports.formats.text import check_text, read_head
from sapa.imports.formats.types import FormatError, Problem
from sapa.imports.formats.workbooks import SheetRows, Sheets, is_workbook

LOOKED_AT = 80
_HEADER_WITHIN = 20
_MOST_COLUMNS = 1000
_CELL_LOOKED_AT = 400

Cells = list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header is known: `header_row` is its row number, 0 where the file has no header."""

    path: Path
    header: tuple[str, ...]
    header_row: int
    sample: tuple[tuple[Cell, ...], ...]
    delimiter: str = ""
    sheet: SheetRows | None = None
    other_sheets: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns the header names."""
        return len(self.header)

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """(row number, cells) of every row below the header that is not blank.

        `cells` has one more place than the header, always "", so that a missing column can be read like
        any other; a row with filled cells beyond the header is longer still (`is_too_wide`).
        """
        width = len(self.header)
        for number, cells in enumerate(self._records(), start=1):
            if number <= self.header_row or not any(cells):
                continue
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            elif len(cells) > width and not any(cells[width:]):
                del cells[width:]
            cells.append("")
            yield number, cells

    def is_too_wide(self, cells: Cells) -> bool:
        """Whether the row has more filled cells than the header has columns: its values stand in wrong places."""
        return len(cells) > len(self.header) + 1

    def column(self, index: int) -> Iterator[tuple[int, Cell]]:
        """(row number, cell) of one column for every row below the header, blank rows too; the quick way."""
        if self.sheet is not None:
            for number, cells in enumerate(self.sheet, start=1):
                if number > self.header_row:
                    yield number, cells[index] if index < len(cells) else ""
            return
        values = delimited.cells_in_column(self.path, self.delimiter, index)
        yield from islice(enumerate(values, start=1), self.header_row, None)

    def _records(self) -> Iterator[Cells]:
        if self.sheet is not None:
            return iter(self.sheet)
        return delimited.records(self.path, self.delimiter)  # type: ignore[return-value]

    def shown(self, cells: Sequence[Cell]) -> tuple[str, ...]:
        """The row as text, to be kept beside a problem and mended."""
        return tuple(text_of(cell) for cell in (cells[:-1] if not cells[-1] else cells))


def open_table(path: Path, known: Vocabulary) -> Table:
    """The table in the file. Raises `FormatError`: what `check_text` and `Sheets` raise, and no_table."""
    if is_workbook(path, read_head(path)):
        return _open_workbook(path, known)
    check_text(path)
    delimiter = delimited.delimiter_of(path)
    top = list(islice(delimited.records(path, delimiter), LOOKED_AT))
    return _table(path, top, known, delimiter=delimiter)  # type: ignore[arg-type]


def look(path: Path, known: Vocabulary) -> Table | None:
    """The table for recognising and sampling, None where the file is none; the last few looks are remembered."""
    try:
        status = path.stat()
        return _look(path, status.st_size, status.st_mtime_ns, known)
    except OSError:
        return None


@lru_cache(maxsize=4)
def _look(path: Path, size: int, changed: int, known: Vocabulary) -> Table | None:
    try:
        table = open_table(path, known)
    except FormatError:
        return None
    return Table(
        path, table.header, table.header_row, table.sample, table.delimiter, None, table.other_sheets
    )


def _open_workbook(path: Path, known: Vocabulary) -> Table:
    """The first visible sheet whose header is known; where none is, the first that holds anything."""
    sheets = Sheets(path)
    first: Table | None = None
    for name in sheets.names[:10]:
        rows = sheets.rows(name)
        top = [list(row) for row in islice(rows, LOOKED_AT)]
        if not any(any(row) for row in top):
            continue
        others = tuple(other for other in sheets.names if other != name)
        table = _table(path, top, known, sheet=rows, other_sheets=others)
        if table.header_row and known.hits(table.header) > 1:
            return table
        first = first or table
    if first is None:
        raise FormatError(Problem("empty_file", {"name": path.name}))
    return first


def _table(
    path: Path,
    top: list[Cells],
    known: Vocabulary,
    *,
    delimiter: str = "",
    sheet: SheetRows | None = None,
    other_sheets: tuple[str, ...] = (),
) -> Table:
    place = _header_place(top, known)
    names = top[place - 1] if place else [""] * max((len(row) for row in top), default=0)
    header = _unique([text_of(cell) for cell in names])
    if not header or len(header) > _MOST_COLUMNS:
        raise FormatError(Problem("no_table", {"name": path.name}))
    sample = tuple(tuple(row) for row in top[place:] if any(row))
    return Table(path, header, place, sample, delimiter, sheet, other_sheets)


def _header_place(top: list[Cells], known: Vocabulary) -> int:
    """The row number of the header: most known names, else the first row of several words that are no data; 0 for none."""
    best, most = 0, 0
    for number, row in enumerate(top[:_HEADER_WITHIN], start=1):
        hits = 0 if _is_data(row) else known.hits(row)
        if hits > most:
            best, most = number, hits
    if best:
        return best
    for number, row in enumerate(top[:_HEADER_WITHIN], start=1):
        filled = [text_of(cell) for cell in row if cell not in ("", None)]
        if len(filled) > 1:
            return 0 if _is_data(row) or not all(isinstance(cell, str) for cell in row) else number
    return 0


def _is_data(row: Sequence[Cell]) -> bool:
    """A header names things; a row with a phone number, an address, a date or a number in it is data."""
    for cell in row:
        text = text_of(cell)[:_CELL_LOOKED_AT]
        if not isinstance(cell, str) or is_phone(text) or is_email(text) or is_date(text):
            return True
        if text.replace(".", "").replace(",", "").isdigit():
            return True
    return False


def _unique(names: list[str]) -> tuple[str, ...]:
    """Names that differ: a second `status` is `status (2)`, a nameless column `Kolom 7`."""
    while names and not names[-1] and len(names) > 1 and any(names):
        names.pop()
    seen: dict[str, int] = {}
    unique = []
    for place, name in enumerate(names, start=1):
        shown = " ".join(name.split()) or f"Kolom {place}"
        times = seen[plain_name(shown)] = seen.get(plain_name(shown), 0) + 1
        unique.append(shown if times == 1 else f"{shown} ({times})")
    return tuple(unique)
