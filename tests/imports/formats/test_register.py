"""Which format a file is: by what stands in it, whatever it is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sapa.imports.formats import register
from sapa.imports.formats.types import FormatError, Row
from tests.imports.formats.tabular import ANSWERS, LAZADA, SHOPEE, TIKTOK, TOKOPEDIA, as_csv

PAGE = json.dumps({"type": "page", "anonymousId": "v1", "timestamp": "2026-11-19T09:12:00Z"})
FILES = {
    "shopee": as_csv(SHOPEE, ["261119RINA0001"] + [""] * 49),
    "tiktokshop": as_csv(TIKTOK, ["584697260225955022", "Selesai"] + [""] * 30),
    "lazada": as_csv(LAZADA, ["1"] * len(LAZADA)),
    "tokopedia": as_csv(["Laporan Penjualan"], [], [], [], TOKOPEDIA, ["1", "INV/1"]),
    "orders_table": "No Nota,Tanggal,Nama,Total\nN-1,19/11/2026,Rina,50.000\n",
    "contacts_table": "Nama,No HP,Kota,Catatan\nRina,081234567890,Sleman,\n",
    "google_contacts": "First Name,Last Name,Labels,Phone 1 - Value\nRina,W,* myContacts,081234567890\n",
    "notes_table": "Tanggal,Nama,Catatan,Hasil\n19/11/2026,Rina,tanya gamis ukuran L,beli\n",
    "notes_lines": "19/11/2026; Rina; datang lihat gamis; beli\n20/11/2026; Budi; telepon; belum\n",
    "reviews_table": "Tanggal,Nama,Bintang,Ulasan\n19/11/2026,Rina,5,bagus dan cepat sampai\n",
    "responses_table": "Tanggal,Nama,NPS,Alasan\n19/11/2026,Rina,9,ramah\n",
    "answers_table": "question,answer\nBisa dicicil?,Bisa.\n",
    "segment_events": f"{PAGE}\n{PAGE}\n",
    "whatsapp": "07/11/26 19.05 - Budi: halo kak\n07/11/26 19.06 - Toko Sage: halo kak Budi\n",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("ending", ["txt", "csv", "jpg"])
def test_content_decides_and_the_name_does_not(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"unduhan.{ending}"
    path.write_text(FILES[name], encoding="utf-8")
    found = register.recognise(path)
    assert found is not None
    assert found[0].name == name


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Nama,No HP,Tanggal Lahir,Total Belanja", "contacts"),
        ("Nama,No HP,Tanggal Daftar,Total Belanja", "contacts"),
        ("Nama,No HP,Produk Favorit,Order Terakhir,Total Belanja", "contacts"),
        ("Nama,No HP,Alamat,Catatan,Tanggal", "contacts"),
        ("Tanggal,Nama,No HP,Total", "orders"),
        ("Tgl Order,Pelanggan,Barang,Jml,Harga", "orders"),
        ("Tanggal,Nama,No HP,Keterangan", "notes"),
        ("Timestamp,Nama,Seberapa puas Anda dengan layanan kami?,Saran", "surveys"),
        ("Pertanyaan,Jawaban", "answers"),
        ("Tanggal,Username,Rating,Komentar", "reviews"),
    ],
)
def test_sheets_of_shops_by_their_columns(tmp_path: Path, header: str, kind: str) -> None:
    cells = {
        "nama": "Rina Wulandari",
        "pelanggan": "Rina",
        "no hp": "081234567890",
        "harga": "50.000",
        "jml": "2",
        "barang": "Kopi",
        "rating": "5",
        "keterangan": "tanya gamis ukuran L",
        "username": "rina_w",
    }
    row = [cells.get(name.lower(), "4" if "puas" in name else "") for name in header.split(",")]
    row = [
        "19/11/2026" if name.lower().startswith(("t", "order")) and "total" not in name.lower() else cell
        for name, cell in zip(header.split(","), row, strict=True)
    ]
    row = [
        "500.000" if "total" in name.lower() else cell
        for name, cell in zip(header.split(","), row, strict=True)
    ]
    path = tmp_path / "a"
    path.write_text(as_csv(header.split(","), row), encoding="utf-8")
    found = register.recognise(path)
    assert found is not None
    assert found[0].kind == kind


def test_every_format_has_a_name_of_its_own_and_a_kind_of_the_interface() -> None:
    names = [one.name for one in register.list_formats()]
    assert len(names) == len(set(names))
    assert {one.kind for one in register.list_formats()} <= set(register.KINDS)
    assert all(register.get_format(name).name == name for name in names)
    with pytest.raises(KeyError):
        register.get_format("tidak ada")


def test_a_chosen_kind_goes_before_the_guess(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("Kapan,Siapa,Apa\n19/11/2026,Rina,tanya gamis\n", encoding="utf-8")
    found = register.recognise_as(path, "notes")
    assert found is not None
    assert found[0].kind == "notes"
    assert register.recognise_as(path, "events") is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_text"),
        (b"%PDF-1.7 " + bytes(range(256)), "not_text"),
        (b"PK\x03\x04" + b"x" * 100, "zip_truncated"),
        (b"PK\x03\x04" + b"[Content_Types].xml xl/workbook.xml", "workbook_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "workbook_broken"),
        (bytes(range(32)) * 20, "not_text"),
    ],
)
def test_a_file_that_nothing_reads_says_why(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "chat.txt"
    path.write_bytes(data)
    assert register.recognise(path) is None
    problem = register.why_unreadable(path)
    assert problem is not None
    assert problem.code == code


def test_text_that_is_nothing_we_know_is_not_forced_into_a_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Ini surat biasa saja.\nTidak ada tabel di sini.\n", encoding="utf-8")
    assert register.recognise(path) is None
    assert register.why_unreadable(path) is None


def read_all(path: Path) -> list[Row]:
    rows: list[Row] = []
    for one in register.list_formats():
        head = path.read_bytes()[:65536]
        assert 0 <= one.recognise(path, head) <= 100
        try:
            one.preview(path, ANSWERS)
            rows += one.read(path, ANSWERS)
        except FormatError:
            continue
    return rows


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), name=st.sampled_from(sorted(FILES)), place=st.integers(0, 600))
@example(data=b"\xb2", name="answers_table", place=36)
def test_damaged_files_give_rows_or_a_reason_and_never_a_crash(
    tmp_path: Path, data: bytes, name: str, place: int
) -> None:
    whole = FILES[name].encode()
    path = tmp_path / "file"
    path.write_bytes(whole[:place] + data + whole[place:])
    for row in read_all(path):
        assert bool(row.events) + bool(row.skipped) + (row.problem is not None) + row.continues == 1
