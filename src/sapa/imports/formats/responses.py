"""Answers to surveys: one row a person, with a survey's name and score, or with one column for each survey."""

from __future__ import annotations

import re

from sapa.gateway.types import ChannelRef, Event, Person, ResponseGiven
from sapa.imports.formats.columns import Matched, plain_name
from sapa.imports.formats.fields import RESPONSES
from sapa.imports.formats.persons import digest, keys_of, name_and_keys, person_of
from sapa.imports.formats.reading import Reader, RowError
from sapa.imports.formats.rowwise import Builder, RowFormat, Sheet
from sapa.imports.formats.tables import Cells, Table

_CHANNEL = ChannelRef("survey")
RANGES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
_SURVEYS = (
    ("nps", re.compile(r"\bnps\b|net promoter|rekomendasi|recommend")),
    ("csat", re.compile(r"\bcsat\b|puas|satisf")),
    ("ces", re.compile(r"\bces\b|effort|mudah|usaha|easy")),
)
_SCORE = re.compile(r"^(\d{1,2})(?:[.,]0+)?(?:\s*(?:/|dari|of)\s*\d{1,2})?\b")


def survey_of(text: str) -> str:
    """nps, csat or ces, as the words name it; "" where they name none."""
    name = plain_name(text)
    return next((survey for survey, pattern in _SURVEYS if pattern.search(name)), "")


def score_of(text: str, survey: str) -> int:
    """The score, within the range of its survey (nps 0..10, csat 1..5, ces 1..7). Raises `RowError`."""
    match = _SCORE.match(text.strip())
    low, high = RANGES[survey]
    if match is None:
        raise RowError("score_unknown", value=text[:80], survey=survey)
    score = int(match[1])
    if not low <= score <= high:
        raise RowError("score_out_of_range", value=text[:80], survey=survey, low=low, high=high)
    return score


def _likeness(matched: Matched, table: Table) -> int:
    columns = [matched.confidence.get(survey, 0) for survey in RANGES]
    if not matched.has("date"):
        return 0
    if max(columns) >= 85:
        return 86
    if max(columns) > 0 and any(survey_of(name) for name in table.header):
        return 74
    if matched.has("survey", "score"):
        place = matched.index("survey")
        named = sum(bool(survey_of(str(row[place]))) for row in table.sample if place < len(row))
        return 84 if named * 2 > len(table.sample) else 0
    return 0


def _builder(sheet: Sheet) -> Builder:
    reader = sheet.reader

    def build(cells: Cells) -> tuple[Event, ...]:
        at = reader.moment(cells, "date")
        if at is None:
            raise RowError("row_without_date")
        words = reader.text(cells, "words")
        scores = _scores(reader, cells)
        if not scores:
            raise RowError("response_without_score")
        person = _person(reader, cells, at.isoformat(), words)
        return tuple(
            ResponseGiven(
                _CHANNEL,
                digest("response", survey, at.isoformat(), *person.record, score, words),
                person,
                at,
                survey,
                score,
                words,
            )
            for survey, score in scores
        )

    return build


def _scores(reader: Reader, cells: Cells) -> list[tuple[str, int]]:
    scores = [(survey, score_of(text, survey)) for survey in RANGES if (text := reader.text(cells, survey))]
    if not scores and (text := reader.text(cells, "score")):
        named = reader.text(cells, "survey")
        survey = survey_of(named)
        if not survey:
            raise RowError("survey_unknown", value=named[:80])
        scores.append((survey, score_of(text, survey)))
    return scores


def _person(reader: Reader, cells: Cells, at: str, words: str) -> Person:
    first_last = f"{reader.text(cells, 'first_name')} {reader.text(cells, 'last_name')}".strip()
    said = reader.text(cells, "person") or reader.text(cells, "name") or first_last
    name, found = name_and_keys(said)
    handles = (("instagram", reader.text(cells, "instagram")),)
    keys = keys_of(reader.phone(cells), reader.text(cells, "email"), handles)
    keys = tuple(dict.fromkeys((*keys, *found)))
    if not keys and not name:
        return Person(("row", f"survey:{digest(at, words)}"))
    return person_of("survey", name, keys)


FORMATS = (
    RowFormat(
        "responses_table",
        "surveys",
        RESPONSES,
        _likeness,
        (("date",), ("nps", "csat", "ces", "score")),
        ("date",),
        _builder,
    ),
)
