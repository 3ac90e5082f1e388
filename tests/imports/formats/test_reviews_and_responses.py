"""Reviews, survey answers and approved answers in tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from sapa.gateway.types import AnswerApproved, Key, ResponseGiven, ReviewPosted
from sapa.imports.formats import register
from sapa.imports.formats.reading import RowError
from sapa.imports.formats.responses import survey_of
from sapa.imports.formats.reviews import stars_of
from tests.imports.formats.tabular import events, problems, read, write


def kind_of(path: Path) -> str:
    found = register.recognise(path)
    assert found is not None
    return found[0].kind


def test_reviews(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a", ["Tanggal", "Nama", "Bintang", "Ulasan", "Sumber"],
        ["19/11/2026", "Rina Wulandari", "5", "Bahannya adem, jahitan rapi", "Google Maps"],
        ["20/11/2026", "b***i", "★★☆☆☆", "Lama sampainya", "Shopee"],
        ["20/11/2026", "Sari", "7", "Bagus", ""],
        ["21/11/2026", "Andi", "", "", ""],
    )  # fmt: skip
    assert kind_of(path) == "reviews"
    rows = read(path)
    rina, budi = events(rows)
    assert isinstance(rina, ReviewPosted)
    assert isinstance(budi, ReviewPosted)
    assert (rina.stars, rina.channel.kind, rina.person.record) == (
        5,
        "google",
        ("external", "google:Rina Wulandari"),
    )
    assert (budi.stars, budi.channel.kind, budi.person.name) == (2, "marketplace:shopee", "")
    assert budi.person.record[0] == "row"
    assert problems(rows) == [(4, "stars_unknown"), (5, "review_empty")]


@pytest.mark.parametrize(("text", "stars"), [("5", 5), ("4.0", 4), ("3/5", 3), ("★★★★★", 5), ("⭐⭐", 2), ("4 bintang", 4), ("FIVE", 5), ("", None)])  # fmt: skip
def test_stars(text: str, stars: int | None) -> None:
    assert stars_of(text) == stars


@pytest.mark.parametrize("text", ["6", "0", "bagus", "4.5"])
def test_no_stars(text: str) -> None:
    with pytest.raises(RowError):
        stars_of(text)


def test_one_survey_a_row(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a", ["date", "person", "survey", "score", "words"],
        ["2026-11-19", "081234567890", "nps", "9", "pasti saya ceritakan"],
        ["2026-11-20", "Budi Santoso", "CSAT", "5", ""],
        ["2026-11-20", "Sari", "ces", "8", ""],
        ["2026-11-20", "Sari", "cuaca", "8", ""],
    )  # fmt: skip
    assert kind_of(path) == "surveys"
    rows = read(path)
    rina, budi = events(rows)
    assert isinstance(rina, ResponseGiven)
    assert isinstance(budi, ResponseGiven)
    assert (rina.survey, rina.score, rina.words, rina.person.keys) == ("nps", 9, "pasti saya ceritakan", (Key("phone", "081234567890"),))  # fmt: skip
    assert (budi.survey, budi.score, budi.person.name) == ("csat", 5, "Budi Santoso")
    assert problems(rows) == [(4, "score_out_of_range"), (5, "survey_unknown")]


def test_one_column_for_each_survey(tmp_path: Path) -> None:
    header = ["Timestamp", "Nama", "Email", "Seberapa mungkin Anda merekomendasikan Toko Sage?", "Seberapa puas Anda?", "Kenapa?"]  # fmt: skip
    path = write(tmp_path / "a", header, ["19/11/2026 9:12:00", "Rina", "rina@contoh.example", "10", "4", "ramah"], ["20/11/2026 9:12:00", "", "", "", "", "tak ada"])  # fmt: skip
    assert kind_of(path) == "surveys"
    rows = read(path)
    assert [(e.survey, e.score, e.words) for e in events(rows) if isinstance(e, ResponseGiven)] == [("nps", 10, "ramah"), ("csat", 4, "ramah")]  # fmt: skip
    assert len(rows[0].events) == 2
    assert problems(rows) == [(3, "response_without_score")]


def test_a_second_header_row_of_a_survey_tool_is_skipped(tmp_path: Path) -> None:
    path = write(tmp_path / "a", ["Date", "Name", "NPS", "Comment"], ["Start date", "Your name", "How likely", "Why"], ["2026-11-19", "Rina", "9", ""])  # fmt: skip
    assert [row.skipped for row in read(path)] == ["description", ""]


def test_an_unnamed_answer_is_a_record_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path / "a", ["Tanggal", "NPS", "Alasan"], ["19/11/2026", "3", "lama dibalas"])
    (response,) = events(read(path))
    assert isinstance(response, ResponseGiven)
    assert response.person.record[0] == "row"


@pytest.mark.parametrize(("text", "survey"), [("Net Promoter Score", "nps"), ("Tingkat kepuasan", "csat"), ("Seberapa mudah memesan", "ces"), ("warna", "")])  # fmt: skip
def test_surveys_by_their_words(text: str, survey: str) -> None:
    assert survey_of(text) == survey


def test_approved_answers(tmp_path: Path) -> None:
    path = write(tmp_path / "a", ["question", "answer"], ["Bisa dicicil?", "Bisa, 3 kali tanpa bunga."], ["Ada ukuran XL?", ""])  # fmt: skip
    assert kind_of(path) == "answers"
    rows = read(path)
    assert events(rows) == [AnswerApproved("Bisa dicicil?", "Bisa, 3 kali tanpa bunga.")]
    assert problems(rows) == [(3, "answer_incomplete")]
