"""Which column holds what: by its name in Indonesian or English, and by what stands in it.

A format names its fields with the words that people write above such columns. A name counts for more than
content; content speaks where names are silent, and against a name where the cells are clearly something
else. What a teammate answered (`Answers.columns`) goes before both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

from sapa.imports.formats.cells import Cell, CellError, Moments, amount_of, is_empty, text_of

EXACT, PART, CONTENT_ONLY, CHOSEN = 90, 65, 50, 100
AGAINST = -40
_LOOKED_AT = 400
LEAST = 45

_PHONE = re.compile(r"^'?\(?(?:\+?62|0|8)[\d\s().-]{7,17}$")
_FOREIGN_PHONE = re.compile(r"^\+\d[\d\s().-]{7,17}$")
_EMAIL = re.compile(r"^[^@\s,;]+@[^@\s,;]+\.[a-z]{2,}$", re.IGNORECASE)
_OF_SOMETHING_ELSE = {"lahir", "birth", "birthday", "ultah", "terakhir", "last"}
_MOMENTS = Moments(ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a format wants to know of a row: the names of such a column, best first, and how its cells look.

    `looks` is a key of `LOOKS` or "". `by_content` lets cells alone, without a fitting name, decide.
    """

    name: str
    aliases: tuple[str, ...]
    looks: str = ""
    by_content: bool = False


@dataclass(frozen=True, slots=True)
class Matched:
    """{field: index of its column} and {field: how sure, 0..100}; `index` gives `absent` for a field without column."""

    columns: Mapping[str, int]
    confidence: Mapping[str, int]
    header: tuple[str, ...]

    def index(self, name: str) -> int:
        """The column of a field; where there is none the position behind the last one, which readers keep empty."""
        return self.columns.get(name, len(self.header))

    def has(self, *names: str) -> bool:
        """Whether every one of these fields has a column."""
        return all(name in self.columns for name in names)

    def named(self) -> dict[str, str]:
        """{field: name of its column}, as shown in a preview and remembered."""
        return {name: self.header[index] for name, index in self.columns.items()}


