"""The first reading model: TF-IDF features and linear classifiers from plain arrays, applied with numpy.

Three blocks of features (words, letter runs, signs of the lexicon), each set on unit length, go through one matrix
into 24 intents, a person being needed, and 3 sentiments: softmax, logistic, softmax. Weights are made by
`tools/train_readings.py` and loaded at first use.

An intent is answered where its share reaches the line. Where no share does but those of the buying intents together
do (`ready? harga brp?` asks for both stock and price), the likeliest of them is the answer: that somebody is about to
buy is then as sure as an answer must be.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sapa.readings import rules
from sapa.readings.features import BLOCKS, Observed, letters, observe, sign_features, word_features
from sapa.readings.types import BUYING_INTENTS, COURTESY_INTENTS, INTENTS, SENTIMENTS, Understood

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

WEIGHTS = "readings.npz"
CHUNK = 512
"""Messages scored at once: bounds memory to some tens of megabytes."""

_INTENT = slice(0, len(INTENTS))
_HUMAN = len(INTENTS)
_MOOD = slice(len(INTENTS) + 1, len(INTENTS) + 1 + len(SENTIMENTS))
CHAT_COLUMNS = len(INTENTS) + 1
COLUMNS = CHAT_COLUMNS + len(SENTIMENTS)
GRAVE_CONFIDENCE = 0.95
CLEAR_PRAISE, PRAISED_LINE = 0.85, 0.5
"""Where praise and a positive mood are both this sure, a person is called only from the higher line: `parah enak` is no grief."""

TROUBLE = tuple(INTENTS.index(name) for name in ("complaint", "refund_return", "claim_warranty"))
TROUBLE_WEIGHT, TROUBLE_FLOOR = 0.5, 0.02
"""How much the share of troubled intents adds to the odds that a person is needed, and the share below which it counts alike."""

_BUYING = tuple(place for place, name in enumerate(INTENTS) if name in BUYING_INTENTS)
_COURTESY = tuple(place for place, name in enumerate(INTENTS) if name in COURTESY_INTENTS)
_TESTIMONIAL, _POSITIVE = INTENTS.index("testimonial"), SENTIMENTS.index("positive")


@dataclass(frozen=True)
class Weights:
    """Arrays of one trained model. Row 0 of each is a blank feature that counts for nothing.

    `index`: per block, feature → row. `scale`: (rows, 2) squared inverse document frequencies for chat and
    for sentiment. `matrix`: (rows, COLUMNS) coefficients times those frequencies. `bias`: (COLUMNS,).
    `lines`: the confidence below which intent and sentiment abstain, and above which a person is needed.
    """

    index: dict[str, dict[str, int]]
    scale: Floats
    matrix: Floats
    bias: Floats
    lines: dict[str, float]
    about: dict[str, Any]


@cache
def load_weights() -> Weights:
    """The weights inside the package, read once."""
    with (
        (files("sapa.readings") / "data" / WEIGHTS).open("rb") as stream,
        np.load(stream, allow_pickle=False) as arrays,
    ):
        about = json.loads(bytes(arrays["about"]).decode("utf-8"))
        names = bytes(arrays["features"]).decode("utf-8").split("\n")
        index: dict[str, dict[str, int]] = {}
        start = 0
        for block, size in zip(BLOCKS, about["sizes"], strict=True):
            index[block] = {name: start + place + 1 for place, name in enumerate(names[start : start + size])}
            start += size
        return Weights(
            index=index,
            scale=arrays["scale"].astype(np.float32),
            matrix=arrays["matrix"].astype(np.float32),
            bias=arrays["bias"].astype(np.float32),
            lines=about["lines"],
            about=about,
        )


@cache
def _letter_rows(word: str) -> tuple[int, ...]:
    known = load_weights().index["letters"]
    return tuple(known[run] for run in letters(word) if run in known)


def _rows(message: Observed, weights: Weights) -> tuple[list[int], list[int], list[int]]:
    """Rows of the features in each block, each at least the blank one."""
    known_words, known_signs = weights.index["words"], weights.index["signs"]
    of_words = [known_words[name] for name in word_features(message.meant) if name in known_words]
    of_letters: set[int] = set()
    for word in message.meant:
        of_letters.update(_letter_rows(word))
    of_signs = [known_signs[name] for name in sign_features(message) if name in known_signs]
    return [0, *sorted(of_words)], [0, *sorted(of_letters)], [0, *sorted(of_signs)]


def segments(messages: Iterable[Observed], weights: Weights) -> tuple[Ids, Ids]:
    """All feature rows in one array, and where each message's three blocks begin."""
    flat: list[int] = []
    starts: list[int] = []
    for message in messages:
        for block in _rows(message, weights):
            starts.append(len(flat))
            flat.extend(block)
    return np.array(flat, dtype=np.int64), np.array(starts, dtype=np.int64)


