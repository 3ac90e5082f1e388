"""Notes from the counter and from calls: a table, or plain lines `date; name or phone; what happened; outcome`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sapa.gateway.types import ChannelRef, Event, NoteTaken, Origin, Person
from sapa.imports.formats.cells import CellError, Moments, day_order
from sapa.imports.formats.columns import Matched, is_date
from sapa.imports.formats.fields import NOTES
from sapa.imports.formats.persons import digest, keys_of, name_and_keys, person_of
from sapa.imports.formats.reading import RowError, unquoted
from sapa.imports.formats.rowwise import Builder, RowFormat, Sheet
from sapa.imports.formats.sources import origin_of
from sapa.imports.formats.tables import Cells, Table
from sapa.imports.formats.text import read_lines
from sapa.imports.formats.types import Answers, FormatError, Preview, Problem, Question, Row
from sapa.lib.text import encoding_of

_CHANNEL = ChannelRef("offline")
_DAY_COLUMN = "tanggal"
_ACTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (act, re.compile(pattern, re.IGNORECASE))
    for act, pattern in (
        ("complaint", r"komplain|complain|keluh|kecewa|rusak|cacat|salah kirim|retur|klaim|marah|protes|tidak sesuai|gak sesuai"),
        ("order", r"\b(?:jadi|langsung|deal|sudah|udah) (?:beli|order|pesan|bayar|ambil)|\bbeli\b|membeli|\bpesan\b|memesan|\border\b|\bcheckout\b|\bbayar\b|\blunas\b|\bdeal\b|closing|\bborong"),
        ("call", r"\bcall\b|telepon|telpon|\btelp\b|menelpon|ditelepon|\bvideo ?call\b|\bvc\b|\bphone\b"),
        ("visit", r"datang|mampir|berkunjung|kunjungan|ke toko|visit|walk.?in|lihat[- ]lihat|coba di toko|offline|toko"),
    )
)  # fmt: skip
_NO_BUY = re.compile(r"(?:belum|batal|tidak|nggak|gak|ga|ngga|engga|tdk|blm|kapan|mau|ingin|rencana|nanya|tanya(?: cara)?)(?: jadi)? (?:(?:mem)?beli|pesan|memesan|order|(?:mem)?bayar|deal)", re.IGNORECASE)  # fmt: skip


def act_of(said: str, text: str, outcome: str = "") -> str:
    """visit, call, order, complaint or other: what the column says, else what the words tell.

    A complaint goes before a sale, a sale before the way it came about; "belum beli" is no sale.
    """
    words = f"{text} {outcome}"
    bought_nothing = bool(_NO_BUY.search(words))
    for source in (said, words):
        for act, pattern in _ACTS:
            if pattern.search(source) and not (act == "order" and bought_nothing and source is words):
                return act
    return "other"


def _note(
    at: datetime, person: Person, text: str, outcome: str, act: str, origin: Origin | None
) -> NoteTaken:
    """The event; its dedupe key is made of all that was said, so the same line twice is one note."""
    return NoteTaken(
        channel=_CHANNEL,
        dedupe_key=digest("note", at.isoformat(), *person.record, text, outcome),
        person=person,
        at=at,
        text=text,
        outcome=outcome,
        act=act_of(act, text, outcome),
        origin=origin,
    )


def _table_likeness(matched: Matched, table: Table) -> int:
    named = max(matched.confidence.get(name, 0) for name in ("name", "phone", "first_name"))
    if not named or not matched.has("date"):
        return 0
    told = matched.confidence.get("text", 0)
    base = 66 + 2 * (told >= 85) + 8 * matched.has("outcome") + 4 * matched.has("act")
    return base if told and named >= 60 else 0


def _builder(sheet: Sheet) -> Builder:
    reader = sheet.reader

    def build(cells: Cells) -> tuple[Event, ...]:
        at = reader.moment(cells, "date")
        if at is None:
            raise RowError("row_without_date")
        first_last = f"{reader.text(cells, 'first_name')} {reader.text(cells, 'last_name')}".strip()
        name, found = name_and_keys(reader.text(cells, "name") or first_last)
        handles = (("instagram", reader.text(cells, "instagram")),)
        keys = keys_of(reader.phone(cells), reader.text(cells, "email"), handles)
        person = person_of("offline", name, tuple(dict.fromkeys((*keys, *found))))
        if not person.name and not person.keys:
            raise RowError("person_without_name")
        text, outcome = reader.text(cells, "text"), reader.text(cells, "outcome")
        if not text and not outcome:
            raise RowError("note_without_words")
        origin = origin_of(reader.text(cells, "source"), reader.text(cells, "referrer"))
        return (_note(at, person, text, outcome, reader.text(cells, "act"), origin),)

    return build


_SEPARATORS = (";", "|", "\t", " - ", " – ")
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class LinesFormat:
    """Notes typed as lines, one a visit or call. Blank lines and lines that begin with # are no notes."""

    name: str = "notes_lines"
    kind: str = "notes"

    def recognise(self, path: Path, head: bytes) -> int:
        """By the share of lines that are a date, somebody and something that happened."""
        lines = _first_lines(path, head)
        separator = _separator(lines)
        if not separator:
            return 0
        fitting = sum(
            len(parts := unquoted(line).split(separator)) >= 3 and is_date(parts[0].strip()) for line in lines
        )
        share = fitting / len(lines)
        return int((72 if len(separator) == 1 else 56) * share) if share >= 0.6 else 0

    def preview(self, path: Path, answers: Answers) -> Preview:
        """The first notes as read, and the day order where it is open."""
        order = _day_order(path)
        open_order = order == "" and answers.day_first is None
        rows = list(islice(self.read(path, answers), 200))
        notes = [event for row in rows for event in row.events if isinstance(event, NoteTaken)]
        times = [note.at for note in notes]
        return Preview(
            kind=self.kind,
            format=self.name,
            rows=sum(1 for line in read_lines(path) if line.strip()),
            people=tuple(dict.fromkeys(note.person.name for note in notes if note.person.name))[:50],
            first_at=min(times).isoformat() if times else "",
            last_at=max(times).isoformat() if times else "",
            sample=tuple(
                (note.at.isoformat(), note.person.name, note.text, note.outcome) for note in notes[:20]
            ),
            questions=(Question("day_order", ("day_first", "month_first"), "day_first"),)
            if open_order
            else (),
            warnings=(Problem("day_order_guessed"),) if open_order else (),
        )

    def read(self, path: Path, answers: Answers) -> Iterator[Row]:
        """One note a line; line numbers as an editor shows them. Raises `FormatError` for what is no text."""
        separator = _separator(
            list(islice((line for line in read_lines(path) if _is_said(line)), _LOOKED_AT))
        )
        day_first = answers.day_first if answers.day_first is not None else _day_order(path) != "mdy"
        return _read_lines(path, separator or ";", Moments(answers.timezone, day_first))


