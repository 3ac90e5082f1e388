"""What a preview of any table shows beyond its kind: sample rows, mapping, row count, warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sapa.gateway.types import Event, NoteTaken, OrderStated, PersonDescribed, ResponseGiven, ReviewPosted
from sapa.imports.formats.columns import Matched
from sapa.imports.formats.tables import Table
from sapa.imports.formats.types import Answers, Preview, Problem, Question, Row

SAMPLE_ROWS = 20
_COUNTED_BYTES = 30_000_000
_MOST_PEOPLE = 50


def row_count(table: Table) -> int | None:
    """How many data rows there are; None where the file is too large to count while somebody waits."""
    if table.path.stat().st_size > _COUNTED_BYTES:
        return None
    return sum(1 for _ in table.rows())


def table_preview(
    kind: str,
    format_name: str,
    table: Table,
    matched: Matched,
    rows: Iterable[Row],
    *,
    questions: tuple[Question, ...] = (),
    warnings: tuple[Problem, ...] = (),
) -> Preview:
    """The preview of a table; `rows` are its first rows as read, for people and dates."""
    people, first, last = _people_and_times(rows)
    if table.other_sheets:
        warnings = (*warnings, Problem("other_sheets", {"sheets": ", ".join(table.other_sheets[:5])}))
    return Preview(
        kind=kind,
        format=format_name,
        rows=row_count(table),
        people=people,
        first_at=first,
        last_at=last,
        columns=table.header,
        mapping=matched.named(),
        confidence=dict(matched.confidence),
        sample=tuple(tuple(table.shown(row)[: table.width]) for row in table.sample[:SAMPLE_ROWS]),
        questions=questions,
        warnings=warnings,
    )


def _people_and_times(rows: Iterable[Row]) -> tuple[tuple[str, ...], str, str]:
    names: dict[str, None] = {}
    times: list[datetime] = []
    for row in rows:
        for event in row.events:
            name, at = _who_and_when(event)
            if name and len(names) < _MOST_PEOPLE:
                names[name] = None
            if at is not None:
                times.append(at)
    if not times:
        return tuple(names), "", ""
    return tuple(names), min(times).isoformat(), max(times).isoformat()


def _who_and_when(event: Event) -> tuple[str, datetime | None]:
    if isinstance(event, OrderStated):
        return event.person.name, event.placed_at
    if isinstance(event, (PersonDescribed, NoteTaken, ReviewPosted, ResponseGiven)):
        return event.person.name, event.at
    return "", None


ReadRows = Callable[[Path, Answers], Iterator[Row]]
