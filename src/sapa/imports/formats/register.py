"""Every file format that Sapa reads, and which of them a file is: decided by what stands in it, never by its name."""

from __future__ import annotations

import importlib
import zipfile
from functools import cache
from pathlib import Path

from sapa.imports.formats import text
from sapa.imports.formats.types import Format, FormatError, Problem
from sapa.imports.formats.workbooks import Sheets, is_workbook
from sapa.lib.text import encoding_of, looks_like

KINDS = ("whatsapp", "orders", "contacts", "notes", "reviews", "surveys", "events", "transcripts", "email", "answers")  # fmt: skip
LEAST_SURE = 40
SURE = 99
MODULES = ("whatsapp", "mail", "transcripts", "vcard", "orders", "people", "notes", "reviews", "responses", "events", "answers")  # fmt: skip


@cache
def list_formats() -> tuple[Format, ...]:
    """All formats, in the order in which equal claims are decided."""
    found: list[Format] = []
    for name in MODULES:
        found.extend(importlib.import_module(f"sapa.imports.formats.{name}").FORMATS)
    return tuple(found)


def get_format(name: str) -> Format:
    """The format of this name. Raises `KeyError`."""
    found = next((one for one in list_formats() if one.name == name), None)
    if found is None:
        raise KeyError(name)
    return found


def recognise(path: Path) -> tuple[Format, int] | None:
    """The format that claims the file most strongly with how sure it is (40..100); None where none does.

    Raises `FormatError` (unreadable_file) where the file cannot be opened.
    """
    return _best(path, list_formats(), LEAST_SURE)


def recognise_as(path: Path, kind: str) -> tuple[Format, int] | None:
    """Like `recognise` among the formats of a kind that somebody chose: the weakest claim is enough.

    Where none claims the file, a kind with one table format of its own takes it, so that columns can be
    matched by hand.
    """
    formats = tuple(one for one in list_formats() if one.kind == kind)
    found = _best(path, formats, 1)
    if found is not None or why_unreadable(path) is not None:
        return found
    tables = [one for one in formats if one.name.endswith("_table")]
    return (tables[0], 0) if tables else None


def _best(path: Path, formats: tuple[Format, ...], least: int) -> tuple[Format, int] | None:
    """The strongest claim, the first of equals; a claim that is sure ends the round."""
    head = text.read_head(path)
    best: tuple[Format, int] | None = None
    for one in formats:
        sure = one.recognise(path, head)
        if sure >= least and (best is None or sure > best[1]):
            best = (one, sure)
        if sure >= SURE:
            break
    return best


def why_unreadable(path: Path) -> Problem | None:
    """Why no format can read the file at all, from its bytes; None where they are text or a sound workbook."""
    head = text.read_head(path)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        return Problem("empty_file", {"name": path.name})
    what = looks_like(head)
    if is_workbook(path, head):
        return _why_no_workbook(path)
    if what == "zip" and not zipfile.is_zipfile(path):
        return Problem("zip_truncated", {"name": path.name})
    if what == "zip":
        return None
    if encoding_of(head) is None:
        return Problem("not_text", {"name": path.name, "looks_like": what or "binary"})
    return None


def _why_no_workbook(path: Path) -> Problem | None:
    try:
        Sheets(path)
    except FormatError as error:
        return error.problem
    return None
