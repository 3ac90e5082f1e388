"""What one shop has taught: a corrected message holds, and messages near it follow.

Nothing is retrained. A correction is a text with the intent that a teammate gave it: the same words again get that
intent for sure; a message near enough to one (cosine of the model's own features) gets it with the cosine as its
confidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sapa.readings import rules
from sapa.readings.features import Observed, observe
from sapa.readings.model import load_weights, unit_vector
from sapa.readings.types import INTENTS, Understood

NEAR = 0.70
"""Cosine from which two messages ask the same; `tools/judge_readings.py` prints how often that is wrong."""


@dataclass(frozen=True)
class Corrections:
    """One shop's corrections: meant words → intent; and per feature, which corrections have it and how strongly."""

    exact: dict[str, str]
    intents: tuple[str, ...]
    postings: dict[int, tuple[tuple[int, float], ...]]


def learn(pairs: Iterable[tuple[str, str]]) -> Corrections:
    """Corrections from (text, intent), oldest first: of two on the same words the later holds.

    ValueError for an intent that is none; texts without words teach nothing.
    """
    taught: dict[str, tuple[Observed, str]] = {}
    for text, intent in pairs:
        if intent not in INTENTS:
            raise ValueError(f"'{intent}' is not an intent; use one of: {', '.join(INTENTS)}")
        message = observe(text)
        if rules.is_readable(message.meant):
            taught[_key(message)] = (message, intent)
    postings: dict[int, list[tuple[int, float]]] = {}
    for place, (message, _) in enumerate(taught.values()):
        for row, value in unit_vector(message, load_weights()).items():
            postings.setdefault(row, []).append((place, value))
    exact = {key: intent for key, (_, intent) in taught.items()}
    return Corrections(exact, tuple(exact.values()), {row: tuple(hits) for row, hits in postings.items()})


def adjust(understood: Understood, text: str, corrections: Corrections) -> Understood:
    """The reading of `text` as this shop was taught: unchanged where nothing near was corrected."""
    if not corrections.exact:
        return understood
    message = observe(text)
    taught = corrections.exact.get(_key(message))
    if taught is not None:
        return _with_intent(understood, taught, 1.0)
    place, cosine = _nearest(message, corrections)
    if cosine < NEAR:
        return understood
    return _with_intent(understood, corrections.intents[place], cosine)


def _key(message: Observed) -> str:
    return " ".join(message.meant)


def _with_intent(understood: Understood, intent: str, confidence: float) -> Understood:
    known = {**understood.confidence, "intent": round(min(confidence, 1.0), 4)}
    return replace(understood, intent=intent, abstained_intent=False, confidence=known)


def _nearest(message: Observed, corrections: Corrections) -> tuple[int, float]:
    cosines = [0.0] * len(corrections.intents)
    for row, value in unit_vector(message, load_weights()).items():
        for place, other in corrections.postings.get(row, ()):
            cosines[place] += value * other
    best = max(range(len(cosines)), key=cosines.__getitem__)
    return best, cosines[best]
