"""The contract of a file format: recognise by content, preview, read into events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sapa.gateway.types import Event


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row or a file could not be read, as a code with data; `imports.words` says it in the reader's language."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a person would count in the file: a message, a data row, a web event.

    Exactly one of `events`, `skipped` (a reason code) and `problem` is set. `number` is the line of a text
    or the row of a table as its program shows it (from 1). `raw` is the row as read, kept only beside a
    problem so that it can be mended and imported again. `continues` marks a row that belongs to the event
    of an earlier row (a second item of one order): it counts as merged.
    """

    number: int
    events: tuple[Event, ...] = ()
    skipped: str = ""
    problem: Problem | None = None
    raw: tuple[str, ...] = ()
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a file alone cannot tell: `code` is day_order or own_name (or column); `choices` are what may be answered."""

    code: str
    choices: tuple[str, ...]
    guess: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the importer was told, or remembers, about a file."""

    timezone: ZoneInfo
    own_names: tuple[str, ...] = ()
    day_first: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    currency: str = "IDR"
    phone_region: str = "ID"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a look at the file shows before anything is stored.

    `mapping` is {field: column name} of a table, `confidence` how sure each of them is, 0..100.
    `rows` counts as `Row` does, and is None where counting would mean reading a very large file.
    `day_first` is the order of day and month where this file alone settles it.
    """

    kind: str
    format: str
    rows: int | None
    people: tuple[str, ...] = ()
    first_at: str = ""
    last_at: str = ""
    columns: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    confidence: Mapping[str, int] = field(default_factory=dict)
    sample: tuple[tuple[str, ...], ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[Problem, ...] = ()
    day_first: bool | None = None


class FormatError(Exception):
    """The whole file cannot be read; carries the problem that says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Format(Protocol):
    """One file format. `recognise` answers 0..100 from the content alone; `read` yields rows in file order.

    `read` raises `FormatError` only for the file as a whole; a bad row is a `Row` with a problem.
    """

    name: str
    kind: str

    def recognise(self, path: Path, head: bytes) -> int: ...

    def preview(self, path: Path, answers: Answers) -> Preview: ...

    def read(self, path: Path, answers: Answers) -> Iterator[Row]: ...
