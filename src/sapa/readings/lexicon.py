"""Words of Indonesian shop chat, read from the plain lists in `data/`: one line `key: phrase, phrase, …`."""

from functools import cache
from importlib.resources import files

LISTS = ("slang.txt", "cues.txt", "concepts.txt", "grave.txt", "words.txt")
"""All lists, in `data/`; the weights are made for exactly these."""


@cache
def read_list(name: str) -> dict[str, tuple[str, ...]]:
    """Key → phrases of one list in `data/`; lines that begin with `#` are remarks."""
    table: dict[str, tuple[str, ...]] = {}
    for line in (files("sapa.readings") / "data" / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, _, phrases = line.partition(": ")
            table[key] = tuple(phrases.split(", "))
    return table


def _typed_to_meant() -> dict[str, str]:
    return {typed: meant for meant, forms in read_list("slang.txt").items() for typed in forms}


def _role(key: str) -> frozenset[str]:
    return frozenset(read_list("words.txt")[key])


SLANG: dict[str, str] = _typed_to_meant()
"""A typed word → the word meant, or several parted by spaces."""

CUES: dict[str, tuple[str, ...]] = read_list("cues.txt")
"""Intent → phrases, in meant words, that point at it. Features for the model, never a verdict."""

CONCEPTS: dict[str, tuple[str, ...]] = read_list("concepts.txt")
"""Kind of word → words and pairs of words, in meant words, of that kind."""

GRAVE: dict[str, tuple[str, ...]] = read_list("grave.txt")
"""Reason → phrases, in meant words, after which a person must look whatever the model thinks."""

NEGATIONS = _role("negations")
SYMPTOMS = _role("symptoms")
AFTER_USE = _role("after_use")
RELIEF = _role("relief")
ASK_WORDS = _role("ask_words")
ASK_FIRST = _role("ask_first")
ASK_PAIRS = frozenset(tuple(pair.split()) for pair in _role("ask_pairs"))
NOT_ASKING = frozenset(tuple(pair.split()) for pair in _role("not_asking"))
ADDRESS = _role("address")
CLOSING_CORE = _role("closing_core")
CLOSING_WORDS = _role("closing_words") | CLOSING_CORE | ADDRESS

KNOWN: frozenset[str] = frozenset(
    word
    for phrases in (SLANG.values(), ADDRESS, CLOSING_WORDS, *CUES.values(), *CONCEPTS.values())
    for phrase in phrases
    for word in phrase.split()
)
"""Every meant word of the lists: what a word with doubled letters may stand for."""
