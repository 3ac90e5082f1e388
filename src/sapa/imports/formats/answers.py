"""Approved answers: a table with a question and its answer in each row."""

from __future__ import annotations

from sapa.gateway.types import AnswerApproved, Event
from sapa.imports.formats.columns import Matched
from sapa.imports.formats.fields import ANSWERS
from sapa.imports.formats.reading import RowError
from sapa.imports.formats.rowwise import Builder, RowFormat, Sheet
from sapa.imports.formats.tables import Cells, Table

_WIDEST = 8


def _likeness(matched: Matched, table: Table) -> int:
    sure = min(matched.confidence.get("question", 0), matched.confidence.get("answer", 0))
    return 88 if sure >= 75 and table.width <= _WIDEST else 0


def _builder(sheet: Sheet) -> Builder:
    reader = sheet.reader

    def build(cells: Cells) -> tuple[Event, ...]:
        question, answer = reader.text(cells, "question"), reader.text(cells, "answer")
        if not question or not answer:
            raise RowError("answer_incomplete")
        return (AnswerApproved(question, answer),)

    return build


FORMATS = (
    RowFormat("answers_table", "answers", ANSWERS, _likeness, (("question",), ("answer",)), (), _builder),
)
