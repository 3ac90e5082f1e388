"""Judge the shipped reading model: `python -m tools.judge_readings`.

Prints figures per class on the two judging files of `training/`, which no training or line has seen, and on the valid
parts of SmSA and NusaX where the shared data are there.
"""

from pathlib import Path
from typing import NamedTuple

from sapa.readings.corrections import adjust, learn
from sapa.readings.model import understand_many
from sapa.readings.types import INTENTS, SENTIMENTS, Understood
from tools.reading_data import NUSAX_LANGUAGES, Row, load_rows, nusax, shared_folder, smsa

HERE = Path(__file__).resolve().parent.parent
JUDGES = (HERE / "training" / "readings_judge.tsv", HERE / "training" / "readings_judge_2.tsv")


class Figures(NamedTuple):
    """Shares of one judgement; `answered` of all, `precision` of the answered, recall counting silence as a miss."""

    rows: int
    answered: float
    precision: float
    classes: dict[str, tuple[int, float, float]]

    @property
    def macro_f1(self) -> float:
        scores = [2 * p * r / (p + r) if p + r else 0.0 for _, p, r in self.classes.values()]
        return sum(scores) / len(scores)


def figures(pairs: list[tuple[str, str | None]], labels: tuple[str, ...]) -> Figures:
    """From (truth, answer or None): per class its rows, precision and recall."""
    given = [(truth, answer) for truth, answer in pairs if answer is not None]
    right = sum(truth == answer for truth, answer in given)
    classes = {}
    for label in labels:
        hits = sum(truth == answer == label for truth, answer in given)
        said = sum(answer == label for _, answer in given)
        true = sum(truth == label for truth, _ in pairs)
        classes[label] = (true, hits / said if said else 0.0, hits / true if true else 0.0)
    return Figures(len(pairs), len(given) / len(pairs), right / len(given) if given else 0.0, classes)


class HumanFigures(NamedTuple):
    """Of those who need a person, the share found; of the others, the share flagged for nothing."""

    needing: int
    recall: float
    false_alarms: float
    missed: list[str]


def human_figures(rows: list[Row], found: list[Understood]) -> HumanFigures:
    needing = [(row, one) for row, one in zip(rows, found, strict=True) if row.human]
    others = [one for row, one in zip(rows, found, strict=True) if not row.human]
    missed = [row.text for row, one in needing if not one.needs_human]
    alarms = sum(one.needs_human for one in others) / len(others)
    return HumanFigures(len(needing), 1 - len(missed) / len(needing), alarms, missed)


def judge(rows: list[Row]) -> tuple[Figures, Figures, HumanFigures]:
    """Intent, sentiment and needs-a-person figures of the shipped model on labelled messages."""
    found = understand_many([row.text for row in rows])
    intent = figures([(row.intent, one.intent) for row, one in zip(rows, found, strict=True)], INTENTS)
    mood = figures([(row.sentiment, one.sentiment) for row, one in zip(rows, found, strict=True)], SENTIMENTS)
    return intent, mood, human_figures(rows, found)


def show(title: str, of: Figures) -> None:
    print(f"\n{title}: {of.rows} texts, answered {of.answered:.3f}, precision of answers {of.precision:.3f}, "
          f"macro-F1 {of.macro_f1:.3f} (silence counts as a miss)")  # fmt: skip
    print(f"{'label':18}{'rows':>6}{'precision':>11}{'recall':>9}")
    for label, (count, precision, recall) in of.classes.items():
        print(f"{label:18}{count:6}{precision:11.2f}{recall:9.2f}")


def taught_by_half(rows: list[Row]) -> tuple[float, float]:
    """How often a correction of one half of the messages changes a reading of the other, and how often rightly."""
    taught = learn((row.text, row.intent) for row in rows[::2])
    others = rows[1::2]
    before = understand_many([row.text for row in others])
    after = [adjust(one, row.text, taught) for one, row in zip(before, others, strict=True)]
    shifted = [(row, one) for row, one, old in zip(others, after, before, strict=True) if one is not old]
    right = sum(row.intent == one.intent for row, one in shifted)
    return len(shifted) / len(others), right / len(shifted) if shifted else 0.0


def judge_reviews(rows: list[Row]) -> Figures:
    """Sentiment figures of the shipped model on labelled reviews."""
    found = understand_many([row.text for row in rows])
    return figures([(row.sentiment, one.sentiment) for row, one in zip(rows, found, strict=True)], SENTIMENTS)


def show_messages(path: Path) -> None:
    intent, mood, human = judge(load_rows(path))
    show(f"intent, {path.name}", intent)
    show(f"sentiment, {path.name}", mood)
    print(
        f"\nneeds a person: {human.needing}, found {human.recall:.3f}, false alarms {human.false_alarms:.3f}"
    )


def main() -> None:
    for path in JUDGES:
        show_messages(path)
    shifted, right = taught_by_half(load_rows(HERE / "training" / "readings.tsv"))
    print(f"\ncorrections: near matches shift {shifted:.3f} of unseen messages, {right:.3f} of these rightly")
    folder = shared_folder(HERE)
    if folder is None:
        print("\nno shared data here: SmSA and NusaX are left out")
        return
    show("sentiment, SmSA valid", judge_reviews(smsa(folder, "valid")))
    for language in NUSAX_LANGUAGES:
        show(f"sentiment, NusaX {language} valid", judge_reviews(nusax(folder, language, "valid")))


if __name__ == "__main__":
    main()
