"""Files in, figures out: what every read command prints of Rina's chat and two orders."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from sapa.contacts.models import Contact
from sapa.conversations.models import Message
from sapa.standings.models import Standing
from tests.cli.conftest import Sapa


def test_import_counts_every_row_once_and_a_second_time_changes_nothing(
    shop: Sapa, files: tuple[Path, Path]
) -> None:
    first = shop("import", "--json", *files)
    assert first.status == 0
    assert [
        [file[name] for name in ("kind", "rows", "created", "merged", "skipped", "failed", "errors")]
        for file in first.json["files"]
    ] == [["whatsapp", 5, 4, 0, 1, 0, []], ["orders", 2, 2, 0, 0, 0, []]]
    again = shop("import", "--json", *files)
    assert [[file["created"], file["merged"], file["skipped"]] for file in again.json["files"]] == [
        [0, 4, 1],
        [0, 2, 0],
    ]
    assert Message.objects.count() == 4
    shown = shop("import", *files)
    assert "DIGABUNG" in shown.out
    assert "sapa import --undo" in shown.err


def test_a_dry_run_stores_nothing(shop: Sapa, files: tuple[Path, Path]) -> None:
    said = shop("import", "--dry-run", "--json", *files)
    assert [file["created"] for file in said.json["files"]] == [4, 2]
    assert not Message.objects.exists()
    assert not Contact.objects.exists()


def test_an_import_can_be_taken_back(shop: Sapa, files: tuple[Path, Path]) -> None:
    batch = shop("import", "--json", *files).json["id"]
    assert shop("import", "--undo", batch, "--json").json == {"id": batch, "undone": True}
    assert shop("contacts", "--json").json == []
    for wrong in (batch, "bukan-id", "01a2002a-abb1-7737-84ed-172b4b56fa59"):
        said = shop("import", "--undo", wrong)
        assert (said.status, said.out) == (1, "")


def test_a_file_that_cannot_be_read_fails_alone(shop: Sapa, files: tuple[Path, Path], tmp_path: Path) -> None:
    picture = tmp_path / "foto.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    said = shop("import", "--json", picture)
    assert said.status == 1
    assert said.json["files"][0]["created"] == 0
    both = shop("import", "--json", picture, files[1])
    assert both.status == 0
    assert [file["created"] for file in both.json["files"]] == [0, 2]


def test_contacts_are_printed_once_each(known: Sapa) -> None:
    rows = known("contacts", "--json").json
    assert {row["name"] for row in rows} == {"Rina Wulandari", "Budi Santoso", "Sari Dewi"}
    budi = next(row for row in rows if row["name"] == "Budi Santoso")
    assert budi["identities"] == [{"kind": "phone", "value": "+6281234567890"}]
    assert (budi["orders"], budi["first_seen_at"]) == (1, "2026-10-01T10:00:00+07:00")
    assert len(known("contacts", "--json", "--limit", "2").json) == 2
    assert [row["name"] for row in known("contacts", "--json", "--search", "santoso").json] == [
        "Budi Santoso"
    ]
    assert "Sari Dewi" in known("contacts").out


@pytest.mark.parametrize("who", ["Budi Santoso", "0812 3456 7890", "+62 812-3456-7890", "6281234567890"])
def test_a_snapshot_is_found_by_what_people_write(known: Sapa, who: str) -> None:
    sheet = known("snapshot", who, "--json").json
    assert sheet["contact"]["name"] == "Budi Santoso"
    assert (sheet["orders"]["count"], sheet["orders"]["total"], sheet["orders"]["currency"]) == (
        1,
        125000,
        "IDR",
    )
    assert sheet["action"]["text"]
    assert len(sheet["history"]) <= 3


def test_nobody_and_several_are_told_apart(known: Sapa, tmp_path: Path) -> None:
    said = known("snapshot", "Andi Wijaya", "--json")
    assert (said.status, said.out) == (1, "")
    more = tmp_path / "pelanggan.csv"
    more.write_text("Nama,No HP\nDewi,0812-1111-1111\nDewi,0812-2222-2222\n", encoding="utf-8")
    assert known("import", more).status == 0
    said = known("timeline", "Dewi")
    assert said.status == 1
    ids = [row["id"] for row in known("contacts", "--json", "--search", "Dewi").json if row["name"] == "Dewi"]
    assert len(ids) == 2
    assert all(one in said.err for one in ids)
    assert known("timeline", ids[0], "--json").status == 0


def test_a_timeline_is_in_order_and_as_of_a_moment_it_ends_there(known: Sapa) -> None:
    entries = known("timeline", "Rina Wulandari", "--json").json
    assert [entry["kind"] for entry in entries] == ["message.in", "message.out", "message.in", "message.in"]
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
    then = known("timeline", "Rina Wulandari", "--json", "--now", "2026-11-20T09:21").json
    assert then == entries[:2]
    assert known("timeline", "Rina Wulandari", "--json", "--now", "2026-11-20T02:21:00Z").json == entries[:2]


def test_an_earlier_now_stores_nothing(known: Sapa) -> None:
    before = list(Standing.objects.order_by("id").values())
    for words in (("today",), ("contacts",), ("snapshot", "Rina Wulandari"), ("metrics",), ("journey",)):
        said = known(*words, "--json", "--now", "2026-11-20T10:00:00+07:00")
        assert said.status == 0, said.err
    assert list(Standing.objects.order_by("id").values()) == before


def test_today_names_who_waits_and_why(known: Sapa) -> None:
    items = known("today", "--json", "--now", "2026-11-21T14:30+07:00").json
    rina = next(item for item in items if item["contact"]["name"] == "Rina Wulandari")
    assert rina["text"]
    assert rina["why"]
    assert rina["evidence"]
    assert [item["score"] for item in items] == sorted((item["score"] for item in items), reverse=True)
    assert len({item["contact"]["id"] for item in items}) == len(items)
    assert known("today", "--for", "siapa@tokosage.example").status == 1
    assert known("today", "--for", "tuti@tokosage.example", "--json").status == 0


def test_figures_and_map_are_one_document_each(known: Sapa) -> None:
    figures = known("metrics", "--json").json
    assert {"key", "question", "value", "unit", "sample_size", "tomorrow", "why_not"} <= set(figures[0])
    journey = known("journey", "--json").json
    assert journey["contacts"] == 3
    assert [stage["key"] for stage in journey["stages"]] == [
        "heard",
        "asked",
        "bought",
        "received",
        "returned",
    ]
    assert all({"from", "to"} <= set(edge) for edge in journey["edges"])
    backwards = known("metrics", "--from", "2026-11-02", "--to", "2026-11-01")
    assert (backwards.status, backwards.out) == (1, "")


def test_two_people_are_joined_and_parted_again(known: Sapa) -> None:
    link = known("merge", "Budi Santoso", "Sari Dewi").json["id"]
    joined = known("contacts", "--json").json
    assert sorted(row["orders"] for row in joined) == [0, 2]
    assert known("merge", "Budi Santoso", "0813-1111-2222").status == 1
    assert known("unmerge", link).json == {"id": link}
    assert sorted(row["orders"] for row in known("contacts", "--json").json) == [0, 1, 1]
    for wrong in (link, "9999", "x"):
        assert known("unmerge", wrong).status == 1
    assert known("duplicates", "--json").json == []


def test_classify_answers_line_by_line_in_order(sapa: Sapa) -> None:
    lines = '{"id": "a", "text": "ready kak? brp"}\n\n{"id": 2, "text": "kecewa banget, barang rusak"}\n{"id": null, "text": ""}\n'
    said = sapa("classify", stdin=lines)
    rows = [json.loads(line) for line in said.out.splitlines()]
    assert [row["id"] for row in rows] == ["a", 2, None]
    assert all(row["emotion"] is None for row in rows)
    assert set(rows[0]["confidence"]) == {"intent", "sentiment", "needs_human"}
    assert set(rows[0]["abstained"]) == {"intent", "sentiment"}
    assert (rows[1]["sentiment"], rows[1]["needs_human"]) == ("negative", True)


@pytest.mark.parametrize("line", ["bukan json", "[1]", '{"id": 1}', '{"text": "x"}', '{"id": 1, "text": 5}'])
def test_classify_names_the_line_that_it_cannot_read(sapa: Sapa, line: str) -> None:
    said = sapa("classify", stdin=f'{{"id": 1, "text": "halo"}}\n{line}\n{{"id": 3, "text": "ya"}}\n')
    assert said.status == 1
    assert "Baris 2" in said.err
    assert [json.loads(one)["id"] for one in said.out.splitlines()] == [1, 3]


def test_the_moment_is_the_shops_when_it_has_no_zone(known: Sapa) -> None:
    sheet = known("snapshot", "Rina Wulandari", "--json", "--now", "2026-11-20T09:30").json
    assert datetime.fromisoformat(sheet["as_of"]) == datetime.fromisoformat("2026-11-20T09:30+07:00")
