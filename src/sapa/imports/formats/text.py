"""Text files: whether one is text at all, and its lines in bounded memory. Every format that reads text opens it here."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from sapa.imports.formats.types import FormatError, Problem
from sapa.lib.text import HEAD_BYTES, clean, encoding_of, error_handler, looks_like

CHUNK_BYTES = 1024 * 1024
LONGEST_LINE = 4 * 1024 * 1024


def read_head(path: Path, size: int = HEAD_BYTES) -> bytes:
    """The first `size` bytes. Raises `FormatError` (unreadable_file) where the file cannot be opened."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise FormatError(Problem("unreadable_file", {"name": path.name})) from error


def check_text(path: Path) -> str:
    """The encoding of a text file. Raises `FormatError`: unreadable_file, empty_file or not_text (`looks_like`)."""
    head = read_head(path)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise FormatError(Problem("empty_file", {"name": path.name}))
    encoding = encoding_of(head)
    if encoding is None:
        raise FormatError(
            Problem("not_text", {"name": path.name, "looks_like": looks_like(head) or "binary"})
        )
    return encoding


def read_blocks(path: Path, size: int = CHUNK_BYTES) -> Iterator[str]:
    """The text in blocks of whole lines, each ending with a newline but perhaps the last.

    Line ends are made "\\n"; NULs are dropped. Memory is bounded: a line longer than `LONGEST_LINE`
    characters is broken. Raises `FormatError` as `check_text` does.
    """
    encoding = check_text(path)
    decoder = codecs.getincrementaldecoder(encoding)(error_handler(encoding))
    rest = ""
    try:
        with path.open("rb") as file:
            while chunk := file.read(size):
                text = rest + decoder.decode(chunk)
                held = text[-1:] == "\r"
                body = _plain(text[:-1] if held else text)
                cut = body.rfind("\n") + 1 or (len(body) if len(body) > LONGEST_LINE else 0)
                rest = body[cut:] + ("\r" if held else "")
                if cut:
                    yield body[:cut]
    except OSError as error:
        raise FormatError(Problem("unreadable_file", {"name": path.name})) from error
    rest = _plain(rest + decoder.decode(b"", final=True))
    if rest:
        yield rest


def _plain(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "") if "\x00" in text else text


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a text file, without their ends; bounded memory. Raises `FormatError` as `check_text` does."""
    for block in read_blocks(path):
        lines = block.split("\n")
        if not lines[-1]:
            lines.pop()
        yield from lines


def read_text(path: Path, limit: int = 64 * 1024 * 1024) -> str:
    """The whole text of a file of at most `limit` bytes. Raises `FormatError`, also file_too_large (`bytes`)."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise FormatError(Problem("unreadable_file", {"name": path.name})) from error
    if size > limit:
        raise FormatError(Problem("file_too_large", {"name": path.name, "bytes": size, "limit": limit}))
    return clean("".join(read_blocks(path)))
