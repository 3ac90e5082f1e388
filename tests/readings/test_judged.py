"""The shipped model on messages that no training has seen: floors a little under what it reaches."""

from pathlib import Path

import pytest

from sapa.readings.types import INTENTS
from tools.judge_readings import Figures, HumanFigures, figures, human_figures, judge, judge_reviews
from tools.reading_data import NUSAX_LANGUAGES, Row, load_rows, nusax, smsa

TRAINING = Path(__file__).resolve().parent.parent.parent / "training"


Judged = tuple[Figures, Figures, HumanFigures]


@pytest.fixture(scope="module")
def judged() -> Judged:
    return judge(load_rows(TRAINING / "readings_judge.tsv"))


@pytest.fixture(scope="module")
def judged_by_another() -> Judged:
    return judge(load_rows(TRAINING / "readings_judge_2.tsv"))


class TestJudgingMessages:
    def test_intent_is_right_where_it_is_given(self, judged: Judged) -> None:
        intent, _, _ = judged

        assert intent.precision >= 0.93
        assert intent.answered >= 0.77
        assert intent.macro_f1 >= 0.82

    def test_sentiment_is_right_where_it_is_given(self, judged: Judged) -> None:
        _, mood, _ = judged

        assert mood.precision >= 0.94
        assert mood.answered >= 0.96

    def test_those_who_need_a_person_are_found(self, judged: Judged) -> None:
        _, _, human = judged

        assert human.recall >= 0.95, human.missed
        assert human.false_alarms <= 0.22


class TestJudgingMessagesOfAnotherHand:
    def test_intent_is_right_where_it_is_given(self, judged_by_another: Judged) -> None:
        intent, _, _ = judged_by_another

        assert intent.precision >= 0.93
        assert intent.answered >= 0.77
        assert intent.macro_f1 >= 0.83

    def test_complaints_are_named(self, judged_by_another: Judged) -> None:
        intent, _, _ = judged_by_another

        _, precision, recall = intent.classes["complaint"]
        assert (precision >= 0.72, recall >= 0.70) == (True, True)

    def test_sentiment_is_right_where_it_is_given(self, judged_by_another: Judged) -> None:
        _, mood, _ = judged_by_another

        assert mood.precision >= 0.90
        assert mood.answered >= 0.96

    def test_those_who_need_a_person_are_found(self, judged_by_another: Judged) -> None:
        _, _, human = judged_by_another

        assert human.recall >= 0.95, human.missed
        assert human.false_alarms <= 0.20


class TestReviews:
    def test_of_smsa(self, shared: Path) -> None:
        assert judge_reviews(smsa(shared / "data", "valid")).macro_f1 >= 0.80

    @pytest.mark.parametrize("language", NUSAX_LANGUAGES)
    def test_of_nusax(self, shared: Path, language: str) -> None:
        assert judge_reviews(nusax(shared / "data", language, "valid")).macro_f1 >= 0.68


class TestData:
    @pytest.mark.parametrize(
        ("name", "least", "each"),
        [("readings.tsv", 4000, 90), ("readings_judge.tsv", 300, 10), ("readings_judge_2.tsv", 500, 8)],
    )
    def test_cover_every_intent(self, name: str, least: int, each: int) -> None:
        rows = load_rows(TRAINING / name)

        assert len(rows) >= least
        assert {intent for intent in INTENTS if sum(row.intent == intent for row in rows) < each} == set()

    def test_say_that_they_are_invented(self) -> None:
        for name in ("readings.tsv", "readings_judge.tsv", "readings_judge_2.tsv"):
            assert (TRAINING / name).read_text("utf-8").startswith("# Invented")

    @pytest.mark.parametrize("name", ["readings_judge.tsv", "readings_judge_2.tsv"])
    def test_of_judging_are_not_those_of_training(self, name: str) -> None:
        training = {row.text.lower() for row in load_rows(TRAINING / "readings.tsv")}
        judging = {row.text.lower() for row in load_rows(TRAINING / name)}

        assert {text for text in training & judging if len(text) > 12} == set()


class TestFigures:
    def test_count_silence_as_a_miss_but_not_as_a_mistake(self) -> None:
        found = figures([("a", "a"), ("a", None), ("b", "a"), ("b", "b")], ("a", "b"))

        assert found.answered == 0.75
        assert found.precision == pytest.approx(2 / 3)
        assert found.classes == {"a": (2, 0.5, 0.5), "b": (2, 1.0, 0.5)}

    def test_name_those_who_were_missed(self) -> None:
        from sapa.readings.model import understand_many

        rows = [
            Row("brp kak", "price", "neutral", True),
            Row("saya lapor polisi", "complaint", "negative", True),
        ]
        rows.append(Row("makasih kak", "thanks", "positive", False))

        found = human_figures(rows, understand_many([row.text for row in rows]))

        assert (found.recall, found.false_alarms, found.missed) == (0.5, 0.0, ["brp kak"])