def unit_vector(message: Observed, weights: Weights) -> dict[int, float]:
    """A message as feature row → value, length 1 over all blocks (each block equal); empty without known features."""
    found: dict[int, float] = {}
    for block in _rows(message, weights):
        squares = weights.scale[block, 0]
        length = float(np.sqrt(squares.sum()))
        if length:
            found.update(zip(block[1:], (np.sqrt(squares[1:]) / length).tolist(), strict=True))
    whole = float(np.sqrt(sum(value * value for value in found.values())))
    return {row: value / whole for row, value in found.items() if value}


def scores(messages: Sequence[Observed], weights: Weights) -> Floats:
    """Raw scores, (messages, COLUMNS)."""
    flat, starts = segments(messages, weights)
    lengths = np.sqrt(np.add.reduceat(weights.scale[flat], starts, axis=0))
    lengths[lengths == 0] = 1
    sums = np.add.reduceat(weights.matrix[flat], starts, axis=0)
    sums[:, :CHAT_COLUMNS] /= lengths[:, :1]
    sums[:, CHAT_COLUMNS:] /= lengths[:, 1:]
    total: Floats = sums.reshape(len(messages), len(BLOCKS), COLUMNS).sum(axis=1) + weights.bias
    return total


def shares(raw: Floats) -> Floats:
    """Raw scores of classes that exclude each other as shares of one, row by row."""
    powers = np.exp(raw - raw.max(axis=1, keepdims=True))
    found: Floats = powers / powers.sum(axis=1, keepdims=True)
    return found


def needing(raw: Floats, intent: Floats) -> Floats:
    """Probability that a person is needed, (n,), from its raw score and the shares of the intents, (n, 24)."""
    trouble = np.log(intent[:, TROUBLE].sum(axis=1) + TROUBLE_FLOOR)
    share: Floats = 1 / (1 + np.exp(-(raw + TROUBLE_WEIGHT * trouble)))
    return share


def _without_courtesy(message: Observed, intent: Floats) -> Floats:
    """A greeting in which somebody asks for wares is no mere greeting: `halo kak, ada warna baru?`.

    What is left is believed where it says that they are about to buy; else it is too little to answer with.
    """
    if int(intent.argmax()) not in _COURTESY or not (message.asks and rules.names_wares(message.meant)):
        return intent
    others = intent.copy()
    others[[*_COURTESY]] = 0
    left: Floats = others / others.sum()
    return left if int(left.argmax()) in _BUYING else others


def _understood(
    message: Observed, intent: Floats, human: float, mood: Floats, lines: dict[str, float]
) -> Understood:
    intent = _without_courtesy(message, intent)
    best, feeling = int(intent.argmax()), int(mood.argmax())
    doubts_between = intent[best] < lines["intent"] <= intent[[*_BUYING]].sum()
    if doubts_between:
        best = max(_BUYING, key=lambda place: float(intent[place]))
    sure, felt = float(intent[best]), float(mood[feeling])
    readable = rules.is_readable(message.meant)
    needed = max(human, GRAVE_CONFIDENCE) if message.reasons else human
    praised = intent[_TESTIMONIAL] >= CLEAR_PRAISE and mood[_POSITIVE] >= CLEAR_PRAISE
    line = PRAISED_LINE if praised else lines["needs_human"]
    answers = readable and bool(sure >= lines["intent"] or doubts_between)
    feels = readable and felt >= lines["sentiment"]
    return Understood(
        intent=INTENTS[best] if answers else None,
        sentiment=SENTIMENTS[feeling] if feels else None,
        needs_human=readable and needed >= line,
        confidence={"intent": round(sure, 4), "sentiment": round(felt, 4), "needs_human": round(needed, 4)},
        abstained_intent=not answers,
        abstained_sentiment=not feels,
        is_question=message.asks,
        closes=rules.closes(message.meant),
    )


def _chunk(messages: list[Observed], weights: Weights) -> list[Understood]:
    raw = scores(messages, weights)
    intent, mood = shares(raw[:, _INTENT]), shares(raw[:, _MOOD])
    human = needing(raw[:, _HUMAN], intent)
    return [
        _understood(message, intent[row], float(human[row]), mood[row], weights.lines)
        for row, message in enumerate(messages)
    ]


def understand_many(texts: Sequence[str]) -> list[Understood]:
    """What each message says, in the same order; an empty list for no texts."""
    weights = load_weights()
    found: list[Understood] = []
    for start in range(0, len(texts), CHUNK):
        found.extend(_chunk([observe(text) for text in texts[start : start + CHUNK]], weights))
    return found


def understand(text: str) -> Understood:
    """What one message says."""
    return understand_many([text])[0]
