"""Web and app events in a file: one object of the Segment spec on each line (`.jsonl`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sapa.gateway.segment import TYPES, event_from_segment
from sapa.gateway.types import Behaved, OrderStated, PersonDescribed, Unsupported
from sapa.imports.formats.reading import unquoted
from sapa.imports.formats.text import check_text, read_lines
from sapa.imports.formats.types import Answers, Preview, Problem, Row
from sapa.lib.text import decode, encoding_of

_LOOKED_AT = 40
_COUNTED_BYTES = 30_000_000


@dataclass(frozen=True, slots=True)
class EventsFormat:
    """`imports.formats.types.Format` for Segment events; the file is the shop's own, so its logins are trusted."""

    name: str = "segment_events"
    kind: str = "events"

    def recognise(self, path: Path, head: bytes) -> int:
        """By the share of the first lines that are such objects."""
        if encoding_of(head) is None or b"{" not in head:
            return 0
        lines = [line for line in decode(head).split("\n")[:_LOOKED_AT] if line.strip()]
        if len(lines) > 1 and len(head) >= 60_000:
            lines.pop()
        fitting = sum(_is_event(line) for line in lines)
        return int(95 * fitting / len(lines)) if fitting * 2 > len(lines) else 0

    def preview(self, path: Path, answers: Answers) -> Preview:
        """The first events in order, who and when."""
        check_text(path)
        rows = list(islice(self.read(path, answers), 200))
        events = [event for row in rows for event in row.events]
        seen = [event for event in events if isinstance(event, (Behaved, OrderStated, PersonDescribed))]
        times = [at for event in seen if (at := _at(event)) is not None]
        small = path.stat().st_size <= _COUNTED_BYTES
        return Preview(
            kind=self.kind,
            format=self.name,
            rows=sum(1 for line in read_lines(path) if line.strip()) if small else None,
            people=tuple(dict.fromkeys(event.person.name for event in seen if event.person.name))[:50],
            first_at=min(times).isoformat() if times else "",
            last_at=max(times).isoformat() if times else "",
            columns=("at", "what", "who"),
            sample=tuple((str(_at(event)), _what(event), event.person.record[1]) for event in seen[:20]),
        )

    def read(self, path: Path, answers: Answers) -> Iterator[Row]:
        """One row a line. Raises `FormatError` for what is no text."""
        check_text(path)
        return _rows(path, answers)


def _rows(path: Path, answers: Answers) -> Iterator[Row]:
    for number, line in enumerate(read_lines(path), start=1):
        if line.strip():
            yield _row(number, line, answers)


def _row(number: int, line: str, answers: Answers) -> Row:
    try:
        payload: Any = json.loads(unquoted(line))
    except (ValueError, RecursionError):
        return Row(number, problem=Problem("event_not_json", {"value": line.strip()[:80]}), raw=(line,))
    said = event_from_segment(payload, answers.timezone, from_shop=True, currency=answers.currency)
    if isinstance(said, Unsupported):
        return Row(number, problem=Problem(said.code, {"value": said.detail}), raw=(line,))
    return Row(number, events=said) if said else Row(number, skipped="nothing_to_keep")


def _is_event(line: str) -> bool:
    try:
        payload = json.loads(unquoted(line))
    except (ValueError, RecursionError):
        return False
    if not isinstance(payload, dict) or payload.get("type") not in TYPES:
        return False
    return bool(payload.keys() & {"userId", "anonymousId", "messageId", "previousId"})


def _at(event: Behaved | OrderStated | PersonDescribed) -> Any:
    return event.placed_at if isinstance(event, OrderStated) else event.at


def _what(event: Behaved | OrderStated | PersonDescribed) -> str:
    if isinstance(event, Behaved):
        return event.kind
    return f"order {event.number}" if isinstance(event, OrderStated) else "identify"


FORMATS = (EventsFormat(),)
