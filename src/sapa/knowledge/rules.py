"""Blanks of an answer, and what may be typed behind `/`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_BLANK = re.compile(r"\{\s*([^\W\d_][\w ]{0,29}?)\s*\}")
_SHORTCUT = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
LONGEST_SENTENCE = 20
"""Words: what is longer is not read to its end on a phone (docs: ux 5)."""


def find_blanks(text: str) -> list[str]:
    """The names of the blanks in a text, each once, in order: `Ongkir ke {kota}` gives `kota`."""
    return list(dict.fromkeys(match[1].casefold() for match in _BLANK.finditer(text)))


def fill_blanks(text: str, values: Mapping[str, str]) -> str:
    """The text with those blanks filled for which there is a word; the others stay."""

    def fill(match: re.Match[str]) -> str:
        said: str = values.get(match[1].casefold(), "").strip()
        whole: str = match[0]
        return said or whole

    return _BLANK.sub(fill, text)


def plain_shortcut(raw: str) -> str:
    """A shortcut as it is kept: in lower case, without the slash, spaces as hyphens. Raises ValueError for what cannot be one."""
    plain = re.sub(r"[\s_]+", "-", raw.strip().lstrip("/").casefold())
    if plain and not _SHORTCUT.fullmatch(plain):
        raise ValueError(f"{raw} is no shortcut")
    return plain


def make_shortcut(question: str, taken: Iterable[str]) -> str:
    """A shortcut from the first telling word of a question; empty where none is free."""
    used = set(taken)
    for word in re.findall(r"[a-z0-9]+", question.casefold()):
        if len(word) > 3 and word not in _EMPTY_WORDS and word not in used:
            return str(word)[:30]
    return ""


_EMPTY_WORDS = frozenset(
    "apakah berapa bagaimana gimana kapan kenapa mengapa dimana bisa boleh kalau untuk yang dari dengan kakak".split()
)


def long_sentences(text: str) -> list[str]:
    """The sentences of more than twenty words."""
    sentences = (one.strip() for one in re.split(r"[.!?\n]+", text))
    return [one for one in sentences if len(one.split()) > LONGEST_SENTENCE]
