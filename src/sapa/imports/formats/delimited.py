"""Records of a delimited text (CSV and its kin): which character divides it, and one record after another.

Memory is bounded: the file is decoded in blocks (`text.read_blocks`) and parsed line by line. A quotation
mark that is never closed does not swallow the rest of the file: the line that opened it is read without
quoting and reading goes on behind it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from sapa.imports.formats.text import read_blocks

DELIMITERS = ",;\t|"
MOST_LINES_A_RECORD = 100
_SAMPLE_LINES = 200
_DROPPED = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EXCEL_MARK = re.compile(r"^sep=(.)\s*$", re.IGNORECASE)


class _OpenQuoteError(Exception):
    """A quotation mark that is still open after `MOST_LINES_A_RECORD` lines."""


def delimiter_of(path: Path) -> str:
    """The character that divides the file: the one that gives most rows the same, largest number of cells.

    Excel's own first line `sep=;` decides where it stands. A file of one column gives ",".
    """
    sample = list(islice(_lines(path), _SAMPLE_LINES))
    if sample and (mark := _EXCEL_MARK.match(sample[0])):
        return mark[1]
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _evenness(sample: list[str], delimiter: str) -> float:
    widths = Counter(len(record) for record in _records(iter(sample), delimiter) if any(record))
    several = {width: times for width, times in widths.items() if width > 1}
    if not several:
        return 0.0
    width = max(several, key=lambda w: (several[w], w))
    return several[width] / widths.total() * (1 + min(width, 10) / 10)


def records(path: Path, delimiter: str) -> Iterator[list[str]]:
    """Every record in order, blank ones as an empty list, so that counting from 1 gives the spreadsheet's rows."""
    return _records(_body(path), delimiter)


def cells_in_column(path: Path, delimiter: str, index: int) -> Iterator[str]:
    """The cell at `index` of every record, "" where there is none: the quick way for a first pass.

    A line without quotation marks is split only as far as needed; from the first one on records are parsed.
    """
    lines = _body(path)
    for line in lines:
        if '"' in line:
            for record in _records(chain([line], lines), delimiter):
                yield record[index] if index < len(record) else ""
            return
        cells = line.rstrip("\n").split(delimiter, index + 1)
        yield cells[index] if index < len(cells) else ""


def _body(path: Path) -> Iterator[str]:
    lines = _lines(path)
    first = next(lines, None)
    if first is None or _EXCEL_MARK.match(first):
        return lines
    return chain([first], lines)


def _lines(path: Path) -> Iterator[str]:
    """Physical lines with their "\\n", without control characters."""
    for block in read_blocks(path):
        if block.isascii():
            block = block.translate(_DROPPED)
        elif _CONTROL.search(block):
            block = _CONTROL.sub("", block)
        yield from io.StringIO(block, newline="\n")


def _records(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    feed = _Feed(lines)
    while True:
        try:
            for record in csv.reader(feed.lines(), delimiter=delimiter):
                if feed.ended and len(feed.held) > 1:
                    raise _OpenQuoteError
                feed.held.clear()
                yield record
        except (_OpenQuoteError, csv.Error):
            yield _without_quoting(feed.give_back(), delimiter)
        else:
            return


class _Feed:
    """Lines for the parser, with those of the present record held so that they can be read again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._source = lines
        self._again: deque[str] = deque()
        self.held: list[str] = []
        self.ended = False

    def lines(self) -> Iterator[str]:
        held, again = self.held, self._again
        self.ended = False
        while again:
            yield self._hold(again.popleft())
        for line in self._source:
            held.append(line)
            if len(held) > MOST_LINES_A_RECORD:
                raise _OpenQuoteError
            yield line
        self.ended = True

    def _hold(self, line: str) -> str:
        self.held.append(line)
        if len(self.held) > MOST_LINES_A_RECORD:
            raise _OpenQuoteError
        return line

    def give_back(self) -> str:
        """The first line of the present record; those after it are read once more."""
        first, *rest = self.held
        self._again.extendleft(reversed(rest))
        self.held.clear()
        return first


def _without_quoting(line: str, delimiter: str) -> list[str]:
    return [cell.strip('"') for cell in line.rstrip("\n").split(delimiter)]
