"""One order per order number, however its rows lie in the file, in bounded memory.

Rows of an order normally stand together, so a group is what the reader holds: a handful of rows. Whether
that is true of a file is found out first, by a pass over the number column alone (a tenth of the cost of
reading): it keeps one 8-byte hash for each run of equal numbers and sorts them. Numbers found in more than
one run are *scattered*; only their rows are put aside in a temporary SQLite file, from which the whole order
is taken when its first row comes. A look-ahead window would need no first pass, but would silently break an
order whose rows lie further apart than the window: a sheet sorted by product does that.
"""

from __future__ import annotations

import pickle
import sqlite3
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from sapa.imports.formats.tables import Cells, Table

MOST_ROWS_AN_ORDER = 1000
_ROUNDED_DIGITS = 15

NumberOf = Callable[[Cells], str]


@dataclass(frozen=True, slots=True)
class Index:
    """What the first pass found: hashes of scattered numbers, and whether a spreadsheet has rounded the ids off."""

    scattered: frozenset[int] = field(default_factory=frozenset)
    rounded: bool = False


def index_of(numbers: Iterable[str]) -> Index:
    """Look through the order numbers of all rows in file order ("" for none).

    Ids are held to be rounded off where at least three unlike ones have 16 digits or more and more than half
    of those end in zeros from the 16th digit on: Excel keeps 15.
    """
    runs = array("q")
    last = ""
    long_ids = rounded_ids = 0
    for number in numbers:
        if not number or number == last:
            continue
        last = number
        runs.append(hash(number))
        if len(number) > _ROUNDED_DIGITS and number.isdigit():
            long_ids += 1
            rounded_ids += not number[_ROUNDED_DIGITS:].strip("0")
    ordered = sorted(runs)
    scattered = frozenset(one for one, other in pairwise(ordered) if one == other)
    return Index(scattered, rounded_ids >= 3 and rounded_ids * 2 > long_ids)


@dataclass(slots=True)
class Group:
    """Rows of one order that stand together; `all_rows` are those of the whole order, `first` whether these begin it."""

    number: str
    rows: list[tuple[int, Cells]]
    all_rows: list[tuple[int, Cells]]
    first: bool


class Grouped:
    """The groups of a table in file order. `number_of` may not raise; "" keeps a row by itself."""

    def __init__(self, table: Table, number_of: NumberOf, index: Index) -> None:
        self._table = table
        self._number_of = number_of
        self._scattered = index.scattered

    def __iter__(self) -> Iterator[Group]:
        if not self._scattered:
            yield from (Group(number, rows, rows, first=True) for number, rows in self._runs())
            return
        with tempfile.TemporaryDirectory(prefix="sapa-", ignore_cleanup_errors=True) as folder:
            aside = _Aside(Path(folder) / "rows.db")
            try:
                aside.fill(self._runs(), self._scattered)
                yield from self._with(aside)
            finally:
                aside.close()

    def _with(self, aside: _Aside) -> Iterator[Group]:
        for number, rows in self._runs():
            if not number or hash(number) not in self._scattered:
                yield Group(number, rows, rows, first=True)
                continue
            all_rows = aside.take(number)
            yield Group(number, rows, all_rows, first=bool(all_rows))

    def _runs(self) -> Iterator[tuple[str, list[tuple[int, Cells]]]]:
        current = ""
        held: list[tuple[int, Cells]] = []
        for row in self._table.rows():
            number = self._number_of(row[1])
            if held and (number != current or not number or len(held) >= MOST_ROWS_AN_ORDER):
                yield current, held
                held = []
            current = number
            held.append(row)
        if held:
            yield current, held


class _Aside:
    """Rows of scattered orders on disk: our own file, written and read by this run only."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;"
            "CREATE TABLE aside (number TEXT, place INTEGER, cells BLOB, PRIMARY KEY (number, place)) WITHOUT ROWID;"
        )

    def fill(self, runs: Iterable[tuple[str, list[tuple[int, Cells]]]], scattered: frozenset[int]) -> None:
        self._base.execute("BEGIN")
        self._base.executemany(
            "INSERT INTO aside VALUES (?, ?, ?)",
            (
                (number, place, pickle.dumps(cells, pickle.HIGHEST_PROTOCOL))
                for number, rows in runs
                if number and hash(number) in scattered
                for place, cells in rows
            ),
        )
        self._base.execute("COMMIT")

    def take(self, number: str) -> list[tuple[int, Cells]]:
        """All rows of the order the first time that it is asked for; nothing after that."""
        query = "SELECT place, cells FROM aside WHERE number = ? ORDER BY place LIMIT ?"
        found = self._base.execute(query, (number, MOST_ROWS_AN_ORDER)).fetchall()
        self._base.execute("DELETE FROM aside WHERE number = ?", (number,))
        return [(place, pickle.loads(cells)) for place, cells in found]  # noqa: S301

    def close(self) -> None:
        self._base.close()
