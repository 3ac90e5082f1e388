"""Any bytes become lines or one clear problem."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.imports.formats import text
from sapa.imports.formats.types import FormatError
from sapa.lib.text import clean

WORDS = "Rina: ukuran “L” warna sage, ya? 🙏\nSari: oké – siap\n"


def write(folder: Path, data: bytes, name: str = "chat.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(WORDS.encode(), id="utf-8"),
        pytest.param(WORDS.encode("utf-8-sig"), id="utf-8 with its mark"),
        pytest.param(WORDS.encode("utf-16"), id="utf-16 with its mark"),
        pytest.param(WORDS.encode("utf-16-le"), id="utf-16 little end first, no mark"),
        pytest.param(WORDS.encode("utf-16-be"), id="utf-16 big end first, no mark"),
        pytest.param(WORDS.encode("utf-32"), id="utf-32"),
        pytest.param(WORDS.replace("\n", "\r\n").encode(), id="Windows line ends"),
        pytest.param(WORDS.replace("\n", "\r").encode(), id="old Mac line ends"),
        pytest.param(WORDS.encode().replace(b"ukuran", b"uku\x00ran"), id="a NUL in the middle"),
    ],
)
def test_every_encoding_gives_the_same_lines(tmp_path: Path, data: bytes) -> None:
    lines = list(text.read_lines(write(tmp_path, data)))
    assert lines == WORDS.split("\n")[:-1]


def test_cp1252_is_read_where_the_bytes_are_no_utf_8(tmp_path: Path) -> None:
    path = write(tmp_path, "Sari: café “enak” – 5 €".encode("cp1252"))
    assert list(text.read_lines(path)) == ["Sari: café “enak” – 5 €"]


def test_one_stray_byte_does_not_spoil_a_whole_utf_8_file(tmp_path: Path) -> None:
    path = write(tmp_path, "Rina: 🙏 makasih\n".encode() + b"Sari: caf\xe9\n")
    assert list(text.read_lines(path)) == ["Rina: 🙏 makasih", "Sari: café"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8, "picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "picture"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(50), "picture"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(50), "video"),
        (b"OggS\x00\x02" + bytes(50), "audio"),
        (b"PK\x03\x04" + bytes(30), "zip"),
        (bytes(range(1, 32)) * 50, "binary"),
    ],
)
def test_a_picture_called_txt_is_told_as_one(tmp_path: Path, data: bytes, what: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(text.read_lines(write(tmp_path, data)))
    assert caught.value.problem.code == "not_text"
    assert caught.value.problem.data["looks_like"] == what


@pytest.mark.parametrize("data", [b"", b"\x00" * 500, b"\r\n\r\n  ", b"\xef\xbb\xbf"])
def test_a_file_with_nothing_in_it_is_empty(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        text.read_text(write(tmp_path, data))
    assert caught.value.problem.code == "empty_file"


def test_a_missing_file_is_a_problem_not_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        list(text.read_lines(tmp_path / "hilang.txt"))
    assert caught.value.problem.code == "unreadable_file"


def test_a_file_past_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        text.read_text(write(tmp_path, b"a" * 100), limit=99)
    assert caught.value.problem.code == "file_too_large"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_blocks_do_not_depend_on_where_the_bytes_are_cut(tmp_path: Path, size: int) -> None:
    path = write(tmp_path, WORDS.replace("\n", "\r\n").encode() + b"tanpa akhir baris")
    blocks = list(text.read_blocks(path, size))
    assert "".join(blocks) == WORDS + "tanpa akhir baris"
    assert all(block.endswith("\n") for block in blocks[:-1])


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_a_problem(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = write(tmp_path_factory.mktemp("bytes"), data)
    try:
        lines = list(text.read_lines(path))
    except FormatError:
        return
    assert all("\x00" not in line and "\n" not in line for line in lines)
    "".join(lines).encode("utf-8")


def test_halves_of_surrogate_pairs_are_replaced() -> None:
    assert clean("a\ud83db\x00") == "a\ufffdb"
    assert clean("\ud83d\ude4f") == "🙏"
