"""Rows of a spreadsheet file (XLSX, XLSM, XLSB, XLS, ODS), read by calamine.

calamine finds the cells itself and so is not misled by a wrong `<dimension>`; it gives whole numbers as
floats and formulas as the value last computed. A sheet is held in memory while it is read.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from sapa.imports.formats.cells import Cell
from sapa.imports.formats.types import FormatError, Problem
from sapa.lib.text import looks_like

MOST_UNPACKED_BYTES = 1024**3
_INSIDE = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_NAME, _ID = re.compile(rb'\bname="([^"]*)"'), re.compile(rb'\b\w+:id="([^"]*)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_RELATION_ID, _TARGET = re.compile(rb'\bId="([^"]*)"'), re.compile(rb'\bTarget="([^"]*)"')
_UNCOUNTED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b[^>]*>([^<]{1,8000})</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_BLOCK, _LONGEST_CELL = 1024 * 1024, 10_000
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Formulas = dict[int, dict[int, str]]


def is_workbook(path: Path, head: bytes) -> bool:
    """Whether the bytes are a spreadsheet: an old Excel file, or a zip that holds a workbook."""
    what = looks_like(head)
    if what == "old_office":
        return True
    if what != "zip":
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in _INSIDE for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return b"xl/" in head or b"[Content_Types].xml" in head or b"opendocument.spreadsheet" in head


class Sheets:
    """The visible sheets of a workbook. Raises `FormatError`: workbook_broken, workbook_locked, unpacked_too_large."""

    def __init__(self, path: Path) -> None:
        self._path = path
        _check_size(path)
        self._book = self._guarded(lambda: CalamineWorkbook.from_path(str(path)))
        shown = [
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
        ]
        self.names: tuple[str, ...] = tuple(shown or self._book.sheet_names)

    def rows(self, name: str) -> SheetRows:
        """The rows of one sheet, loaded once and readable again and again."""
        sheet = self._guarded(lambda: self._book.get_sheet_by_name(name))
        return SheetRows(sheet, find_uncounted(self._path, name))

    def _guarded(self, act: Any) -> Any:
        try:
            return act()
        except PasswordError as error:
            raise FormatError(Problem("workbook_locked", {"name": self._path.name})) from error
        except FormatError:
            raise
        except Exception as error:
            raise FormatError(_why_broken(self._path)) from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise FormatError(_why_broken(self._path)) from error
            raise


class SheetRows:
    """Rows of a sheet from the first row of the program on; cells start at the first used column.

    A formula that no program has counted yet stands there as it is written (`=2*75000`), not as an empty cell.
    """

    def __init__(self, sheet: Any, uncounted: Formulas | None = None) -> None:
        self._sheet = sheet
        self._uncounted = uncounted or {}

    def __iter__(self) -> Iterator[list[Cell]]:
        rows = self._sheet.iter_rows()
        return self._with_formulas(rows) if self._uncounted else iter(rows)

    def _with_formulas(self, rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
        first = self._sheet.start[1] if self._sheet.start else 0
        for number, cells in enumerate(rows, start=1):
            for column, formula in self._uncounted.get(number, {}).items():
                if 0 <= column - first < len(cells) and cells[column - first] == "":
                    cells[column - first] = formula
            yield cells

    def __len__(self) -> int:
        return int(self._sheet.total_height)


def find_uncounted(path: Path, sheet: str) -> Formulas:
    """Formulas of an XLSX sheet beside which no value is stored: {row from 1: {column from 0: "=…"}}.

    Excel stores the value that it counted; programs that write files without counting (ECMA-376 18.3.1.4) do not.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            place = _place_of(archive, sheet)
            return _scan(archive, place) if place else {}
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, EOFError, zlib.error, NotImplementedError):
        return {}


def _place_of(archive: zipfile.ZipFile, sheet: str) -> str:
    names = set(archive.namelist())
    if not {_BOOK, _RELATIONS} <= names:
        return ""
    wanted = next(
        (
            (_ID.search(tag) or [b"", b""])[1]
            for tag in _SHEET.findall(archive.read(_BOOK))
            if (said := _NAME.search(tag)) and html.unescape(said[1].decode("utf-8", "replace")) == sheet
        ),
        b"",
    )
    for tag in _RELATION.findall(archive.read(_RELATIONS)):
        found, target = _RELATION_ID.search(tag), _TARGET.search(tag)
        if found and target and wanted and found[1] == wanted:
            inside = target[1].decode("utf-8", "replace")
            place = inside.lstrip("/") if inside.startswith("/") else f"xl/{inside}"
            return place if place in names else ""
    return ""


def _scan(archive: zipfile.ZipFile, place: str) -> Formulas:
    found: Formulas = {}
    held = b""
    with archive.open(place) as file:
        while block := file.read(_BLOCK):
            text = held + block
            if b"<f" in text:
                for letters, row, formula in _UNCOUNTED.findall(text):
                    written = html.unescape(formula.decode("utf-8", "replace"))
                    found.setdefault(int(row), {})[_column(letters)] = f"={written}"[:200]
            held = text[-_LONGEST_CELL:]
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FormatError(_why_broken(path)) from error
    if unpacked > MOST_UNPACKED_BYTES:
        data = {"name": path.name, "bytes": unpacked, "limit": MOST_UNPACKED_BYTES}
        raise FormatError(Problem("unpacked_too_large", data))


def _why_broken(path: Path) -> Problem:
    try:
        with path.open("rb") as file:
            locked = _OLE_ENCRYPTED in file.read(1024 * 1024)
    except OSError:
        locked = False
    return Problem("workbook_locked" if locked else "workbook_broken", {"name": path.name})
