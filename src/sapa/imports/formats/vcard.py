"""Address books as phones export them (`.vcf`, vCard 2.1 to 4.0; RFC 6350 and the versions before it).

Read here and not by a library: Android still writes 2.1 with quoted-printable lines broken in the middle,
which the libraries at hand drop.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sapa.gateway.types import ChannelRef, Key, PersonDescribed
from sapa.imports.formats import text
from sapa.imports.formats.persons import person_of
from sapa.imports.formats.types import Answers, FormatError, Preview, Problem, Row
from sapa.lib.text import clean, decode, encoding_of

CHANNEL = ChannelRef("contacts")
SAMPLE_ROWS = 20
_KEPT = frozenset({"FN", "N", "TEL", "EMAIL", "ORG", "NOTE", "ADR", "NICKNAME"})
_BEGIN = re.compile(r"^\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE)
_END = re.compile(r"^\s*END\s*:\s*VCARD\s*$", re.IGNORECASE)
_QUOTED = re.compile(r"(?:^|;)(?:ENCODING=)?QUOTED-PRINTABLE(?:;|$)", re.IGNORECASE)
_CHARSET = re.compile(r"(?:^|;)CHARSET=\"?([\w-]+)", re.IGNORECASE)
_WAID = re.compile(r"(?:^|;)WAID=\"?(\d{6,20})", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_PART = re.compile(r"(?<!\\);")
_LONGEST_VALUE = 20_000


@dataclass(slots=True)
class _Card:
    """One card: the line it begins on, and its kept properties as (parameters, value)."""

    number: int
    properties: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, line: str) -> None:
        """Take in one unfolded line; lines that are no property of interest are dropped (photos, keys)."""
        head, colon, value = line.partition(":")
        names, _, parameters = head.partition(";")
        name = names.rpartition(".")[2].strip().upper()
        if colon and name in _KEPT and len(value) <= _LONGEST_VALUE:
            self.properties.setdefault(name, []).append((parameters, _decoded(parameters, value)))

    def values(self, name: str) -> list[str]:
        return [_plain(value) for _, value in self.properties.get(name, ()) if value.strip()]


class VCard:
    """The format of an address book of vCards."""

    name = "vcard"
    kind = "contacts"

    def recognise(self, path: Path, head: bytes) -> int:
        """0..100: a file that begins with a card is nothing else."""
        if encoding_of(head) is None:
            return 0
        lines = [line for line in decode(head[:4096]).split("\n") if line.strip()]
        return 99 if lines and _BEGIN.match(lines[0]) else 0

    def preview(self, path: Path, answers: Answers) -> Preview:
        """The number of cards and the first of them. Raises `FormatError`."""
        rows = 0
        for line in text.read_lines(path):
            rows += _BEGIN.match(line) is not None
        events = (event for row in islice(self.read(path, answers), SAMPLE_ROWS) for event in row.events)
        sample = [
            (event.person.name, ", ".join(key.value for key in event.person.keys))
            for event in events
            if isinstance(event, PersonDescribed)
        ]
        return Preview(self.kind, self.name, rows, columns=("name", "keys"), sample=tuple(sample))

    def read(self, path: Path, answers: Answers) -> Iterator[Row]:
        """One row a card, in bounded memory. Raises `FormatError`, also not_vcard where there is no card."""
        found = False
        for card in _cards(path):
            found = True
            yield _row(card)
        if not found:
            raise FormatError(Problem("not_vcard", {"name": path.name}))


def _cards(path: Path) -> Iterator[_Card]:
    card: _Card | None = None
    pending = ""
    for number, line in enumerate(text.read_lines(path), 1):
        if _BEGIN.match(line):
            if card is not None:
                card.add(pending)
                yield card
            card, pending = _Card(number), ""
        elif card is None:
            continue
        elif _END.match(line):
            card.add(pending)
            yield card
            card, pending = None, ""
        elif _continues(pending, line):
            pending = _joined(pending, line)
        else:
            card.add(pending)
            pending = line
    if card is not None:
        card.add(pending)
        yield card


def _continues(pending: str, line: str) -> bool:
    return line[:1] in (" ", "\t") or _is_broken(pending)


def _is_broken(line: str) -> bool:
    return line.endswith("=") and _is_quoted(line)


def _is_quoted(line: str) -> bool:
    return _QUOTED.search(line.partition(":")[0].partition(";")[2]) is not None


def _joined(pending: str, line: str) -> str:
    """RFC 6350 3.2 folds with a space; quoted-printable (vCard 2.1) with `=` at the end. Too long ones are cut."""
    if len(pending) > _LONGEST_VALUE:
        return pending
    if _is_broken(pending):
        return pending[:-1] + line.lstrip(" \t")
    return pending + line[1:]


def _decoded(parameters: str, value: str) -> str:
    if not _QUOTED.search(parameters):
        return value
    charset = _CHARSET.search(parameters)
    data = quopri.decodestring(value.encode("utf-8", "replace"))
    if charset is not None:
        try:
            return clean(data.decode(charset[1]))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _plain(value: str) -> str:
    def letter(match: re.Match[str]) -> str:
        return "\n" if match[1] in "nN" else match[1]

    return clean(_ESCAPED.sub(letter, value)).strip()


def _parts(value: str) -> list[str]:
    """The parts of a structured value (`;` between them)."""
    return [_plain(part) for part in _PART.split(value)]


def _row(card: _Card) -> Row:
    name = _name(card)
    keys = tuple(dict.fromkeys((*_phones(card), *(Key("email", value) for value in card.values("EMAIL")))))
    if not name and not keys:
        return Row(card.number, problem=Problem("person_without_name"), raw=("BEGIN:VCARD", "END:VCARD"))
    city, address = _address(card)
    event = PersonDescribed(
        CHANNEL,
        person_of("contacts", name, keys),
        city=city,
        address=address,
        note="\n".join(card.values("NOTE")),
    )
    return Row(card.number, (event,))


def _name(card: _Card) -> str:
    for value in card.values("FN"):
        return " ".join(value.split())
    for _, value in card.properties.get("N", ()):
        family, given, middle, *_ = [*_parts(value), "", "", ""]
        joined = " ".join(part for part in (given, middle, family) if part)
        if joined:
            return " ".join(joined.split())
    for name in ("NICKNAME", "ORG"):
        for value in card.values(name):
            return " ".join(value.replace(";", " ").split())
    return ""


def _phones(card: _Card) -> Iterator[Key]:
    """Numbers as written; where WhatsApp has put the number it knows beside them, that one."""
    for parameters, value in card.properties.get("TEL", ()):
        known = _WAID.search(parameters)
        number = f"+{known[1]}" if known else _plain(value).removeprefix("tel:").partition(";")[0]
        if number:
            yield Key("phone", number)


def _address(card: _Card) -> tuple[str, str]:
    """(city, whole address): RFC 6350 6.3.1 puts the town fourth."""
    for _, value in card.properties.get("ADR", ()):
        parts = _parts(value)
        if any(parts):
            city = parts[3] if len(parts) > 3 else ""
            return city, ", ".join(part for part in parts if part)
    return "", ""


FORMATS = (VCard(),)
