"""What the papers say is there, is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sapa.cli.imports import KINDS
from sapa.config.main import WHERE
from tests.conftest import ROOT

# Rooms and files that come with a later issue, named so that the way is clear.
LATER = {"src/sapa/gateway/adapters", "src/sapa/gateway/registry.py", "tests/gateway/adapters"}
PLACE = re.compile(r"`((?:src|tests|docs|tools|bench|training|\.ci)/[\w./-]+)`")


@pytest.mark.parametrize(
    "paper", ["CONTRIBUTING.md", "docs/words.md", "docs/decisions/0002-rooms-and-order.md"]
)
def test_the_places_that_a_paper_names_exist(paper: str) -> None:
    named = {place.rstrip("/") for place in PLACE.findall((ROOT / paper).read_text(encoding="utf-8"))}
    missing = {place for place in named if not (ROOT / place).exists() and place not in LATER}
    assert not missing


def test_the_jargon_list_can_be_read() -> None:
    text = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    between = text.split("<!-- jargon -->")[1].split("<!-- /jargon -->")[0]
    rows = [
        line.split("|")[1:3] for line in between.splitlines() if line.startswith("| ") and "---" not in line
    ]
    words = [never.strip() for never, _say in rows[1:]]
    assert len(words) > 50
    assert len(set(words)) == len(words)
    assert all(say.strip() for _never, say in rows)


def test_the_makefile_knows_what_people_are_told_to_run() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"setup", "help", "demo", "run", "test", "check", "bench", "lock"} <= targets


def test_every_command_has_its_module() -> None:
    for name, module in WHERE.items():
        path = Path(ROOT, "src", *module.split(".")).with_suffix(".py")
        assert f'"{name}"' in path.read_text(encoding="utf-8"), name


def test_the_kinds_of_files_are_those_of_the_interface() -> None:
    assert KINDS == (
        "auto",
        "whatsapp",
        "orders",
        "contacts",
        "notes",
        "reviews",
        "surveys",
        "events",
        "transcripts",
        "email",
        "answers",
    )


def test_the_lock_names_no_registry_and_carries_hashes() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if re.search(r"https?:|index-url|find-links|@ ", line)]
    pinned = [line for line in lines if re.match(r"^[\w.\[\]-]+==", line)]
    assert len(pinned) > 60
    assert all(line.endswith("\\") for line in pinned)
