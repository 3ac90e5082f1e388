"""What crosses the room: results of an import (also the JSON of `sapa import`), progress and coverage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that could not be taken in, with the reason in the reader's language."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileResult:
    """rows = created + merged + skipped + failed. `problem` says why the whole file could not be read."""

    file: str
    kind: str
    rows: int
    created: int
    merged: int
    skipped: int
    failed: int
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ImportResult:
    id: str
    files: tuple[FileResult, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running batch is; `eta_seconds` is None until it can be told."""

    rows_done: int
    rows_expected: int | None
    eta_seconds: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """One sort of file and how much of it is in: the touchpoint catalogue."""

    kind: str
    rows: int
    files: int
    last_at: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many customers are known, how many of them have chats and orders, and which file is worth most next."""

    contacts: int
    with_messages: int
    with_orders: int
    sources: tuple[Source, ...]
    next_kind: str
    next_why: str
    next_names: tuple[str, ...] = ()
