"""What visitors of other people's pages are made to load: how much, and what it may not do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PUBLIC = ROOT / "src" / "sapa" / "web" / "static" / "public"
SCRIPTS = sorted(PUBLIC.glob("*.js"))
KB = 1000


def size(name: str) -> int:
    return (PUBLIC / name).stat().st_size


def test_the_loader_the_panel_and_the_snippet_keep_to_their_sizes() -> None:
    assert size("sapa.js") <= 5 * KB
    assert size("panel.js") <= 25 * KB
    assert size("sapa.js") + size("panel.js") <= 30 * KB
    assert size("track.js") <= 5 * KB
    assert size("form.js") <= 5 * KB


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_nothing_turns_words_into_markup_or_code_and_nothing_sets_a_cookie(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|document\.cookie|srcdoc"
    assert not re.findall(banned, text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(script: Path) -> None:
    addresses = re.findall(r"https?:\\?/\\?/[\w.]+", script.read_text(encoding="utf-8"))
    assert set(addresses) <= {"https:\\/\\/wa"}
