"""Keeping the data from the command line; the work itself is tested in tests/upkeep."""

from __future__ import annotations

import json
from pathlib import Path

from sapa.standings.models import Standing
from tests.cli.conftest import Sapa


def test_verify_says_0_when_all_is_equal_and_1_when_not(known: Sapa) -> None:
    assert known("verify").status == 0
    assert known("verify", "--json").json == []
    Standing.objects.filter(order_count=1).update(order_count=7)
    said = known("verify", "--json")
    assert said.status == 1
    assert {one["table"] for one in said.json} >= {"standing"}
    assert "sapa rebuild" in known("verify").err
    assert known("rebuild").status == 0
    assert known("verify").status == 0


def test_doctor_looks_at_everything(shop: Sapa) -> None:
    said = shop("doctor", "--json")
    assert said.status == 0
    assert [one["what"] for one in said.json] == [
        "python",
        "folder",
        "disk",
        "key",
        "clock",
        "database",
        "pragmas",
        "schema",
        "business",
        "worker",
        "analytics",
        "security",
    ]
    assert "KEADAAN" in shop("doctor").out


def test_backup_names_what_it_saved_and_never_overwrites(shop: Sapa, tmp_path: Path) -> None:
    target = tmp_path / "cadangan.zip"
    assert shop("backup", target).status == 0
    assert target.stat().st_size > 1000
    again = shop("backup", target)
    assert (again.status, again.out) == (1, "")
    refused = shop("restore", target)
    assert (refused.status, refused.out) == (1, "")


def test_forgetting_wants_a_second_word(known: Sapa) -> None:
    said = known("forget", "Rina Wulandari")
    assert (said.status, said.out) == (1, "")
    assert "--yes" in said.err
    done = known("forget", "Rina Wulandari", "--yes")
    assert json.loads(done.out)["messages"] == 4
    assert known("snapshot", "Rina Wulandari").status == 1


def test_migrate_says_that_the_tables_fit(shop: Sapa) -> None:
    assert shop("migrate").status == 0
