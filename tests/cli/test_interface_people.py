"""interface.md, people: which rows began somebody new, and by what keys they are one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Sapa
from tests.cli.test_interface_files import counted, write

FIRST = """\
Nama,No HP,Email
Rina Wulandari,0812-3456-7890,rina.wulandari@gmail.com
Budi Santoso,0813 1111 2222,budi@example.id
Sari Dewi,+62 (857) 1234.5678,sari.d@example.com
Andi Wijaya,8119876543,
"""
SECOND = """\
Nama,No HP,Email
Bu Rina W,6281234567890,RinaWulandari@googlemail.com
BUDI SANTOSO,,Budi@Example.ID
Sari Lain,,sarid@example.com
Andi W,0811-987-6543,andi@example.id
"""
HOUSEHOLD = """\
Nama,No HP,Email
Tono Hartono,0812-0000-9999,tono@example.com
Maya Lestari,0812-0000-9999,maya@example.com
Yono,0812-0000-8888,
Wati,0812-0000-8888,
"""


def names(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(row["name"] for row in rows)


def test_a_row_that_adds_to_somebody_known_is_merged_and_one_that_begins_somebody_is_created(
    shop: Sapa, tmp_path: Path
) -> None:
    assert counted(shop("import", "--json", write(tmp_path, "a.csv", FIRST))) == [["contacts", 4, 4, 0, 0, 0]]
    again = shop("import", "--json", write(tmp_path, "b.csv", SECOND))
    assert counted(again) == [["contacts", 4, 1, 3, 0, 0]]
    assert len(shop("contacts", "--json").json) == 5


def test_within_one_file_too(shop: Sapa, tmp_path: Path) -> None:
    twice = FIRST + FIRST.partition("\n")[2]
    assert counted(shop("import", "--json", write(tmp_path, "a.csv", twice))) == [["contacts", 8, 4, 4, 0, 0]]


def test_two_on_one_phone_are_two_only_where_names_and_mails_both_say_so(shop: Sapa, tmp_path: Path) -> None:
    assert counted(shop("import", "--json", write(tmp_path, "a.csv", HOUSEHOLD))) == [
        ["contacts", 4, 3, 1, 0, 0]
    ]
    rows = shop("contacts", "--json").json
    assert len(rows) == 3
    assert {"Tono Hartono", "Maya Lestari"} <= set(names(rows))
    assert shop("verify").status == 0


@pytest.mark.parametrize(
    "who", ["0812.3456.7890", "62 812 3456 7890", "rina.wulandari@gmail.com", "RINAWULANDARI@googlemail.com"]
)
def test_dots_of_gmail_and_ways_of_writing_a_number_do_not_matter(
    shop: Sapa, tmp_path: Path, who: str
) -> None:
    shop("import", write(tmp_path, "a.csv", FIRST))
    assert shop("snapshot", who, "--json").json["contact"]["name"] == "Rina Wulandari"
    assert names(shop("contacts", "--search", who, "--json").json) == ["Rina Wulandari"]
    assert shop("snapshot", "sarid@example.com").status == 1


def test_whoever_has_no_name_is_told_by_number_behind_a_figure(shop: Sapa, tmp_path: Path) -> None:
    write(
        tmp_path,
        "Chat WhatsApp dengan +62 811-2222-3333.txt",
        "13/11/26 10.00 - +62 811-2222-3333: harganya berapa kak?\n13/11/26 10.30 - Toko Sage: 150rb kak\n",
    )
    shop("import", next(tmp_path.glob("*.txt")))
    figures = {
        figure["key"]: figure for figure in shop("metrics", "--json", "--now", "2026-11-20T10:00").json
    }
    said = figures["first_response"]
    assert (said["value"], said["sample_size"]) == (None, 1)
    assert [person["name"] for person in said["people"]] == ["+62 811-2222-3333"]
