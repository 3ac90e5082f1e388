"""How commands print: one JSON document, JSON lines, or a table for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sapa.accounts.models import Business
from sapa.lib.dates import format_absolute
from sapa.lib.json import encode_text

T = TypeVar("T")
_WIDEST = 60


def print_json(value: Any) -> None:
    """One JSON document on stdout, indented for reading."""
    sys.stdout.write(encode_text(value, indent=2) + "\n")


def print_json_line(value: Any) -> None:
    """One JSON document on one line of stdout."""
    sys.stdout.write(encode_text(value) + "\n")


def print_line(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """Progress and remarks, on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def print_table(titles: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Columns under their titles; `empty` is said instead of a table without rows."""
    cells = [[_shown(cell) for cell in row] for row in rows]
    if not cells:
        print_line(empty)
        return
    widths = [
        min(_WIDEST, max(len(titles[column]), *(len(row[column]) for row in cells)))
        for column in range(len(titles))
    ]
    for row in ([title.upper() for title in titles], *cells):
        print_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def limited(rows: Sequence[T], limit: int | None) -> Sequence[T]:
    """The first `limit` rows, or all of them."""
    return rows if limit is None else rows[:limit]


def shop_time(moment: datetime | None, business: Business) -> str:
    """A moment as people of this shop write it."""
    return "-" if moment is None else format_absolute(moment, ZoneInfo(business.timezone))


def _shown(cell: object) -> str:
    text = "-" if cell in (None, "") else " ".join(str(cell).split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
