"""Pure rules as lists of cases: who is asked, what a reply says, what answers add up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sapa.surveys.rules.eligibility import LATE, REST, Door, Person, is_drawn, judge
from sapa.surveys.rules.figures import ENOUGH, score_of, share_of
from sapa.surveys.rules.replies import read_reply
from sapa.surveys.rules.wording import USUAL, call_by, fill, find_blank, write_buttons, write_chat
from tests.world import JAKARTA

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=JAKARTA)
OPEN = Person(doors=(Door("chat"),))

CASES = [
    ("an open door", OPEN, "ask", ""),
    ("nobody known", replace(OPEN, is_known=False), "skip", "nobody_known"),
    ("an open complaint", replace(OPEN, has_complaint=True), "skip", "complaint"),
    ("said stop", replace(OPEN, has_opted_out=True), "skip", "opted_out"),
    ("asked a week ago", replace(OPEN, asked_at=NOW - timedelta(days=7)), "skip", "asked_lately"),
    ("asked a minute short of a month ago", replace(OPEN, asked_at=NOW - REST + timedelta(minutes=1)), "skip", "asked_lately"),
    ("asked a month ago", replace(OPEN, asked_at=NOW - REST), "ask", ""),
    ("waits for our answer", replace(OPEN, waits_for_us=True), "wait", "waits_for_us"),
    ("not drawn", replace(OPEN, is_drawn=False), "skip", "not_drawn"),
    ("no address at all", replace(OPEN, doors=()), "skip", "no_way"),
    ("no address, and not drawn", replace(OPEN, doors=(), is_drawn=False), "skip", "no_way"),
    ("closed window", replace(OPEN, doors=(Door("chat", "window_closed"),)), "skip", "window_closed"),
    ("closed window, then e-mail", replace(OPEN, doors=(Door("chat", "window_closed"), Door("email"))), "ask", ""),
    ("night", replace(OPEN, doors=(Door("chat", "quiet_hours"),)), "wait", "quiet_hours"),
    ("closed here, night there", replace(OPEN, doors=(Door("chat", "window_closed"), Door("email", "quiet_hours"))), "wait", "quiet_hours"),
    ("a broken channel", replace(OPEN, doors=(Door("chat", "channel_broken"),)), "wait", "channel_broken"),
    ("import only", replace(OPEN, doors=(Door("chat", "import_only"),)), "skip", "import_only"),
    ("a complaint outweighs a month", replace(OPEN, has_complaint=True, asked_at=NOW), "skip", "complaint"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("person", "deed", "reason"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_who_is_asked(person: Person, deed: str, reason: str) -> None:
    verdict = judge(person, due_at=NOW, now=NOW)
    assert (verdict.deed, verdict.reason) == (deed, reason)


def test_the_second_door_is_taken_where_the_first_is_shut() -> None:
    person = replace(OPEN, doors=(Door("chat", "window_closed"), Door("email")))
    assert judge(person, due_at=NOW, now=NOW).door == 1


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (OPEN, "too_late"),
        (replace(OPEN, waits_for_us=True), "waits_for_us"),
        (replace(OPEN, doors=(Door("chat", "quiet_hours"),)), "quiet_hours"),
    ],
)
def test_an_occasion_passes(person: Person, reason: str) -> None:
    verdict = judge(person, due_at=NOW - LATE, now=NOW)
    assert (verdict.deed, verdict.reason) == ("skip", reason)


def test_the_draw_is_a_share_and_stands() -> None:
    people = [f"person-{number}" for number in range(4000)]
    drawn = [one for one in people if is_drawn("survey", one, 25)]
    assert 900 < len(drawn) < 1100
    assert drawn == [one for one in people if is_drawn("survey", one, 25)]
    assert set(drawn) <= {one for one in people if is_drawn("survey", one, 60)}, (
        "a larger share only adds people"
    )
    assert drawn != [one for one in people if is_drawn("other", one, 25)], "each survey draws anew"
    assert all(is_drawn("survey", one, 100) for one in people)


REPLIES = [
    ("5", "csat", 5, ""),
    (" 5 ", "csat", 5, ""),
    ("3.", "csat", 3, ""),
    ("5!!", "csat", 5, ""),
    ("⭐4", "csat", 4, ""),
    ("4⭐", "csat", 4, ""),
    ("⭐⭐⭐⭐", "csat", 4, ""),
    ("⭐⭐⭐⭐⭐ cepat sekali", "csat", 5, "cepat sekali"),
    ("bintang 5", "csat", 5, ""),
    ("5️⃣", "csat", 5, ""),
    ("🔟", "nps", 10, ""),
    ("0", "nps", 0, ""),
    ("10", "nps", 10, ""),
    ("lima", "csat", 5, ""),
    ("Sepuluh.", "nps", 10, ""),
    ("bagus, 5", "csat", 5, "bagus"),
    ("5 bagus", "csat", 5, "bagus"),
    ("2, kurir lama", "csat", 2, "kurir lama"),
    ("2 kurir lama", "csat", 2, "kurir lama"),
    ("2\nbarang penyok", "csat", 2, "barang penyok"),
    ("2 - sudah dua kali salah kirim", "csat", 2, "sudah dua kali salah kirim"),
    ("5/5", "csat", 5, ""),
    ("9/10 kak", "nps", 9, ""),
    ("5 dari 5 kak", "csat", 5, ""),
    ("nilai 9", "nps", 9, ""),
    ("saya kasih 3 karena lama", "csat", 3, "karena lama"),
    ("5 ya kak makasih", "csat", 5, ""),
    ("6", "ces", 6, ""),
    ("7 very easy", "ces", 7, "very easy"),
]
NO_REPLIES = [
    ("", "csat"),
    ("ok", "csat"),
    ("11", "nps"),
    ("0", "csat"),
    ("6", "csat"),
    ("8", "ces"),
    ("8/10", "csat"),
    ("9,5", "nps"),
    ("9.5", "nps"),
    ("9 atau 10", "nps"),
    ("4-5", "csat"),
    ("mau pesan 5", "csat"),
    ("pesan lagi 2 ya kak, bagus", "csat"),
    ("5 pcs ya kak", "csat"),
    ("5, stok L ada?", "csat"),
    ("5 masih ada?", "csat"),
    ("ukuran 4 bagus", "csat"),
    ("jam 5", "csat"),
    ("tgl 5", "csat"),
    ("5 hari belum sampai", "csat"),
    ("2 minggu lama sekali", "csat"),
    ("5%", "csat"),
    ("Rp5", "csat"),
    ("5rb", "csat"),
    ("08123456789", "nps"),
    ("https://toko.example/5", "csat"),
    ("⭐", "csat"),
    ("bagus sekali, terima kasih", "csat"),
    ("5 " + "panjang " * 80, "csat"),
]


@pytest.mark.parametrize(("text", "kind", "score", "words"), REPLIES)
def test_a_number_is_the_answer(text: str, kind: str, score: int, words: str) -> None:
    assert read_reply(text, kind) == (score, words)


@pytest.mark.parametrize(("text", "kind"), NO_REPLIES)
def test_anything_else_stays_a_message(text: str, kind: str) -> None:
    assert read_reply(text, kind) is None


def test_a_quoted_question_makes_a_number_the_answer() -> None:
    assert read_reply("4 sebenarnya", "csat") is None
    assert read_reply("4 sebenarnya", "csat", is_quoting=True) == (4, "sebenarnya")
    assert read_reply("4 pcs", "csat", is_quoting=True) is None


def test_the_words_of_a_button_are_not_the_customers() -> None:
    titles = tuple(title for _code, title in write_buttons("csat", "id"))
    assert titles[-1] == "5 · sangat puas"
    assert [read_reply(title, "csat", titles=titles) for title in titles] == [(n, "") for n in range(1, 6)]
    assert write_buttons("nps", "id") == (), "eleven rows are more than a list may have"
    assert len(write_buttons("ces", "en")) == 7
    assert max(len(title) for kind in ("csat", "ces") for _, title in write_buttons(kind, "en")) <= 20


def test_few_answers_are_told_as_too_few() -> None:
    assert not score_of("csat", {5: ENOUGH - 1}).is_enough
    assert score_of("csat", {5: ENOUGH}).is_enough
    assert score_of("nps", {}).value is None


def test_nps_is_a_difference_with_its_own_variance() -> None:
    found = score_of("nps", {10: 20, 8: 12, 3: 10})
    assert found.value == pytest.approx(100 * 10 / 42)
    assert found.interval is not None
    low, high = found.interval
    # By hand (Agresti and Min): ups 20.5, downs 10.5 of 44; half = z * sqrt(31 - 100/44) / 44.
    assert (low, high) == pytest.approx((-1.1485, 46.603), abs=0.01)
    all_up = score_of("nps", {10: 30}).interval
    assert all_up is not None
    assert all_up[0] < 100 == pytest.approx(all_up[1], abs=3)


def test_csat_is_wilsons_share_and_ces_a_mean() -> None:
    csat = score_of("csat", {5: 6, 4: 2, 3: 1, 1: 1})
    assert csat.value == pytest.approx(0.8)
    assert csat.interval == pytest.approx((0.4902, 0.9433), abs=0.0005)
    ces = score_of("ces", {7: 5, 6: 3, 2: 2})
    assert ces.value == pytest.approx(5.7)
    assert ces.interval is not None
    assert ces.interval[0] < 5.7 < ces.interval[1] <= 7.0
    assert share_of(0, 0).value is None


@pytest.mark.parametrize(
    ("name", "language", "called"),
    [("Rina Wulandari", "id", "Kak Rina"), ("Rina Wulandari", "en", "Rina"), ("", "id", "Kak"), ("+62811", "id", "Kak"), ("", "en", "")],
)  # fmt: skip
def test_people_are_called_by_name_where_there_is_one(name: str, language: str, called: str) -> None:
    assert call_by(name, language) == called


def test_the_usual_words_have_only_blanks_that_are_filled() -> None:
    for kind, languages in USUAL.items():
        for language, said in languages.items():
            assert find_blank(said.question) is None
            assert find_blank(said.open_question) is None
            asked = fill(said.question, name="", product="", language=language)
            assert "{" not in asked
            assert " ," not in asked
            text = write_chat(asked, said.open_question, kind=kind, language=language)
            assert len(text) < 300
    assert find_blank("Halo {nama}, ongkir {kota}?") == "kota"
