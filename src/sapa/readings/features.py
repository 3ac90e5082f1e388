"""From meant words to the features of the linear models: words, pairs, cues, lengths; letters within words."""

from functools import lru_cache
from itertools import pairwise

from sapa.readings.lexicon import CUES
from sapa.readings.rules import negated

CHAR_LENGTHS = (2, 3, 4, 5)


def _cue_table() -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], list[str]] = {}
    for intent, phrases in CUES.items():
        for phrase in phrases:
            table.setdefault(tuple(phrase.split()), []).append(f"@{intent}")
    return {phrase: tuple(names) for phrase, names in table.items()}


_CUES = _cue_table()
_CUE_LENGTHS = tuple(sorted({len(phrase) for phrase in _CUES}))


def cues(meant: list[str]) -> set[str]:
    """The intents, as `@intent`, that phrases of the lexicon point at."""
    found: set[str] = set()
    for length in _CUE_LENGTHS:
        for start in range(len(meant) - length + 1):
            found.update(_CUES.get(tuple(meant[start : start + length]), ()))
    return found


def length_mark(meant: list[str]) -> str:
    """The message's length in words, in five steps: long messages rarely only greet or thank."""
    count = len(meant)
    return (
        "#1"
        if count <= 1
        else "#3"
        if count <= 3
        else "#7"
        if count <= 7
        else "#15"
        if count <= 15
        else "#more"
    )


def word_features(meant: list[str]) -> set[str]:
    """Words, pairs of neighbours (with the edges `^` and `$`), negated words, cues and the length."""
    edged = ["^", *meant, "$"]
    found = set(meant)
    found.update(f"{first} {second}" for first, second in pairwise(edged))
    found.update(negated(meant))
    found.update(cues(meant))
    found.add(length_mark(meant))
    return found


@lru_cache(maxsize=65_536)
def letters(word: str) -> tuple[str, ...]:
    """Runs of 2 to 5 letters of one word with its edges marked by spaces."""
    padded = f" {word} "
    size = len(padded)
    return tuple({padded[start : start + run] for run in CHAR_LENGTHS for start in range(size - run + 1)})


def letter_features(meant: list[str]) -> set[str]:
    """Letter runs of all words: they carry typos and endings that no lexicon lists."""
    found: set[str] = set()
    for word in meant:
        found.update(letters(word))
    return found
