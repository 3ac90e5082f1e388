"""Whether a table writes the day or the month first: decided by the file itself, else asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sapa.imports.formats.cells import Moments, day_order
from sapa.imports.formats.tables import Table
from sapa.imports.formats.types import Answers, Problem, Question

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Dates:
    """How to read the dates of a file, and what is to be asked or said about their order."""

    moments: Moments
    questions: tuple[Question, ...] = ()
    warnings: tuple[Problem, ...] = ()


def dates_of(table: Table, columns: Iterable[int], answers: Answers, *, known: bool | None = None) -> Dates:
    """The reader for these date columns.

    Order: what is `known` of the format, what was answered, what a value above 12 shows anywhere in the
    file; else the day is taken to come first, with a question and a warning. Where values show both
    orders, each such value is read as it can be and the others day first, with a warning.
    """
    if known is not None:
        return Dates(Moments(answers.timezone, known))
    if answers.day_first is not None:
        return Dates(Moments(answers.timezone, answers.day_first))
    order = _order(table, [index for index in columns if index < table.width])
    moments = Moments(answers.timezone, order != "mdy")
    if order == "mixed":
        return Dates(moments, warnings=(Problem("day_order_mixed"),))
    if order:
        return Dates(moments)
    question = Question("day_order", ("day_first", "month_first"), "day_first")
    return Dates(moments, (question,), (Problem("day_order_guessed"),))


def _order(table: Table, columns: list[int]) -> str:
    found = day_order([cell for row in table.sample for index in columns for cell in _text(row, index)])
    if found:
        return found
    for index in columns:
        cells = (cell for _, cell in table.column(index) if isinstance(cell, str))
        while some := list(islice(cells, _AT_ONCE)):
            if (found := day_order(some)) not in ("", "none"):
                return found
    return ""


def _text(row: tuple[object, ...], index: int) -> Iterator[str]:
    if index < len(row) and isinstance(cell := row[index], str):
        yield cell
