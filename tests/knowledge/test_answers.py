"""Answers that the shop has approved: written by hand or brought by a file, used, changed, and taken back."""

from __future__ import annotations

import io
from datetime import datetime

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.imports.operations import add_file, run_batch, start_batch, undo_batch
from sapa.knowledge.models import Answer
from sapa.knowledge.operations import change_answer, note_used, record_answers, remove_answer, write_answer
from sapa.knowledge.queries import list_answers, list_most_asked
from sapa.knowledge.rules import fill_blanks, find_blanks, long_sentences, make_shortcut, plain_shortcut
from sapa.knowledge.types import AnswerError, AnswerGiven, TopicAsked
from tests.world import World, day


@pytest.mark.parametrize(
    ("text", "blanks"),
    [
        ("Ongkir ke {kota} ya Kak {nama}, ke {Kota} besok", ["kota", "nama"]),
        ("{ nama lengkap }", ["nama lengkap"]),
        ("tanpa kosongan", []),
        ("{} {1} {a:b} {{nama}}", ["nama"]),
    ],
)
def test_blanks_are_found_once_each(text: str, blanks: list[str]) -> None:
    assert find_blanks(text) == blanks


def test_blanks_without_a_word_stay() -> None:
    assert fill_blanks("Ke {Kota}, {nama}", {"kota": "Bandung", "nama": "  "}) == "Ke Bandung, {nama}"


@pytest.mark.parametrize(
    ("raw", "kept"), [("/Ongkir", "ongkir"), ("cara bayar", "cara-bayar"), ("", ""), (" /cod ", "cod")]
)
def test_shortcuts_are_kept_plain(raw: str, kept: str) -> None:
    assert plain_shortcut(raw) == kept


@pytest.mark.parametrize("raw", ["a/b", "ongkir!", "-x", "é", "x" * 31])
def test_what_cannot_be_a_shortcut(raw: str) -> None:
    with pytest.raises(ValueError, match="shortcut"):
        plain_shortcut(raw)


def test_a_shortcut_is_made_from_the_first_telling_word() -> None:
    assert make_shortcut("Berapa ongkir ke Bandung?", ()) == "ongkir"
    assert make_shortcut("Berapa ongkir ke Bandung?", {"ongkir"}) == "bandung"
    assert make_shortcut("ada?", ()) == ""


def test_sentences_of_more_than_twenty_words_are_long() -> None:
    assert long_sentences("pendek. " + "kata " * 21 + ".") == [("kata " * 21).strip()]
    assert long_sentences("kata " * 20) == []


@pytest.mark.django_db
class TestKeeping:
    def test_the_most_used_stands_first_and_a_shortcut_before_words(
        self, toko_sage: Business, bu_tuti: Teammate, now: datetime
    ) -> None:
        first, second = (
            write_answer(business=toko_sage, given=AnswerGiven(text, shortcut), by=bu_tuti, now=now)
            for text, shortcut in (("soal stok dan ongkir", "stok"), ("12 ribu", "ongkir"))
        )
        note_used(business=toko_sage, answers=[second], now=now)
        assert list_answers(toko_sage) == [second, first]
        assert list_answers(toko_sage, search="/stok") == [first]
        assert list_answers(toko_sage, search="ongkir") == [second, first]

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (AnswerGiven("  "), "empty"),
            (AnswerGiven("x" * 4001), "long"),
            (AnswerGiven("x", "a b!"), "shortcut"),
            (AnswerGiven("x", "Ongkir"), "taken"),
        ],
    )
    def test_what_cannot_be_kept(
        self, toko_sage: Business, bu_tuti: Teammate, now: datetime, given: AnswerGiven, code: str
    ) -> None:
        made = write_answer(business=toko_sage, given=AnswerGiven("12 ribu", "ongkir"), by=bu_tuti, now=now)
        with pytest.raises(AnswerError) as refused:
            write_answer(business=toko_sage, given=given, by=bu_tuti, now=now)
        assert refused.value.code == code
        change_answer(answer=made, given=AnswerGiven("13 ribu", "ongkir"), by=bu_tuti, now=now)
        remove_answer(answer=made, by=bu_tuti, now=now)
        assert list_answers(toko_sage) == []

    def test_what_is_asked_most_is_told_with_whether_it_is_answered(
        self, toko_sage: Business, bu_tuti: Teammate, now: datetime
    ) -> None:
        world = World(toko_sage)
        for number, topic in enumerate(("shipping_cost", "shipping_cost", "stock")):
            world.asks(world.someone(), day(number), topic)
        world.says(world.someone(), day(4), intent="thanks")
        given = AnswerGiven("12 ribu", topic="shipping_cost")
        write_answer(business=toko_sage, given=given, by=bu_tuti, now=now)
        assert list_most_asked(toko_sage) == [
            TopicAsked("shipping_cost", 2, is_answered=True),
            TopicAsked("stock", 1, is_answered=False),
        ]


@pytest.mark.django_db
class TestBroughtByAFile:
    def _import(self, shop: Business, now: datetime, rows: str) -> tuple[str, dict[str, int]]:
        batch = start_batch(business=shop, by=None, now=now)
        content = io.BytesIO(f"question,answer\n{rows}".encode())
        file = add_file(batch=batch, name="jawaban.csv", content=content, now=now)[0]
        run_batch(batch=batch, now=now)
        file.refresh_from_db()
        counts = {name: getattr(file, name) for name in ("created", "merged", "skipped", "failed")}
        return str(batch.public_id), counts

    def test_rows_become_answers_once(self, toko_sage: Business, now: datetime) -> None:
        rows = "Berapa ongkir ke Bandung?,12 ribu Kak\nBisa COD?,Bisa Kak\n"
        _, counts = self._import(toko_sage, now, rows)
        assert counts == {"created": 2, "merged": 0, "skipped": 0, "failed": 0}
        assert {one.shortcut for one in list_answers(toko_sage)} == {"ongkir", ""}
        again, counts = self._import(toko_sage, now, rows)
        assert counts["merged"] == 2
        assert Answer.objects.count() == 2
        undo_batch(business=toko_sage, public_id=again, now=now)
        assert Answer.objects.count() == 2, "the first import still vouches for them"

    def test_undone_they_go_unless_a_teammate_built_on_them(
        self, toko_sage: Business, bu_tuti: Teammate, now: datetime
    ) -> None:
        batch, _ = self._import(toko_sage, now, "Ongkir?,12 ribu\nStok?,Ada\n")
        used = Answer.objects.get(text="Ada")
        note_used(business=toko_sage, answers=[used], now=now)
        undo_batch(business=toko_sage, public_id=batch, now=now)
        assert list(Answer.objects.all()) == [used]

    def test_the_same_words_are_the_same_answer(self, toko_sage: Business, now: datetime) -> None:
        pairs = [("Bisa COD?", "Bisa"), ("bisa  cod?", "Bisa "), ("Bisa COD?", "Tidak")]
        found = record_answers(business=toko_sage, approved=pairs, now=now)
        assert [is_new for _, is_new in found] == [True, False, True]
        assert found[0][0] == found[1][0]
