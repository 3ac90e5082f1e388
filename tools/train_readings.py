"""Train the reading model: `python -m tools.train_readings`.

Reads `training/readings.tsv` (invented) and, where the shared reference data stand beside the checkout (or at
SAPA_SHARED), the training parts of SmSA and NusaX for sentiment. Writes the weights into the package and
`training/report.json`. The same inputs give the same weights.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from sapa.readings.features import BLOCKS, letter_features, observe, sign_features, word_features
from sapa.readings.lexicon import LISTS
from sapa.readings.model import CHAT_COLUMNS, CLEAR_PRAISE, COLUMNS, PRAISED_LINE, WEIGHTS, needing, shares
from sapa.readings.types import INTENTS, SENTIMENTS
from tools.reading_data import Row, load_rows, shared_folder, shared_sentiment

HERE = Path(__file__).resolve().parent.parent
PACKAGE = HERE / "src" / "sapa" / "readings" / "data" / WEIGHTS
REPORT = HERE / "training" / "report.json"
FOLDS = 5
MARGIN_C, ODDS_C, HUMAN_C, MOOD_C = 0.5, 20.0, 10.0, 0.1
MARGIN_PART, ODDS_PART, MOOD_PART = 2.0, 0.5, 3.0
"""Factors of support vector scores and log odds that make the shares follow how often the answers are right."""
SEED = 7
BLOCK_WEIGHT = {"words": 0.8, "letters": 1.2, "signs": 1.2}
CHAT_MINIMUM = {"words": 2, "letters": 2, "signs": 2}
MOOD_MINIMUM = {"words": 3, "letters": 5, "signs": 3}
OWN_WEIGHT = 4.0
INTENT_PRECISION, MOOD_PRECISION, HUMAN_RECALL = 0.90, 0.87, 0.98
Measure = Callable[[np.ndarray, np.ndarray, float], float]


class Features(NamedTuple):
    """The three sets of features of one message, in the order of BLOCKS."""

    words: set[str]
    letters: set[str]
    signs: set[str]


def features_of(text: str) -> Features:
    message = observe(text)
    return Features(word_features(message.meant), letter_features(message.meant), sign_features(message))


class Vocabulary:
    """Which features are kept, and how rare each is, learnt from some messages."""

    def __init__(self, seen: list[Features], minimum: dict[str, int]) -> None:
        self.index: dict[str, dict[str, int]] = {}
        self.idf: dict[str, np.ndarray] = {}
        for place, block in enumerate(BLOCKS):
            counts = Counter(name for one in seen for name in one[place])
            names = sorted(
                name for name, count in counts.items() if count >= minimum[block] and "\n" not in name
            )
            self.index[block] = {name: row for row, name in enumerate(names)}
            self.idf[block] = np.array([np.log((1 + len(seen)) / (1 + counts[name])) + 1 for name in names])

    def matrix(self, seen: list[Features]) -> sp.csr_matrix:
        return sp.hstack([self._block(seen, place, block) for place, block in enumerate(BLOCKS)]).tocsr()

    def _block(self, seen: list[Features], place: int, block: str) -> sp.csr_matrix:
        index, ids, ends = self.index[block], [], [0]
        for one in seen:
            ids.extend(sorted(index[name] for name in one[place] if name in index))
            ends.append(len(ids))
        plain = sp.csr_matrix((np.ones(len(ids)), ids, ends), shape=(len(seen), len(index)))
        weighted = (plain @ sp.diags(self.idf[block])).tocsr()
        length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        length[length == 0] = 1
        return (sp.diags(BLOCK_WEIGHT[block] / length) @ weighted).tocsr()


class Linear(NamedTuple):
    """A linear model of classes that exclude each other, rows in the order of the labels asked for."""

    coefficients: np.ndarray
    bias: np.ndarray

    def share(self, matrix: sp.csr_matrix) -> np.ndarray:
        return shares(np.asarray(matrix @ self.coefficients.T + self.bias))


def fit_intent(matrix: sp.csr_matrix, labels: np.ndarray) -> Linear:
    """Margins find the right intent among many rare words, odds know better how sure it is: their sum does both."""
    margin = LinearSVC(C=MARGIN_C, random_state=SEED).fit(matrix, labels)
    one = LogisticRegression(C=ODDS_C, solver="liblinear", tol=1e-2, random_state=SEED)
    odds = OneVsRestClassifier(one).fit(matrix, labels)
    order = [list(margin.classes_).index(name) for name in INTENTS]
    weights = np.vstack([single.coef_ for single in odds.estimators_])
    bias = np.concatenate([single.intercept_ for single in odds.estimators_])
    return Linear(
        (MARGIN_PART * margin.coef_ + ODDS_PART * weights)[order],
        (MARGIN_PART * margin.intercept_ + ODDS_PART * bias)[order],
    )


def fit_human(matrix: sp.csr_matrix, labels: np.ndarray) -> LogisticRegression:
    """Both sides weigh the same, for a missed person is the dearer mistake."""
    one = LogisticRegression(C=HUMAN_C, solver="liblinear", class_weight="balanced", random_state=SEED)
    return one.fit(matrix, labels)


class Guesses(NamedTuple):
    """Out-of-fold probabilities of the invented messages: (n, 24), (n,), (n, 3)."""

    intent: np.ndarray
    human: np.ndarray
    mood: np.ndarray


def guess_by_folds(
    rows: list[Row], seen: list[Features], extra: list[Row], extra_seen: list[Features]
) -> Guesses:
    """Each message judged by a model that has not seen it."""
    intent, human = np.zeros((len(rows), len(INTENTS))), np.zeros(len(rows))
    mood = np.zeros((len(rows), len(SENTIMENTS)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for train, held in folds.split(rows, [row.intent for row in rows]):
        part, held_seen = [seen[i] for i in train], [seen[i] for i in held]
        chat = Vocabulary(part, CHAT_MINIMUM)
        known, unknown = chat.matrix(part), chat.matrix(held_seen)
        intent[held] = fit_intent(known, np.array([rows[i].intent for i in train])).share(unknown)
        by_human = fit_human(known, np.array([rows[i].human for i in train]))
        human[held] = needing(by_human.decision_function(unknown), intent[held])
        vocabulary, by_mood = fit_mood([rows[i] for i in train], part, extra, extra_seen)
        mood[held] = by_mood.share(vocabulary.matrix(held_seen))
    return Guesses(intent, human, mood)


def fit_mood(
    rows: list[Row], seen: list[Features], extra: list[Row], extra_seen: list[Features]
) -> tuple[Vocabulary, Linear]:
    every = seen + extra_seen
    minimum = MOOD_MINIMUM if extra else CHAT_MINIMUM
    vocabulary = Vocabulary(every, minimum)
    weight = np.array([OWN_WEIGHT] * len(rows) + [1.0] * len(extra))
    labels = np.array([row.sentiment for row in rows + extra])
    found = LinearSVC(C=MOOD_C, random_state=SEED).fit(vocabulary.matrix(every), labels, sample_weight=weight)
    order = [list(found.classes_).index(name) for name in SENTIMENTS]
    return vocabulary, Linear(MOOD_PART * found.coef_[order], MOOD_PART * found.intercept_[order])


def precision_of(guess: np.ndarray, truth: np.ndarray, line: float) -> float:
    """Share of right answers from a confidence on; 1 where nothing is answered."""
    given = guess.max(axis=1) >= line
    return float((guess.argmax(axis=1) == truth)[given].mean()) if given.any() else 1.0


def precision_by_class(guess: np.ndarray, truth: np.ndarray, line: float) -> float:
    """The same, each answer weighing alike however rare: most chat is neutral, and being right on that is easy."""
    said = guess.argmax(axis=1)
    each = [precision_of(guess[said == label], truth[said == label], line) for label in range(guess.shape[1])]
    return float(np.mean(each))


def line_for_precision(measure: Measure, guess: np.ndarray, truth: np.ndarray, aim: float) -> float:
    """The lowest confidence from which on the answers are as right as aimed at."""
    for line in np.arange(0.20, 0.96, 0.01):
        if measure(guess, truth, line) >= aim:
            return round(float(line), 2)
    return 0.95


def called(guesses: Guesses, grave: np.ndarray, line: float) -> np.ndarray:
    """For whom a person is called at a line: grave words always call, clear praise needs more."""
    glad = guesses.mood[:, SENTIMENTS.index("positive")] >= CLEAR_PRAISE
    praised = glad & (guesses.intent[:, INTENTS.index("testimonial")] >= CLEAR_PRAISE)
    return (guesses.human >= np.where(praised, PRAISED_LINE, line)) | grave


def line_for_recall(guesses: Guesses, grave: np.ndarray, truth: np.ndarray, aim: float) -> float:
    """The highest probability from which on enough of those who need a person are found, grave words helping."""
    for line in np.arange(PRAISED_LINE, 0.004, -0.001):
        if called(guesses, grave, line)[truth].mean() >= aim:
            return round(float(line), 3)
    return 0.005


def choose_lines(rows: list[Row], guesses: Guesses) -> tuple[dict[str, float], dict[str, float]]:
    intent = np.array([INTENTS.index(row.intent) for row in rows])
    mood = np.array([SENTIMENTS.index(row.sentiment) for row in rows])
    truth = np.array([row.human for row in rows])
    grave = np.array([bool(observe(row.text).reasons) for row in rows])
    lines = {
        "intent": line_for_precision(precision_of, guesses.intent, intent, INTENT_PRECISION),
        "sentiment": line_for_precision(precision_by_class, guesses.mood, mood, MOOD_PRECISION),
        "needs_human": line_for_recall(guesses, grave, truth, HUMAN_RECALL),
    }
    given = guesses.intent.max(axis=1) >= lines["intent"]
    felt = guesses.mood.max(axis=1) >= lines["sentiment"]
    flagged = called(guesses, grave, lines["needs_human"])
    right, felt_right = guesses.intent.argmax(axis=1) == intent, guesses.mood.argmax(axis=1) == mood
    figures = {
        "intent_accuracy": right.mean(),
        "intent_answered": given.mean(),
        "intent_precision_of_answered": right[given].mean(),
        "sentiment_accuracy": felt_right.mean(),
        "sentiment_answered": felt.mean(),
        "sentiment_precision_by_class": precision_by_class(guesses.mood, mood, lines["sentiment"]),
        "needs_human_recall": flagged[truth].mean(),
        "needs_human_false_alarms": flagged[~truth].mean(),
    }
    return lines, {name: round(float(value), 4) for name, value in figures.items()}


def one_matrix(
    rows: list[Row], seen: list[Features], extra: list[Row], extra_seen: list[Features]
) -> dict[str, Any]:
    """The final classifiers on one common list of features, with the blank feature as row 0."""
    chat = Vocabulary(seen, CHAT_MINIMUM)
    by_intent = fit_intent(chat.matrix(seen), np.array([row.intent for row in rows]))
    by_human = fit_human(chat.matrix(seen), np.array([row.human for row in rows]))
    mood, by_mood = fit_mood(rows, seen, extra, extra_seen)
    names = {block: sorted({*chat.index[block], *mood.index[block]}) for block in BLOCKS}
    total = 1 + sum(len(part) for part in names.values())
    scale, matrix = np.zeros((total, 2), np.float32), np.zeros((total, COLUMNS), np.float32)
    coefficients = np.vstack([by_intent.coefficients, by_human.coef_])
    _place(chat, coefficients, names, scale[:, 0], matrix[:, :CHAT_COLUMNS])
    _place(mood, by_mood.coefficients, names, scale[:, 1], matrix[:, CHAT_COLUMNS:])
    bias = np.concatenate([by_intent.bias, by_human.intercept_, by_mood.bias])
    return {"names": names, "scale": scale, "matrix": matrix, "bias": bias}


def _place(
    vocabulary: Vocabulary,
    coefficients: np.ndarray,
    names: dict[str, list[str]],
    scale: np.ndarray,
    matrix: np.ndarray,
) -> None:
    start, done = 1, 0
    for block in BLOCKS:
        where = {name: start + place for place, name in enumerate(names[block])}
        rows = [where[name] for name in vocabulary.index[block]]
        idf = vocabulary.idf[block]
        scale[rows] = idf**2
        matrix[rows] = (coefficients[:, done : done + len(idf)] * idf * BLOCK_WEIGHT[block]).T
        start, done = start + len(names[block]), done + len(idf)


def save(trained: dict[str, Any], about: dict[str, Any]) -> None:
    features = "\n".join(name for block in BLOCKS for name in trained["names"][block])
    about["sizes"] = [len(trained["names"][block]) for block in BLOCKS]
    about["features_sha256"] = hashlib.sha256(features.encode("utf-8")).hexdigest()
    PACKAGE.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        PACKAGE,
        features=np.frombuffer(features.encode("utf-8"), dtype=np.uint8),
        scale=trained["scale"].astype(np.float16),
        matrix=trained["matrix"].astype(np.float16),
        bias=trained["bias"].astype(np.float32),
        about=np.frombuffer(json.dumps(about, sort_keys=True).encode("utf-8"), dtype=np.uint8),
    )


def digest(paths: list[Path]) -> str:
    """One hash of several text files, whatever their line ends."""
    joined = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return hashlib.sha256(joined.encode("utf-8")).hexdigest()


def main() -> None:
    rows = load_rows(HERE / "training" / "readings.tsv")
    folder = shared_folder(HERE)
    extra = shared_sentiment(folder, "train") if folder else []
    left_out = (
        []
        if folder
        else ["SmSA and NusaX: no shared data here, sentiment rests on the invented messages alone"]
    )
    seen, extra_seen = [features_of(row.text) for row in rows], [features_of(row.text) for row in extra]
    lines, figures = choose_lines(rows, guess_by_folds(rows, seen, extra, extra_seen))
    about: dict[str, Any] = {
        "lines": lines,
        "messages": len(rows),
        "reviews": len(extra),
        "left_out": left_out,
        "cross_validated": figures,
        "training_sha256": digest([HERE / "training" / "readings.tsv"]),
        "lists_sha256": digest([PACKAGE.parent / name for name in LISTS]),
    }
    save(one_matrix(rows, seen, extra, extra_seen), about)
    about["weights_bytes"] = PACKAGE.stat().st_size
    REPORT.write_text(json.dumps(about, indent=2, sort_keys=True) + os.linesep, encoding="utf-8", newline="")
    print(json.dumps(about, indent=2, sort_keys=True))


if __name__ == "__main__":
    main()
