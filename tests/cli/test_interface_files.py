"""interface.md, files in: what a stranger's script may rely on, whatever it is given."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings

from sapa.imports.models import BatchFile
from sapa.imports.queries import write_failed_rows
from tests.cli.conftest import Said, Sapa

TWO = "Nama,No HP\nRina Wulandari,081234567890\nBudi Santoso,0813-1111-2222\n"


def counted(said: Said) -> list[list[Any]]:
    """Each file's kind and counts; that they add up is asked of every file."""
    files = said.json["files"]
    for file in files:
        assert file["rows"] == file["created"] + file["merged"] + file["skipped"] + file["failed"]
    return [
        [file[name] for name in ("kind", "rows", "created", "merged", "skipped", "failed")] for file in files
    ]


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def test_what_is_not_there_or_is_a_folder_is_told_in_the_json_and_the_others_are_read(
    shop: Sapa, tmp_path: Path
) -> None:
    sheet = write(tmp_path, "pelanggan.csv", TWO)
    missing, folder = tmp_path / "tidak-ada.csv", tmp_path / "map"
    folder.mkdir()
    said = shop("import", "--json", missing, folder, sheet)
    assert said.status == 0
    assert counted(said) == [["", 0, 0, 0, 0, 0], ["", 0, 0, 0, 0, 0], ["contacts", 2, 2, 0, 0, 0]]
    reasons = [file["problem"] for file in said.json["files"]]
    assert "tidak-ada.csv" in reasons[0]
    assert "folder" in reasons[1]
    alone = shop("import", "--json", missing)
    assert (alone.status, len(alone.json["files"])) == (1, 1)
    told = shop("import", missing)
    assert told.status == 1
    assert "tidak-ada.csv" in told.err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_is_no_text_does_not_keep_a_file_out(shop: Sapa, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/pelanggan\xff\xfe.csv"))
    path.write_text(TWO, encoding="utf-8")
    said = shop("import", "--json", path)
    assert said.status == 0
    assert counted(said) == [["contacts", 2, 2, 0, 0, 0]]
    assert said.json["files"][0]["file"].startswith("pelanggan")


def test_a_line_of_megabytes_is_read_in_seconds(shop: Sapa, tmp_path: Path) -> None:
    sheet = write(tmp_path, "pelanggan.csv", TWO + "7" * 5_000_000 + ",0814-1111-3333\n")
    chat = write(
        tmp_path, "chat.txt", f"20/11/26 09.12 - Rina: {'kak ' * 500_000}\n20/11/26 09.13 - Toko Sage: ya\n"
    )
    assert shop("import", "--json", sheet, chat).status == 0
    assert len(shop("timeline", "Rina", "--json").json) == 2


def test_a_dry_run_of_a_zip_leaves_nothing_behind(shop: Sapa, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "chat.zip", "w") as archive:
        for name in ("Rina", "Budi"):
            archive.writestr(f"Chat WhatsApp dengan {name}.txt", f"20/11/26 09.12 - {name}: kak?\n" * 2)
    before = set(Path(settings.MEDIA_ROOT).rglob("*"))
    said = shop("import", "--dry-run", "--json", tmp_path / "chat.zip")
    assert [file["file"] for file in said.json["files"]] == [
        "chat.zip/Chat WhatsApp dengan Rina.txt",
        "chat.zip/Chat WhatsApp dengan Budi.txt",
    ]
    assert {path for path in set(Path(settings.MEDIA_ROOT).rglob("*")) - before if path.is_file()} == set()


def test_an_import_can_be_taken_back_and_its_failures_told_when_the_file_is_gone(
    shop: Sapa, tmp_path: Path
) -> None:
    orders = write(
        tmp_path,
        "pesanan.csv",
        "No Pesanan,Tanggal,Nama,Total\nA-1,31/02/2026,Rina,1000\nA-2,20/02/2026,Budi,2000\n",
    )
    batch = shop("import", "--json", orders).json
    assert batch["files"][0]["errors"][0]["row"] == 2
    orders.unlink()
    assert "31/02/2026" in write_failed_rows(BatchFile.objects.get())
    assert shop("import", "--undo", batch["id"]).status == 0
    assert shop("contacts", "--json").json == []


@pytest.mark.parametrize(
    "header",
    [
        "date,person,kind,score,words",
        "Tanggal,Orang,Jenis,Skor,Kata-kata",
        "tanggal,siapa,survei,nilai,alasan",
    ],
)
def test_a_survey_a_row_or_a_column(shop: Sapa, tmp_path: Path, header: str) -> None:
    rows = "2026-11-01,081234567890,nps,10,suka\n2026-11-02,081311112222,csat,4,oke\n2026-11-03,Sari,ces,2,mudah\n"
    said = shop("import", "--json", write(tmp_path, "survei.csv", f"{header}\n{rows}"))
    assert counted(said) == [["surveys", 3, 3, 0, 0, 0]]


def test_a_transcript_of_json_lines_says_whose_words_they_are(shop: Sapa, tmp_path: Path) -> None:
    turns = [
        {
            "speaker": "agent",
            "name": "Dina",
            "phone": "0811-000-1111",
            "text": "Halo, ada yang bisa dibantu?",
        },
        {"speaker": "customer", "name": "Rina Wulandari", "phone": "081234567890", "text": "bisa cicil?"},
    ]
    lines = "".join(
        json.dumps({**turn, "at": f"2026-11-01T10:0{n}:00"}) + "\n" for n, turn in enumerate(turns)
    )
    assert (
        counted(shop("import", "--json", write(tmp_path, "konsultasi.jsonl", lines)))[0][0] == "transcripts"
    )
    rows = shop("contacts", "--json").json
    assert [row["name"] for row in rows] == ["Rina Wulandari"]
    assert {"kind": "phone", "value": "+6281234567890"} in rows[0]["identities"]


def test_a_person_known_by_a_name_alone_is_shown_with_that_name(shop: Sapa, tmp_path: Path) -> None:
    write(
        tmp_path,
        "Chat WhatsApp dengan Rina.txt",
        "20/11/26 09.12 - Rina Wulandari: kak?\n20/11/26 09.13 - Toko Sage: ya\n",
    )
    notes = write(tmp_path, "catatan.txt", "19/11/2026; Pak Joko; tanya harga; tidak jadi\n" * 3)
    shop("import", tmp_path / "Chat WhatsApp dengan Rina.txt", notes)
    identities = [row["identities"] for row in shop("contacts", "--json").json]
    assert [{"kind": "external", "value": "Pak Joko"}] in identities
    assert [{"kind": "external", "value": "Rina Wulandari"}] in identities
    assert shop("snapshot", "Pak Joko", "--json").json["contact"]["identities"] == [
        {"kind": "external", "value": "Pak Joko"}
    ]


def test_a_formula_that_nobody_counted_fails_its_row_with_the_formula(shop: Sapa, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Catatan & lain")
    sheet = book["Sheet"]
    sheet["B1"] = "Laporan"
    for column, title in enumerate(("No Pesanan", "Tanggal", "Nama", "No HP", "Produk", "Total"), start=2):
        sheet.cell(3, column, title)
    for row, total in ((4, 150000), (5, "=2*75000")):
        for column, value in enumerate(
            (f"A-{row}", "2026-11-01", "Rina", "081211112222", "Gamis", total), start=2
        ):
            sheet.cell(row, column, value)
    book.save(tmp_path / "pesanan.xlsx")
    said = shop("import", "--json", tmp_path / "pesanan.xlsx")
    assert counted(said) == [["orders", 2, 1, 0, 0, 1]]
    error = said.json["files"][0]["errors"][0]
    assert error["row"] == 5
    assert "=2*75000" in error["reason"]


def test_the_owners_address_is_the_shops_in_a_mailbox(shop: Sapa, tmp_path: Path) -> None:
    mails = [
        ("Rina <rina@x.example>", "tuti@tokosage.example", "10:00", "ada stok kak?"),
        ("tuti@tokosage.example", "rina@x.example", "10:10", "ada kak"),
    ]
    box = "".join(
        f"From x Mon Nov  2 {at}:00 2026\nFrom: {sender}\nTo: {to}\nSubject: Stok\nMessage-ID: <{at}@x>\n"
        f"Date: Mon, 2 Nov 2026 {at}:00 +0700\n\n{words}\n\n"
        for sender, to, at, words in mails
    )
    said = shop("import", "--json", write(tmp_path, "kotak.mbox", box))
    assert counted(said) == [["email", 2, 2, 0, 0, 0]]
    assert said.json["files"][0]["warnings"] == []
    assert [entry["kind"] for entry in shop("timeline", "rina@x.example", "--json").json] == [
        "message.in",
        "message.out",
    ]
