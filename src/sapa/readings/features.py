"""From a text to the features of the linear models.

Three blocks: words (with stems, pairs, negated words, length), letter runs within words, and signs: the cues and
kinds of words of the lexicon, which kind follows which, whether it asks, and grave words.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from sapa.readings import rules
from sapa.readings.lexicon import CONCEPTS, CUES

BLOCKS = ("words", "letters", "signs")
RUNS = (2, 3, 4, 5)
"""Lengths of letter runs."""

_ATTACHED = ("nya", "kah", "lah", "pun", "ku", "mu", "na", "ne")
_ENDINGS = ("kan", "an", "in", "i")
_BEGINNINGS = ("meng", "mem", "men", "ber", "nge", "ter", "di", "ke", "me", "ng", "ny", "se")
_SHORTEST_STEM = 3
_JUMBLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")


class Observed(NamedTuple):
    """A message as the model sees it: its meant words, whether it asks, and its grave reasons."""

    meant: list[str]
    asks: bool
    reasons: tuple[str, ...]


def observe(text: str) -> Observed:
    """Read a text once for all that follows."""
    meant = rules.words(text)
    return Observed(meant, rules.is_question(meant), rules.grave(meant))


def _leaves_enough(form: str, part: str) -> bool:
    return len(form) - len(part) >= _SHORTEST_STEM


@lru_cache(maxsize=65_536)
def stems(word: str) -> tuple[str, ...]:
    """A word with endings and beginnings taken off, longest form first; the word itself comes first."""
    found = {word}
    for endings in (_ATTACHED, _ENDINGS):
        for form in tuple(found):
            found.update(
                form[: -len(end)] for end in endings if form.endswith(end) and _leaves_enough(form, end)
            )
    for form in tuple(found):
        found.update(
            form[len(start) :]
            for start in _BEGINNINGS
            if form.startswith(start) and _leaves_enough(form, start)
        )
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


@lru_cache(maxsize=65_536)
def concepts_of(word: str) -> tuple[str, ...]:
    """The kinds a word belongs to, found by its longest known form."""
    for form in stems(word):
        if (form,) in _KINDS:
            return _KINDS[(form,)]
    return ()


def _by_phrase(table: dict[str, tuple[str, ...]], mark: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for name, phrases in table.items():
        for phrase in phrases:
            found.setdefault(tuple(phrase.split()), []).append(f"{mark}{name}")
    return {phrase: tuple(names) for phrase, names in found.items()}


_KINDS = _by_phrase(CONCEPTS, "%")
_CUES = _by_phrase(CUES, "@")
_CUE_LENGTHS = tuple(sorted({len(phrase) for phrase in _CUES}))


def cues(meant: list[str]) -> set[str]:
    """The intents, as `@intent`, that phrases of the lexicon point at."""
    found: set[str] = set()
    for length in _CUE_LENGTHS:
        for start in range(len(meant) - length + 1):
            found.update(_CUES.get(tuple(meant[start : start + length]), ()))
    return found


def kinds_in_order(meant: list[str]) -> list[tuple[str, ...]]:
    """The kinds of each word that has any, alone or with its next neighbour, in order."""
    found = []
    for word, following in pairwise([*meant, ""]):
        kinds = (*concepts_of(word), *_KINDS.get((word, following), ()))
        if kinds:
            found.append(kinds)
    return found


@lru_cache(maxsize=65_536)
def _kinds_or_stem(word: str) -> tuple[str, ...]:
    return concepts_of(word) or (stems(word)[-1],)


def neighbours(meant: list[str]) -> set[str]:
    """Each kind with the kind or stem of the word beside it, as `before|after`; the edges are `^` and `$`."""
    order = [("^",), *(_kinds_or_stem(word) for word in meant), ("$",)]
    return {
        f"{first}|{second}"
        for before, after in pairwise(order)
        if before[0][0] == "%" or after[0][0] == "%"
        for first in before
        for second in after
    }


def sign_features(message: Observed) -> set[str]:
    """Cues, kinds (also by asking or telling, and with their neighbours), kinds denied, grave reasons, jumbled letters."""
    order = kinds_in_order(message.meant)
    found = cues(message.meant) | neighbours(message.meant)
    manner = "?" if message.asks else "."
    for kinds in order:
        found.update(kinds)
        found.update(f"{manner}{kind}" for kind in kinds)
    for before, after in pairwise(order):
        found.update(f"{first}>{second}" for first in before for second in after)
    for mark in rules.negated(message.meant):
        found.update(f"no{kind}" for kind in concepts_of(mark.removeprefix(rules.NEGATED)))
    found.update(f"!{reason}" for reason in message.reasons)
    if any(_JUMBLE.search(word) for word in message.meant):
        found.add("#jumble")
    found.add("#asks" if message.asks else "#tells")
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
    """Words, stems, pairs of neighbours (with the edges `^` and `$`), negated words, cues and the length."""
    found = set(meant)
    found.update(f"~{stems(word)[-1]}" for word in meant)
    found.update(f"{first} {second}" for first, second in pairwise(["^", *meant, "$"]))
    found.update(rules.negated(meant))
    found.add(length_mark(meant))
    return found


@lru_cache(maxsize=65_536)
def letters(word: str) -> tuple[str, ...]:
    """Runs of 2 to 5 letters of one word with its edges marked by spaces."""
    padded = f" {word} "
    size = len(padded)
    return tuple({padded[start : start + run] for run in RUNS for start in range(size - run + 1)})


def letter_features(meant: list[str]) -> set[str]:
    """Letter runs of all words: they carry typos and endings that no lexicon lists."""
    found: set[str] = set()
    for word in meant:
        found.update(letters(word))
    return found
