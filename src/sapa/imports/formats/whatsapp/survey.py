"""The first look at a whole chat: who writes, in which order the dates run, whether it is a group."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sapa.imports.formats.text import read_lines
from sapa.imports.formats.types import FormatError, Problem
from sapa.imports.formats.whatsapp import phrases
from sapa.imports.formats.whatsapp.days import DayOrder, read_date
from sapa.imports.formats.whatsapp.headers import Layout, Written, main_layout
from sapa.imports.formats.whatsapp.splitting import Piece, split_chat

SAMPLE_LINES = 500
KEPT_PIECES = 50_000
STRANGE_PIECES = 4000
_FOREIGN_SHARE = 20
_FOREIGN_LEAST = 3
_ATTACHMENT_DAY = re.compile(r"(?:[A-Z]{3}-|-)(20\d\d)-?([01]\d)-?([0-3]\d)(?=[-.])")


@dataclass(slots=True)
class Survey:
    """What a pass over the file found. `authors` counts messages by sender as written, in order of appearance.

    `pieces` are all of them where they are few: a phone exports at most 40,000 messages at once.
    """

    layout: Layout
    order: DayOrder = field(default_factory=DayOrder)
    headers: int = 0
    authors: Counter[str] = field(default_factory=Counter)
    notice_authors: Counter[str] = field(default_factory=Counter)
    own: Counter[str] = field(default_factory=Counter)
    group_notices: int = 0
    title: str = ""
    foreign_layouts: frozenset[Layout] = frozenset()
    first: Written | None = None
    last: Written | None = None
    pieces: list[Piece] | None = None


def look_over(path: Path, long_names: tuple[str, ...] = ()) -> Survey:
    """Survey a chat file. Raises `FormatError` as reading text does, or not_whatsapp where nothing opens a message."""
    layout = main_layout(islice(read_lines(path), SAMPLE_LINES))
    if layout is None:
        raise FormatError(Problem("not_whatsapp", {"name": path.name}))
    survey = Survey(layout)
    strangers: Counter[Layout] = Counter()
    strange_pieces: list[Piece] = []
    kept: list[Piece] = []
    last_date, last, headers = "", None, 0
    authors, is_plain = survey.authors, phrases.is_plain
    for piece in split_chat(path, layout, long_names=long_names):
        _, opening, author, body, foreign = piece
        if len(kept) <= KEPT_PIECES:
            kept.append(piece)
        if opening is None:
            continue
        if foreign is not None:
            strangers[foreign] += 1
            if len(strange_pieces) < STRANGE_PIECES:
                strange_pieces.append(piece)
            continue
        if last is None:
            survey.first = opening
        last = opening
        if opening[0] != last_date:
            last_date = opening[0]
            survey.order.see(read_date(last_date))
        headers += 1
        if author is not None and is_plain(body):
            authors[author] += 1
        else:
            _see(survey, last_date, author, body)
    survey.headers, survey.last = headers, last
    if len(kept) <= KEPT_PIECES and not strangers:
        survey.pieces = kept
    _admit_strangers(survey, strangers, strange_pieces)
    return survey


def _admit_strangers(survey: Survey, strangers: Counter[Layout], pieces: list[Piece]) -> None:
    """Headers of other layouts: part of the chat where they are many, or where their sender is known here."""
    least = max(_FOREIGN_LEAST, survey.headers // _FOREIGN_SHARE)
    survey.foreign_layouts = frozenset(layout for layout, count in strangers.items() if count >= least)
    known = set(survey.authors)
    for _, opening, author, body, foreign in pieces:
        if opening is not None and (foreign in survey.foreign_layouts or author in known):
            survey.headers += 1
            _see(survey, opening[0], author, body)


def _see(survey: Survey, date: str, author: str | None, body: str) -> None:
    if author is None:
        _see_notice(survey, body)
        return
    said = phrases.understand(body)
    if said.skip:
        survey.notice_authors[author] += 1
        _see_notice(survey, body)
        return
    survey.authors[author] += 1
    if said.deleted and phrases.is_own_deletion(body):
        survey.own[author] += 1
    if said.media:
        day = _ATTACHMENT_DAY.search(body)
        if day is not None:
            survey.order.see_attachment(read_date(date), "".join(day.groups()))


def _see_notice(survey: Survey, text: str) -> None:
    if phrases.is_group_notice(text):
        survey.group_notices += 1
        survey.title = survey.title or phrases.title_in(text)
