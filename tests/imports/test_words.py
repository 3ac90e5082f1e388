"""Every problem has a sentence: what happened and what to do, in the shop owner's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sapa.imports import words
from sapa.imports.formats.types import Problem

ROOMS = Path(words.__file__).parent
SEGMENT = ROOMS.parent / "gateway" / "segment"
CODE = re.compile(r'(?:Problem|RowError|CellError|NotUnderstoodError|Unsupported)\(\s*"([a-z_]+)"')
LOOSE = re.compile(r'\b(?:problem=|code = )"([a-z_]+)"')


def used_codes() -> set[str]:
    files = [*ROOMS.rglob("*.py"), *SEGMENT.rglob("*.py")]
    return {
        code
        for file in files
        if file.name != "words.py"
        for pattern in (CODE, LOOSE)
        for code in pattern.findall(file.read_text(encoding="utf-8"))
    }


def test_every_code_has_a_sentence() -> None:
    used = used_codes()
    assert len(used) > 50
    assert used - words.codes() == set()


@pytest.mark.parametrize("code", sorted(words.codes()))
def test_a_sentence_is_whole_without_data_too(code: str) -> None:
    said = words.say(Problem(code))
    assert said[-1] in ".?"
    assert "%(" not in said
    assert len(said) > 20


def test_the_cell_and_the_column_are_named() -> None:
    said = words.say(Problem("no_such_date", {"value": "31/02/2026", "column": "Tanggal"}))
    assert "31/02/2026" in said
    assert "Tanggal" in said


def test_data_is_shown_as_people_say_it() -> None:
    assert "nomor pesanan" in words.say(Problem("column_needed", {"field": "number"}))
    assert "gambar" in words.say(Problem("not_text", {"name": "chat.txt", "looks_like": "picture"}))
    assert "5 MB" in words.say(Problem("file_too_large", {"name": "a", "bytes": 5 * 1024 * 1024}))
    assert "Toko Sage, Sage" in words.say(Problem("own_name_guessed", {"names": ["Toko Sage", "Sage"]}))


def test_a_per_cent_sign_in_the_data_does_no_harm() -> None:
    assert "diskon 20%" in words.say(Problem("not_a_number", {"value": "diskon 20%", "column": "Harga %s"}))


def test_an_unknown_code_is_still_a_sentence() -> None:
    assert words.say(Problem("entah")) == str(words.UNKNOWN)
