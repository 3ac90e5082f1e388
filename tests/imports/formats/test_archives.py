"""Zips: many chats in one, and the ones that are broken or mean harm."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.imports.formats.archives import Limits, expand, is_archive
from sapa.imports.formats.types import FormatError

CHAT = "21/07/26 03.15 - Rina Wulandari: Halo kak\n"


def zip_bytes(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def make_zip(
    folder: Path, members: dict[str, bytes], name: str = "WhatsApp Chat - Rina Wulandari.zip"
) -> Path:
    path = folder / name
    path.write_bytes(zip_bytes(members))
    return path


def expanded(path: Path, into: Path, limits: Limits | None = None) -> dict[str, str]:
    """{name shown: text, or the code of its problem}."""
    return {
        one.name: one.path.read_text(encoding="utf-8")
        if one.path
        else one.problem.code
        if one.problem
        else ""
        for one in expand(path, into, limits)
    }


def failure(path: Path, into: Path, limits: Limits | None = None) -> str:
    with pytest.raises(FormatError) as caught:
        list(expand(path, into, limits))
    return caught.value.problem.code


def test_an_iphone_export_is_its_chat_without_the_media(tmp_path: Path) -> None:
    path = make_zip(
        tmp_path,
        {
            "_chat.txt": CHAT.encode(),
            "00000012-PHOTO-2026-07-21.jpg": b"\xff\xd8\xff",
            "nota.csv": b"a;b\n1;2",
        },
    )
    (only,) = expand(path, tmp_path / "out")
    assert only.name == "WhatsApp Chat - Rina Wulandari.zip/_chat.txt"
    assert only.path is not None
    assert only.path.name == "WhatsApp Chat - Rina Wulandari.txt"


def test_many_chats_in_one_zip_come_in_order(tmp_path: Path) -> None:
    names = [f"chats/Chat WhatsApp dengan Pelanggan {number}.txt" for number in range(30)]
    path = make_zip(tmp_path, {name: CHAT.encode() for name in names}, "semua.zip")
    assert list(expanded(path, tmp_path / "out")) == [f"semua.zip/{name}" for name in names]


def test_zips_inside_a_zip_are_opened_once_more(tmp_path: Path) -> None:
    inner = zip_bytes({"_chat.txt": CHAT.encode()})
    path = make_zip(tmp_path, {"WhatsApp Chat - Budi.zip": inner, "rusak.zip": inner[:40]}, "semua.zip")
    shown = expanded(path, tmp_path / "out")
    assert shown["semua.zip/WhatsApp Chat - Budi.zip/_chat.txt"] == CHAT
    assert shown["semua.zip/rusak.zip"] == "zip_truncated"


def test_the_time_of_a_member_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("konsultasi.txt", (2026, 7, 21, 10, 15, 0)), "Rina: halo")
    (only,) = expand(path, tmp_path / "out")
    assert only.path is not None
    assert only.path.stat().st_mtime == pytest.approx(1784603700, abs=15 * 3600)


@pytest.mark.parametrize(
    "name", ["../../jahat.txt", "/etc/jahat.txt", "C:\\jahat.txt", "..\\jahat.txt", "a/../../jahat.txt"]
)
def test_no_name_in_a_zip_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    into = tmp_path / "dalam" / "out"
    path = make_zip(tmp_path, {name: CHAT.encode(), "baik.txt": CHAT.encode()}, "a.zip")
    shown = expanded(path, into)
    assert sorted(shown.values()) == [CHAT, "zip_unsafe_path"]
    assert {file for file in tmp_path.rglob("*.txt") if into not in file.parents} == set()


def test_names_that_windows_would_not_take_are_changed(tmp_path: Path) -> None:
    path = make_zip(tmp_path, {'Rina: "sage" <b>?.txt': CHAT.encode()}, "a.zip")
    (only,) = expand(path, tmp_path / "out")
    assert only.path is not None
    assert not set(only.path.name) & set('<>:"/\\|?*')


def test_a_bomb_is_stopped_while_it_swells(tmp_path: Path) -> None:
    path = make_zip(tmp_path, {"bom.txt": b"\x00" * (30 * 1024 * 1024)})
    assert path.stat().st_size < 100_000
    assert failure(path, tmp_path / "out") == "zip_bomb"
    assert sum(file.stat().st_size for file in (tmp_path / "out").rglob("*") if file.is_file()) == 0


def test_a_bomb_in_a_nested_zip_is_everybodys_problem(tmp_path: Path) -> None:
    inner = zip_bytes({"bom.txt": b"a" * (30 * 1024 * 1024)})
    assert failure(make_zip(tmp_path, {"dalam.zip": inner}), tmp_path / "out") == "zip_bomb"


def test_a_size_that_the_zip_lies_about_is_counted(tmp_path: Path) -> None:
    path = make_zip(tmp_path, {"bohong.txt": b"a" * (20 * 1024 * 1024)})
    data = bytearray(path.read_bytes())
    where = data.rfind(b"PK\x01\x02")
    data[where + 24 : where + 28] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    try:
        outcome = list(expanded(path, tmp_path / "out").values())
    except FormatError as error:
        outcome = [error.problem.code]
    assert outcome in (["zip_bomb"], ["zip_damaged"])


def test_limits_hold_for_all_members_together(tmp_path: Path) -> None:
    path = make_zip(tmp_path, {f"{number}.txt": os.urandom(400) for number in range(10)})
    assert failure(path, tmp_path / "a", Limits(total_bytes=3000)) == "zip_bomb"
    assert failure(path, tmp_path / "b", Limits(members=9)) == "zip_bomb"


def test_a_truncated_download_says_so(tmp_path: Path) -> None:
    path = make_zip(tmp_path, {"_chat.txt": CHAT.encode() * 500})
    path.write_bytes(path.read_bytes()[:-60])
    assert failure(path, tmp_path / "out") == "zip_truncated"


def test_a_damaged_member_does_not_spoil_the_others(tmp_path: Path) -> None:
    path = make_zip(tmp_path, {"a.txt": os.urandom(3000), "b.txt": CHAT.encode()})
    data = bytearray(path.read_bytes())
    data[200] ^= 0xFF
    path.write_bytes(bytes(data))
    shown = expanded(path, tmp_path / "out")
    assert [shown[f"{path.name}/{name}"] for name in ("a.txt", "b.txt")] == ["zip_damaged", CHAT]


def test_a_locked_zip_says_so(tmp_path: Path) -> None:
    path = make_zip(tmp_path, {"_chat.txt": CHAT.encode()})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    path.write_bytes(bytes(data))
    assert failure(path, tmp_path / "out") == "zip_encrypted"


def test_an_empty_zip_and_one_of_photos_have_nothing_to_read(tmp_path: Path) -> None:
    assert failure(make_zip(tmp_path, {}, "a.zip"), tmp_path / "a") == "zip_empty"
    assert failure(make_zip(tmp_path, {"a.jpg": b"\xff\xd8\xff"}, "b.zip"), tmp_path / "b") == "zip_empty"


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    book = make_zip(tmp_path, {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}, "a.zip")
    chat = make_zip(tmp_path, {"_chat.txt": b"x"}, "b.xlsx")
    assert not is_archive(book, book.read_bytes())
    assert is_archive(chat, chat.read_bytes())


@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_broken_zip_is_a_problem(tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int) -> None:
    folder = tmp_path_factory.mktemp("zip")
    path = make_zip(folder, {"a.txt": CHAT.encode(), "b/c.txt": b"y" * 50})
    data = path.read_bytes()
    path.write_bytes(data[:at] + junk + data[at + len(junk) :])
    code = "zip_"
    try:
        list(expand(path, folder / "out"))
    except FormatError as error:
        code = error.problem.code
    assert code.startswith("zip_")
