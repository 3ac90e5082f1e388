"""`docs/covered.md` says what shows that something is covered: every test that it names is there."""

from __future__ import annotations

import ast
import re

from tests.conftest import ROOT

NAMED = """S0.8 S0.12 S0.16 S1.2 S1.17 S1.28 S1.29 S1.30 S1.31 S1.32 S1.34 S2.9 S2.22 S2.23 S2.24 S2.28 S2.30 S2.31
    S2.32 S2.33 S2.34 S2.35 S2.36 S2.40 S2.41 S2.42 S2.43 S2.44 S2.45 S2.46 S2.47 S2.57 S2.58 S2.59 S2.63 S2.65 S2.72
    S2.73 S2.74 S3.4 S3.7 S3.14 S3.15""".split()
"""What the first issue promises by number."""

ROW = re.compile(r"^\| (S\d\.\d+) \| (.+?) \|(?: (.+) \|)?$", re.MULTILINE)
TEXT = (ROOT / "docs" / "covered.md").read_text(encoding="utf-8")


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", TEXT)
    assert len(named) > 60
    missing = [
        f"{path}::{test}"
        for path, test in named
        if path.endswith(".py") and not ((ROOT / path).is_file() and (not test or test in names_in(path)))
    ]
    assert not missing


def test_every_number_stands_once_with_what_shows_it_or_what_is_missing() -> None:
    rows = ROW.findall(TEXT)
    numbers = [number for number, *_ in rows]
    assert len(set(numbers)) == len(numbers)
    assert set(NAMED) <= set(numbers)
    assert numbers[:-1] == sorted(numbers[:-1], key=lambda one: [int(part) for part in one[1:].split(".")])
