"""Counter notes: tables and plain lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sapa.gateway.types import Key, NoteTaken
from sapa.imports.formats import register
from sapa.imports.formats.notes import act_of
from tests.imports.formats.tabular import ANSWERS, events, problems, read, write

LINES = """# catatan toko, November
19/11/2026; Bu Sari; datang ke toko, tanya gamis ukuran L; belum beli

20/11/2026 14.30; 0812-3456-7890; telepon menanyakan cicilan; minta dikirim penawaran
21/11/2026; Andi Wijaya 081298765432; komplain jahitan lepas
"""


def notes(path: Path) -> list[NoteTaken]:
    found = events(read(path))
    assert all(isinstance(event, NoteTaken) for event in found)
    return found  # type: ignore[return-value]


def lines(folder: Path, text: str) -> Path:
    path = folder / "catatan.dat"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("separator", [";", "|", "\t", " - "])
def test_plain_lines(tmp_path: Path, separator: str) -> None:
    path = lines(tmp_path, LINES.replace(";", separator))
    found = register.recognise(path)
    assert found is not None
    assert (found[0].name, found[0].kind) == ("notes_lines", "notes")
    rows = read(path)
    assert [(row.number, row.skipped) for row in rows] == [(1, "comment"), (2, ""), (4, ""), (5, "")]
    sari, phone, andi = notes(path)
    assert (sari.person.record, sari.text, sari.outcome) == (("external", "offline:Bu Sari"), "datang ke toko, tanya gamis ukuran L", "belum beli")  # fmt: skip
    assert (phone.person.name, phone.person.keys, phone.at.hour, phone.at.minute) == ("", (Key("phone", "0812-3456-7890"),), 14, 30)  # fmt: skip
    assert (andi.person.name, andi.outcome) == ("Andi Wijaya", "")
    assert [note.act for note in (sari, phone, andi)] == ["visit", "call", "complaint"]


def test_lines_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    path = lines(
        tmp_path, LINES + "31/02/2026; Rina; beli; lunas\nRina beli kopi\n21/11/2026; ; beli; lunas\n"
    )
    rows = read(path)
    assert problems(rows) == [(6, "no_such_date"), (7, "line_too_short"), (8, "person_without_name")]
    assert rows[-2].raw == ("Rina beli kopi",)


def test_a_failed_line_that_came_back_through_a_csv_is_read(tmp_path: Path) -> None:
    mended = '"19/11/2026; Bu Sari; datang, lihat ""gamis""; belum beli"\n' * 3
    assert notes(lines(tmp_path, mended))[0].text == 'datang, lihat "gamis"'


def test_day_order_is_asked_and_answered(tmp_path: Path) -> None:
    path = lines(tmp_path, "03/04/2026; Bu Sari; datang; beli\n05/06/2026; Budi; datang; beli\n")
    found = register.recognise(path)
    assert found is not None
    preview = found[0].preview(path, ANSWERS)
    assert [question.code for question in preview.questions] == ["day_order"]
    assert (preview.rows, preview.people) == (2, ("Bu Sari", "Budi"))
    assert notes(path)[0].at.month == 4
    (row, _) = found[0].read(path, replace(ANSWERS, day_first=False))
    assert isinstance(row.events[0], NoteTaken)
    assert row.events[0].at.month == 3


def test_a_table_of_notes(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a", ["Tanggal", "Nama", "No HP", "Keterangan", "Hasil", "Tahu dari"],
        ["19/11/2026", "Rina Wulandari", "081234567890", "mampir lihat gamis", "langsung beli", "IG"],
        ["20/11/2026", "Budi", "", "", "", ""],
        ["", "Sari", "", "telepon", "", ""],
    )  # fmt: skip
    found = register.recognise(path)
    assert found is not None
    assert (found[0].name, found[0].kind) == ("notes_table", "notes")
    rows = read(path)
    (rina,) = rows[0].events
    assert isinstance(rina, NoteTaken)
    assert (rina.act, rina.outcome, rina.person.keys) == (
        "order",
        "langsung beli",
        (Key("phone", "081234567890"),),
    )
    assert rina.origin is not None
    assert rina.origin.channel == "instagram"
    assert problems(rows) == [(3, "note_without_words"), (4, "row_without_date")]


def test_the_same_line_twice_is_one_note(tmp_path: Path) -> None:
    line = "19/11/2026; Bu Sari; datang; beli\n"
    first, second = notes(lines(tmp_path, line * 2))
    assert first.dedupe_key == second.dedupe_key


@pytest.mark.parametrize(
    ("said", "text", "outcome", "act"),
    [
        ("", "datang ke toko lihat-lihat", "belum jadi beli", "visit"),
        ("", "datang ke toko", "langsung beli 2 gamis", "order"),
        ("", "telepon tanya stok", "", "call"),
        ("", "barang rusak, minta retur", "", "complaint"),
        ("Kunjungan", "bicara soal beli mesin", "deal", "visit"),
        ("call", "", "", "call"),
        ("", "kirim salam", "", "other"),
        ("", "mau beli tapi warna habis", "", "other"),
    ],
)
def test_what_happened_is_read_from_the_words(said: str, text: str, outcome: str, act: str) -> None:
    assert act_of(said, text, outcome) == act
