"""What is held for every module: where writes happen, who reads the clock, how rooms are laid out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "sapa"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
WRITERS = {"operations", "intake", "digest", "dispatch", "receipts", "tasks"}
WRITES = {
    "save",
    "delete",
    "update_or_create",
    "get_or_create",
    "bulk_create",
    "insert_many",
    "insert_once",
    "bulk_update",
    "aupdate",
    "acreate",
    "asave",
    "adelete",
}
# `update` and `create` are also methods of dicts and of others: only on a queryset or a manager they write.
WRITES_OF_QUERYSETS = {"update", "create"}
CLOCK_READERS = {"web", "api", "cli", "config"}
SHAPE = re.compile(r"\.(objects|filter|exclude|all|select_for_update|_default_manager|_base_manager)\b")


def _place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _parts(path: Path) -> set[str]:
    return {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}


def _calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _writes(path: Path) -> Iterator[str]:
    for call in _calls(path):
        if isinstance(call.func, ast.Name) and call.func.id in WRITES:
            yield f"line {call.lineno}: {call.func.id}()"
        if not isinstance(call.func, ast.Attribute):
            continue
        on = ast.unparse(call.func.value)
        if call.func.attr in WRITES or (call.func.attr in WRITES_OF_QUERYSETS and SHAPE.search(f".{on}.")):
            yield f"line {call.lineno}: {on}.{call.func.attr}()"


# lib.database is the one way to write that the operations call; lib.files keeps files, not rows.
@pytest.mark.parametrize(
    "path",
    [
        path
        for path in MODULES
        if not _parts(path) & WRITERS
        and _place(path) not in ("lib/database.py", "lib/files.py", "lib/inserting.py")
    ],
    ids=_place,
)
def test_only_operations_write(path: Path) -> None:
    assert not list(_writes(path))


def test_the_search_for_writes_finds_them(tmp_path: Path) -> None:
    written = tmp_path / "queries.py"
    written.write_text(
        "Contact.objects.filter(id=1).update(name='x')\ncontact.save()\nContact.objects.create()\nwords.update(a=1)\n",
        encoding="utf-8",
    )
    assert [line.split(":")[0] for line in _writes(written)] == ["line 1", "line 2", "line 3"]


def _clock_readings(path: Path) -> Iterator[str]:
    room = path.relative_to(PACKAGE).parts[0]
    for call in _calls(path):
        said = ast.unparse(call.func)
        if said in (
            "datetime.now",
            "datetime.utcnow",
            "date.today",
            "timezone.now",
            "timezone.localdate",
            "time.time",
        ):
            if _place(path) != "lib/clock.py":
                yield f"line {call.lineno}: {said}"
        elif said in ("clock.now", "now") and not call.args and room not in CLOCK_READERS:
            yield f"line {call.lineno}: {said}"


# The intake is an edge of its own: it stamps what a program sends at the moment of its arrival. So is signing a call: some
# providers take a signature for five minutes only.
STAMPERS = frozenset(
    {
        "gateway/edge.py",
        "gateway/hooks.py",
        "gateway/committer.py",
        "demo/live.py",
        "gateway/adapters/shopee/signing.py",
        "gateway/adapters/tiktokshop/signing.py",
        "lib/clock.py",
    }
)


@pytest.mark.parametrize("path", [path for path in MODULES if _place(path) not in STAMPERS], ids=_place)
def test_no_code_below_the_edges_reads_the_clock(path: Path) -> None:
    assert not list(_clock_readings(path))


@pytest.mark.parametrize("path", MODULES, ids=_place)
def test_a_file_of_over_400_lines_becomes_a_package(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=_place)
def test_names_say_what_a_module_is_about(path: Path) -> None:
    assert not _parts(path) & {"utils", "helpers", "services", "managers", "signals", "common", "misc"}


POSIX_ONLY = {"fcntl", "pwd", "grp", "resource", "termios", "posix", "pty", "syslog"}


@pytest.mark.parametrize("path", MODULES, ids=_place)
def test_nothing_needs_posix(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & POSIX_ONLY
    assert "os.fork" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES, ids=_place)
def test_text_files_are_opened_with_their_encoding(path: Path) -> None:
    for call in _calls(path):
        # A path's own read_text() takes no positional words, and its write_text(text) one.
        named = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if (named, len(call.args)) not in (("read_text", 0), ("write_text", 1)):
            continue
        given = {keyword.arg for keyword in call.keywords}
        assert "encoding" in given, f"line {call.lineno}"


def test_no_machine_and_no_registry_is_named_anywhere() -> None:
    told = re.compile(r"(/work/|/root/|/home/[a-z]+/|(?:pythonhosted|pypi)\.org|index-url)")
    suffixes = {".py", ".toml", ".md", ".html", ".css", ".js", ".lock", ".po", ""}
    folders = [ROOT / name for name in ("src", "docs", "bench", "tools", "training", ".ci")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file() and path.name != "uv.lock"]
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        if path.suffix in suffixes and "__pycache__" not in path.parts
        if (match := told.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]
    assert not found
