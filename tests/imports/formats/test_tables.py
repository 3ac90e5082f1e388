"""Tables in every dress: delimiters, encodings, quotes, headers, spreadsheets, damage."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sapa.imports.formats import delimited, tables
from sapa.imports.formats.fields import KNOWN
from sapa.imports.formats.tables import Table, open_table
from sapa.imports.formats.types import FormatError

HEADER = "Nama;No HP;Kota"


def rows_of(table: Table) -> list[tuple[int, list[object]]]:
    return [(number, list(cells[: table.width])) for number, cells in table.rows()]


def text_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "file.bin"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = (
        'Nama,No HP,Alamat\nRina,0812345678,"Jl. Melati 5, Sleman; DIY"\nBudi,0813345678,"Kios 3 | blok B"\n'
    )
    plain = (
        text
        if delimiter == ","
        else text.replace("Nama,No HP,Alamat", delimiter.join(("Nama", "No HP", "Alamat")))
    )
    if delimiter != ",":
        plain = re.sub(r"(Rina|Budi),(\d+),", rf"\1{'%s'}\2{'%s'}" % (delimiter, delimiter), plain)
    table = open_table(text_file(tmp_path, plain), KNOWN)
    assert table.header == ("Nama", "No HP", "Alamat")
    assert [cells[2] for _, cells in rows_of(table)] == ["Jl. Melati 5, Sleman; DIY", "Kios 3 | blok B"]


def test_decimal_commas_do_not_make_a_comma_the_delimiter(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path, "Nama;Total\nRina;12,5\nBudi;13,5\nSari;1,0\n"), KNOWN)
    assert table.delimiter == ";"


def test_excels_own_mark_decides_and_is_no_row(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path, f"sep=;\n{HEADER}\nRina;0812345678;Sleman\n"), KNOWN)
    assert table.header_row == 1
    assert rows_of(table) == [(2, ["Rina", "0812345678", "Sleman"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    table = open_table(text_file(tmp_path, f"{HEADER}\nRené Café;0812345678;Sleman\n", encoding), KNOWN)
    assert rows_of(table) == [(2, ["René Café", "0812345678", "Sleman"])]


def test_quoted_newlines_blank_rows_and_numbers_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    text = f'{HEADER}\n"Rina\nWulandari";0812345678;Sleman\n\n;;\nBudi;0813345678;Bantul\n'
    table = open_table(text_file(tmp_path, text), KNOWN)
    assert [(number, cells[0]) for number, cells in rows_of(table)] == [(2, "Rina\nWulandari"), (5, "Budi")]
    assert [number for number, cell in table.column(0) if cell] == [2, 5]


def test_a_quotation_mark_never_closed_does_not_swallow_the_file(tmp_path: Path) -> None:
    lines = [HEADER, '"Rina;0812345678;Sleman', *(f"Budi {n};08133456{n:03};Bantul" for n in range(300))]
    found = rows_of(open_table(text_file(tmp_path, "\n".join(lines)), KNOWN))
    assert len(found) == 301
    assert found[0] == (2, ["Rina", "0812345678", "Sleman"])
    assert found[-1][1][0] == "Budi 299"


def test_a_quotation_mark_open_at_the_end(tmp_path: Path) -> None:
    found = rows_of(
        open_table(
            text_file(tmp_path, f'{HEADER}\nRina;0812345678;Sleman\n"Budi;0813;Bantul\nSari;0814;Kota\n'),
            KNOWN,
        )
    )
    assert [cells[0] for _, cells in found] == ["Rina", "Budi", "Sari"]


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    text = f"Laporan Pelanggan\nPeriode: 2026\n\n\n{HEADER}\nRina;0812345678;Sleman\n"
    table = open_table(text_file(tmp_path, text), KNOWN)
    assert (table.header_row, table.header) == (5, ("Nama", "No HP", "Kota"))
    assert rows_of(table)[0][0] == 6


def test_a_file_without_header(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path, "Rina;0812345678;Sleman\nBudi;0813345678;Bantul\n"), KNOWN)
    assert (table.header_row, table.header) == (0, ("Kolom 1", "Kolom 2", "Kolom 3"))
    assert len(rows_of(table)) == 2


def test_equal_names_are_told_apart_and_short_rows_filled(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path, "orderNumber,status,status,\n1,delivered\n"), KNOWN)
    assert table.header == ("orderNumber", "status", "status (2)")
    assert rows_of(table) == [(2, ["1", "delivered", ""])]


def test_a_row_wider_than_the_header_is_known_as_such(tmp_path: Path) -> None:
    table = open_table(
        text_file(tmp_path, f"{HEADER}\nRina;0812345678;Sleman;dekat; pasar\nBudi;0813;Kota;;\n"), KNOWN
    )
    assert [table.is_too_wide(cells) for _, cells in table.rows()] == [True, False]


def test_formulas_and_markup_stay_text_and_controls_go(tmp_path: Path) -> None:
    text = f'{HEADER}\n"=HYPERLINK(""http://a.example"",""klik"")";<b>0812</b>\x00\x07;Sleman\n'
    assert rows_of(open_table(text_file(tmp_path, text), KNOWN))[0][1][:2] == ['=HYPERLINK("http://a.example","klik")', "<b>0812</b>"]  # fmt: skip


def workbook(path: Path, *, rows: list[list[object]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_gives_the_same_table(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Laporan"], [], ["Nama", "Tanggal", "Total"], ["Rina", datetime(2026, 11, 19, 9, 12), 89000], [], ["Budi", "20/11/2026", "Rp 5.000"]]  # fmt: skip  # noqa: DTZ001
    table = open_table(workbook(tmp_path / "a.csv", rows=rows), KNOWN)
    assert table.header == ("Nama", "Tanggal", "Total")
    assert rows_of(table) == [
        (4, ["Rina", datetime(2026, 11, 19, 9, 12), 89000.0]),  # noqa: DTZ001
        (6, ["Budi", "20/11/2026", "Rp 5.000"]),
    ]


def test_a_wrong_dimension_misleads_nobody(tmp_path: Path) -> None:
    right = workbook(tmp_path / "right.xlsx", rows=[["Nama", "No HP"], ["Rina", "0812345678"]])
    wrong = tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(right) as source, zipfile.ZipFile(wrong, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename.endswith("sheet1.xml"):
                data = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', data)
                assert b'ref="A1"' in data
            target.writestr(item, data)
    assert rows_of(open_table(wrong, KNOWN)) == [(2, ["Rina", "0812345678"])]


def test_the_sheet_with_a_known_header_is_read_and_the_others_named(tmp_path: Path) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.append(["Baca dulu petunjuk ini"])
    second = book.create_sheet("Pelanggan")
    second.append(["Nama", "No HP"])
    second.append(["Rina", "0812345678"])
    book.save(tmp_path / "two.xlsx")
    table = open_table(tmp_path / "two.xlsx", KNOWN)
    assert rows_of(table) == [(2, ["Rina", "0812345678"])]
    assert table.other_sheets == ("Sheet",)


def code_of(path: Path) -> str:
    with pytest.raises(FormatError) as caught:
        open_table(path, KNOWN)
    return caught.value.problem.code


def test_damage_is_named(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", rows=[["Nama", "No HP"], ["Rina", "0812345678"]]).read_bytes()
    cases = {
        "workbook_broken": whole[: len(whole) // 2],
        "empty_file": b"",
        "not_text": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    }
    for code, data in cases.items():
        path = tmp_path / "damaged.csv"
        path.write_bytes(data)
        assert code_of(path) == code
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 600
    )
    path.write_bytes(locked)
    assert code_of(path) == "workbook_locked"


def test_a_workbook_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", rows=[["Nama", "No HP"]] + [["Rina", "0812"]] * 500)
    monkeypatch.setattr("sapa.imports.formats.workbooks.MOST_UNPACKED_BYTES", 1000)
    assert code_of(path) == "unpacked_too_large"


def test_a_workbook_cut_anywhere_is_an_error_and_no_crash(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", rows=[["Nama", "No HP"], ["Rina", "0812345678"]])
    data = whole.read_bytes()
    for cut in range(4, len(data) - 1, len(data) // 40):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(data[:cut])
        with pytest.raises(FormatError):
            open_table(path, KNOWN)
    shutil.copy(whole, path)
    assert open_table(path, KNOWN).width == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet='ab"\n;,\t|0é =', max_size=200))
def test_every_text_is_a_table_or_an_error(tmp_path: Path, text: str) -> None:
    path = text_file(tmp_path, text)
    try:
        table = open_table(path, KNOWN)
    except FormatError:
        return
    assert all(len(cells) > table.width for _, cells in table.rows())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.text(alphabet='ab"\n;,é', max_size=6), min_size=2, max_size=4), min_size=1, max_size=12
    )
)
def test_what_a_csv_writer_wrote_comes_back(tmp_path: Path, rows: list[list[str]]) -> None:
    import csv

    path = tmp_path / "written.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert list(delimited.records(path, ",")) == rows


def test_the_quick_column_agrees_with_the_records(tmp_path: Path) -> None:
    text = 'No Pesanan,Nama\nA1,Rina\n\nA2,Budi\nA3,"Sari\nDewi"\nA4,Andi\n'
    table = open_table(text_file(tmp_path, text), KNOWN)
    assert [(n, c) for n, c in table.column(0) if c] == [(n, c[0]) for n, c in table.rows()]


def test_looking_twice_reads_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = text_file(tmp_path, f"{HEADER}\nRina;0812345678;Sleman\n")
    opened: list[Path] = []
    real = tables.open_table
    monkeypatch.setattr(tables, "open_table", lambda p, k: opened.append(p) or real(p, k))  # type: ignore[func-returns-value]
    assert tables.look(path, KNOWN) is not None
    assert tables.look(path, KNOWN) is not None
    assert opened == [path]
