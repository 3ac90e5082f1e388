"""The line that opens a message: where the date, the time and the sender stand in each phone's language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

MARKS = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_SPACES = "\u00a0\u2007\u2009\u202f\u3000"
_PLAIN = {ord(mark): None for mark in MARKS} | dict.fromkeys(map(ord, _SPACES), " ") | {0x060C: ","}
_NUMERIC = r"(?:\d{4}|\d{1,2})(?P<sep>[./-]|\. )\d{1,2}(?P=sep)(?:\d{4}|\d{1,2})(?: BE|\.(?=,? ))?"
_WORDED = (
    r"(?:[^\W\d_]{2,12},? )?(?:\d{1,2}\.?[ /-][^\W\d_]{3,12}\.?,?[ /-](?:\d{4}|\d\d)"
    r"|[^\W\d_]{3,12}\.? \d{1,2},? \d{4})"
)
_DATE = rf"(?P<date>{_NUMERIC}|{_WORDED})"
_HALVES = r"[AaPp]\.? ?[Mm]\.?|PTG|PG|[ap]ip?\.|[صم]|[vn]orm\.|nachm\."
_TIME = (
    r"(?P<early>上午|下午|凌晨|早上|中午|晚上|오전|오후)? ?(?P<hour>\d{1,2})[:.](?P<minute>\d\d)"
    rf"(?:[:.](?P<second>\d\d))?(?: ?(?P<half>{_HALVES}))?"
)
_JOIN = r"(?P<join>,? (?:[^\W\d_]{1,6}\.? )?)"
_CLOSE = r"(?P<close>(?(open)\](?: -)? ?|(?: ?[-–—] |: )))"
_DATE_FIRST = re.compile(rf"(?P<open>\[)?{_DATE}{_JOIN}{_TIME}{_CLOSE}")
_TIME_FIRST = re.compile(rf"(?P<open>\[)?{_TIME}{_JOIN}{_DATE}{_CLOSE}")
_MAY_OPEN = re.compile(rf"[{MARKS}]*(?:\[|\d{{1,4}}[./:-] ?\d|\d\d? [^\W\d_]{{3,12}}\.? \d\d)")
_AFTERNOON = re.compile(r"p|下午|晚上|오후|م|nachm|ip", re.IGNORECASE)
_MORNING = ("pg", "pagi")


_LONGEST_NAME = 60


class Opening(NamedTuple):
    """A first line taken apart, as written: date, time, sender (None where it names none) and the words."""

    date: str
    hour: str
    minute: str
    second: str | None
    half: str | None
    author: str | None
    words: str


class Layout(NamedTuple):
    """What stays the same from header to header in one file."""

    bracketed: bool
    separator: str
    join: str
    time_separator: str
    close: str
    halves: bool
    simple: bool


Written = tuple[str, str, str, str | None, str | None, str | None, str]
Reader = Callable[[str], Written | None]


def plain(text: str) -> str:
    """Without direction marks, with ordinary spaces."""
    return text.translate(_PLAIN)


def read_opening(line: str) -> tuple[Opening, Layout] | None:
    """Any header of any phone that we know, with its layout; None where the line opens no message."""
    head = plain(line[:120])
    match = _DATE_FIRST.match(head) or _TIME_FIRST.match(head)
    if match is None:
        return None
    half = match["half"] or match["early"]
    author, words = split_sender(line[_end_in(line, match.end()) :])
    opening = Opening(match["date"], match["hour"], match["minute"], match["second"], half, author, words)
    simple = match.re is _DATE_FIRST and match["sep"] is not None and not match["early"]
    time_separator = head[match.end("hour")]
    layout = Layout(
        match["open"] is not None,
        match["sep"] or "",
        match["join"],
        time_separator,
        match["close"],
        half is not None,
        simple,
    )
    return opening, layout


def _end_in(line: str, count: int) -> int:
    """Where the first `count` characters that are no marks end in the line as written."""
    if count and not any(mark in line[:120] for mark in MARKS):
        return count
    seen = 0
    for index, letter in enumerate(line):
        if seen == count:
            return index
        if letter not in MARKS:
            seen += 1
    return len(line)


def split_sender(rest: str) -> tuple[str | None, str]:
    """Only the first ": " parts sender and words; a sender with nothing said ends with a colon."""
    author, parted, words = rest.partition(": ")
    if parted:
        return author, words
    stripped = rest.rstrip()
    if stripped.endswith(":") and len(stripped) <= _LONGEST_NAME:
        return stripped[:-1], ""
    return None, rest


def reader_for(layout: Layout) -> Reader:
    """The quickest reader for one layout, giving the fields of `Opening` as a bare tuple.

    Layouts with words in them are read in the general way.
    """
    if not layout.simple:
        return _general_reader
    pattern = re.compile(rf"{_pattern_of(layout)}(?:([^:]+): )?(.*)", re.DOTALL)
    match = pattern.match

    def read(line: str) -> Written | None:
        found = match(line)
        if found is None:
            return None
        opening: Written = found.groups()  # type: ignore[assignment]
        if opening[5] is None and ":" in opening[6]:
            return (*opening[:5], *split_sender(opening[6]))
        return opening

    return read


def _pattern_of(layout: Layout) -> str:
    """A pattern of one simple layout, with groups for date, hour, minute, second and half of the day."""
    spaces = f"[ {_SPACES}]"
    dot, colon = re.escape(layout.separator), re.escape(layout.time_separator)
    gap = re.escape(layout.join).replace(r"\ ", spaces)
    close = re.escape(layout.close).replace(r"\ ", spaces)
    half = rf"(?:{spaces}?({_HALVES}))?" if layout.halves else "()"
    return (
        rf"[{MARKS}]*{re.escape('[') if layout.bracketed else ''}(\d{{1,4}}{dot}\d{{1,2}}{dot}\d{{1,4}}\.?)"
        rf"{gap}(\d{{1,2}}){colon}(\d\d)(?:{colon}(\d\d))?{half}{close}"
    )


def _general_reader(line: str) -> Written | None:
    found = read_opening(line)
    return None if found is None else found[0]


def may_open(line: str) -> bool:
    """A quick look whether a line could be a header of some layout."""
    return _MAY_OPEN.match(line) is not None


def main_layout(lines: Iterable[str]) -> Layout | None:
    """The layout that most of these lines open with; None where none of them opens a message.

    It is not `simple` where the quick reader would miss one of them (marks in the middle of a date).
    """
    openings = [(line, found[1]) for line in lines if (found := read_opening(line)) is not None]
    if not openings:
        return None
    layout = Counter(layout for _, layout in openings).most_common(1)[0][0]
    read = reader_for(layout)
    missed = any(read(line) is None for line, of_line in openings if of_line == layout)
    return layout._replace(simple=False) if missed else layout


def hour_of(hour: str, half: str | None) -> int:
    """The hour of the day, 0..23, of a 12- or 24-hour clock; 24 and more mean that there is no such hour.

    Some phones write 24.05 for five past midnight.
    """
    number = int(hour)
    if not half:
        return 0 if number == 24 else number
    if number > 12:
        return number
    lowered = half.casefold()
    later = _AFTERNOON.match(lowered) is not None and not lowered.startswith(_MORNING)
    return number % 12 + (12 if later else 0)
