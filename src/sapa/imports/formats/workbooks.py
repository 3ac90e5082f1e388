"""Rows of a spreadsheet file (XLSX, XLSM, XLSB, XLS, ODS), read by calamine.

calamine finds the cells itself and so is not misled by a wrong `<dimension>`; it gives whole numbers as
floats and formulas as the value last computed. A sheet is held in memory while it is read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from sapa.imports.formats.cells import Cell
from sapa.imports.formats.text import looks_like
from sapa.imports.formats.types import FormatError, Problem

MOST_UNPACKED_BYTES = 1024**3
_INSIDE = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


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
        return SheetRows(self._guarded(lambda: self._book.get_sheet_by_name(name)))

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
    """Rows of a sheet from the first row of the program on; cells start at the first used column."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    def __iter__(self) -> Iterator[list[Cell]]:
        return iter(self._sheet.iter_rows())

    def __len__(self) -> int:
        return int(self._sheet.total_height)


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