@lru_cache(maxsize=8192)
def plain_name(name: str) -> str:
    """A column name without case, accents, punctuation and doubled spaces: `No. HP/WA ` is `no hp wa`."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def is_phone(text: str) -> bool:
    """Whether the cell could be a phone number (masked ones are none)."""
    return bool(_PHONE.match(text) or _FOREIGN_PHONE.match(text)) and 8 <= sum(map(str.isdigit, text)) <= 16


def is_email(text: str) -> bool:
    """Whether the cell is an e-mail address."""
    return bool(_EMAIL.match(text))


def is_date(text: str) -> bool:
    """Whether the cell is a date in any of the ways that people write it (no bare numbers)."""
    if len(text) < 6 or text.replace(".", "").isdigit():
        return False
    try:
        return _MOMENTS(text) is not None
    except CellError as error:
        return error.code == "no_such_date"


def _is_amount(text: str) -> bool:
    try:
        return amount_of(text) is not None
    except CellError:
        return False


def _is_small(most: int) -> Callable[[str], bool]:
    return lambda text: text.isdecimal() and len(text) < 3 and int(text) <= most


def _is_stars(text: str) -> bool:
    return bool(
        re.match(r"^[1-5](?:[.,]0)?(?:\s*/\s*5)?\s*(?:★|⭐|bintang|stars?)?$|^[★⭐☆️]+$", text, re.IGNORECASE)
    )


def _first_of(text: str) -> str:
    """The first of several values in one cell."""
    return re.split(r"\s*(?:[,;/|\n]|:::)\s*", text, maxsplit=1)[0]


def _is_long(text: str) -> bool:
    return len(text.split()) > 2


LOOKS: Mapping[str, Callable[[str], bool]] = {
    "phone": lambda text: is_phone(_first_of(text)),
    "email": lambda text: is_email(_first_of(text)),
    "date": is_date,
    "amount": _is_amount,
    "stars": _is_stars,
    "score": _is_small(10),
    "count": _is_small(99),
    "words": _is_long,
}


def match(
    header: Sequence[str],
    sample: Iterable[Sequence[Cell]],
    fields: Sequence[Field],
    chosen: Mapping[str, str] | None = None,
) -> Matched:
    """The best column for each field, each column used once.

    `sample` are rows to look at (some tens are enough). `chosen` is {field: column name} as a person
    answered: it holds whatever else speaks; "" keeps a field without column.
    """
    texts = _texts_by_column(header, sample)
    names = [plain_name(name) for name in header]
    candidates = sorted(
        (
            (-score, place, index, wanted.name)
            for place, wanted in enumerate(fields)
            for index, name in enumerate(names)
            if (score := _score(wanted, name, texts[index])) >= LEAST
        ),
    )
    columns, confidence = _as_chosen(header, chosen or {})
    taken = set(columns.values())
    for score, _, index, name in candidates:
        if name not in confidence and index not in taken:
            columns[name], confidence[name] = index, min(99, -score)
            taken.add(index)
    return Matched(columns, {name: confidence[name] for name in columns}, tuple(header))


def _as_chosen(header: Sequence[str], chosen: Mapping[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    columns: dict[str, int] = {}
    confidence: dict[str, int] = {}
    places = {name: index for index, name in reversed(list(enumerate(header)))}
    for name, column in chosen.items():
        if column in places:
            columns[name] = places[column]
        if column in places or not column:
            confidence[name] = CHOSEN
    return columns, confidence


def _texts_by_column(header: Sequence[str], sample: Iterable[Sequence[Cell]]) -> list[list[str]]:
    texts: list[list[str]] = [[] for _ in header]
    for row in sample:
        for index, cell in enumerate(row[: len(header)]):
            text = text_of(cell)
            if text and not is_empty(text):
                texts[index].append(text[:_LOOKED_AT])
    return texts


def _score(wanted: Field, name: str, texts: list[str]) -> int:
    """How well a column fits. Birthdays and last times are dates too, but of something else: only a whole name fits."""
    base = max(
        (_name_score(alias, name) - place // 4 for place, alias in enumerate(wanted.aliases)), default=0
    )
    if not wanted.looks or not texts:
        return base
    share = sum(map(LOOKS[wanted.looks], texts)) / len(texts)
    if base > 0:
        unlike = share < 0.1 and wanted.looks != "words" and not _masked(texts)
        return base + (9 if share > 0.7 else AGAINST if unlike else 0)
    return CONTENT_ONLY if wanted.by_content and share >= 0.7 else 0


def _masked(texts: list[str]) -> bool:
    return sum("*" in text for text in texts) * 2 > len(texts)


@lru_cache(maxsize=65536)
def _name_score(alias: str, name: str) -> int:
    if not name:
        return 0
    if alias == name:
        return EXACT
    if f" {alias} " not in f" {name} ":
        return 0
    spare = len(name.split()) - len(alias.split())
    return max(PART - 3 * spare, LEAST if len(alias) > 3 else 0)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All names of columns that some format knows: how a header row is told from a title or from data."""

    names: frozenset[str] = field(default_factory=frozenset)

    def hits(self, row: Sequence[Cell]) -> int:
        """How many cells of the row are known names or hold one."""
        found = 0
        for cell in row:
            name = plain_name(text_of(cell)) if isinstance(cell, str) and len(cell) < 80 else ""
            found += bool(name) and (
                name in self.names or any(f" {n} " in f" {name} " for n in self.names if len(n) > 4)
            )
        return found


def vocabulary(*groups: Iterable[Field]) -> Vocabulary:
    """The vocabulary of these fields."""
    return Vocabulary(frozenset(alias for group in groups for wanted in group for alias in wanted.aliases))