def _read_lines(path: Path, separator: str, moments: Moments) -> Iterator[Row]:
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        if not _is_said(line):
            yield Row(number, skipped="comment")
            continue
        try:
            yield Row(number, events=(_note_of_line(line, separator, moments),))
        except RowError as error:
            yield Row(number, problem=error.problem, raw=(line,))


def _note_of_line(line: str, separator: str, moments: Moments) -> NoteTaken:
    parts = [part.strip() for part in unquoted(line).split(separator)]
    if len(parts) < 3:
        raise RowError("line_too_short", value=line[:80])
    try:
        at = moments(parts[0])
    except CellError as error:
        raise RowError(error.code, value=error.value, column=_DAY_COLUMN) from error
    if at is None:
        raise RowError("row_without_date")
    name, keys = name_and_keys(parts[1])
    if not name and not keys:
        raise RowError("person_without_name")
    happened, outcome = (parts[2:-1], parts[-1]) if len(parts) > 3 else (parts[2:], "")
    glue = f"{separator} " if separator.strip() in (";", "|") else separator
    return _note(at, person_of("offline", name, keys), glue.join(happened), outcome, "", None)


def _is_said(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _first_lines(path: Path, head: bytes) -> list[str]:
    if encoding_of(head) is None:
        return []
    try:
        return list(islice((line for line in read_lines(path) if _is_said(line)), _LOOKED_AT))
    except FormatError:
        return []


def _separator(lines: list[str]) -> str:
    counts = {mark: sum(line.count(mark) >= 2 for line in lines) for mark in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda mark: counts[mark])
    return best if counts[best] else ""


def _day_order(path: Path) -> str:
    """Like `cells.day_order`, over all lines."""
    marks = re.compile(r"[;|\t]|\s[-–]\s")
    lines = (marks.split(unquoted(line), maxsplit=1)[0] for line in read_lines(path) if _is_said(line))
    found = ""
    while some := list(islice(lines, 2000)):
        found = day_order(some) or found
        if found not in ("", "none"):
            return found
    return found


FORMATS = (
    RowFormat(
        "notes_table",
        "notes",
        NOTES,
        _table_likeness,
        (("date",), ("name", "first_name", "phone", "email", "instagram"), ("text", "outcome")),
        ("date",),
        _builder,
    ),
    LinesFormat(),
)
