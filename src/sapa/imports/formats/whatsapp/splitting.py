"""A chat file cut into its messages: header, sender, and the lines that belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import chain
from pathlib import Path

from sapa.imports.formats.text import read_blocks
from sapa.imports.formats.whatsapp.headers import Layout, Written, may_open, read_opening, reader_for

LONGEST_MESSAGE_LINES = 20_000

Piece = tuple[int, Written | None, str | None, str, Layout | None]
"""One message or notice as written: line number, header (as `headers.Opening`; None for lines before the
first message), sender (None where the line names none), words, and the layout where it is not the file's own.
A bare tuple, because a chat has a million of them."""


def split_chat(
    path: Path,
    layout: Layout,
    *,
    foreign_authors: Set[str] | None = None,
    foreign_layouts: Set[Layout] = frozenset(),
    long_names: tuple[str, ...] = (),
) -> Iterator[Piece]:
    """The messages of a file in its order, in bounded memory.

    A header of another layout counts where its sender also writes in the file's own layout or the layout
    is a known one of this file (`foreign_authors` None: counts always). `long_names` are names that hold
    ": " themselves. Raises `FormatError` as `text.read_blocks` does.
    """
    read = reader_for(layout)
    start, opening, author, body, foreign = 1, None, None, "", None  # type: Piece
    more: list[str] = []
    for number, line in enumerate(_lines(path), 1):
        found, other = read(line), None
        if found is None and may_open(line):
            found, other = _read_foreign(line, layout, foreign_authors, foreign_layouts)
        if found is None and len(more) < LONGEST_MESSAGE_LINES:
            more.append(line)
            continue
        if more:
            body = "\n".join((body, *more))
            more = []
        if opening is not None or body.strip():
            yield start, opening, author, body, foreign
        start, opening, foreign = number, found, other
        if found is None:
            author, body = None, line
        else:
            author, body = found[5], found[6]
            if long_names and author is not None:
                author, body = _rejoin(author, body, long_names)
    if more:
        body = "\n".join((body, *more))
    if opening is not None or body.strip():
        yield start, opening, author, body, foreign


def _lines(path: Path) -> Iterator[str]:
    return chain.from_iterable(map(_lines_of, read_blocks(path)))


def _lines_of(block: str) -> list[str]:
    lines = block.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _read_foreign(
    line: str, own: Layout, authors: Set[str] | None, layouts: Set[Layout]
) -> tuple[Written | None, Layout | None]:
    found = read_opening(line)
    if found is not None and found[1] == own:
        return found[0], None
    if found is not None and (authors is None or found[1] in layouts or found[0].author in authors):
        return found
    return None, None


def _rejoin(author: str, body: str, long_names: tuple[str, ...]) -> tuple[str, str]:
    """A name that holds ": " itself was cut too early."""
    rest = f"{author}: {body}"
    for name in long_names:
        if rest.startswith(name + ": "):
            return name, rest[len(name) + 2 :]
    return author, body
