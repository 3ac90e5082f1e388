"""Customers and snapshots as rows for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from sapa.imports.rules import inert
from sapa.lib import dates, money
from sapa.snapshots.sharing import export_header, export_rows
from sapa.snapshots.types import Snapshot
from sapa.web import words
from sapa.web.access import Seat

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_ROWS = 50_000

Row = Sequence[str | int]


def list_rows(seat: Seat) -> Iterator[Row]:
    """The sheets of all customers, a row each, below one row of headings."""
    yield export_header()
    yield from export_rows(seat.business, now=seat.now)


def snapshot_rows(snapshot: Snapshot, seat: Seat) -> Iterator[Row]:
    """One sheet per customer as (field, value) rows."""
    yield (_("Isian"), _("Isi"))
    yield from _facts(snapshot, seat)


def _facts(snapshot: Snapshot, seat: Seat) -> Iterator[tuple[str, str]]:
    yield _("Nama"), snapshot.contact.name
    yield (
        _("Kontak"),
        ", ".join(words.identity(line.kind, line.value) for line in snapshot.contact.identities),
    )
    origin = words.channel(snapshot.origin.channel or "")
    yield _("Asal"), " · ".join(filter(None, (origin, snapshot.origin.context)))
    for line in snapshot.history:
        day = dates.format_day(line.at.astimezone(seat.zone).date(), seat.language)
        yield _("Riwayat"), f"{day}: {line.what} → {line.outcome}"
    yield _("Status"), " · ".join(filter(None, (words.trust(snapshot.trust), snapshot.trust_why)))
    yield _("Tindakan"), snapshot.action.text
    due = dates.format_due(snapshot.action.due_at, seat.now, seat.zone, seat.language)
    yield _("Oleh, paling lambat"), " · ".join(filter(None, (snapshot.action.owner, due)))
    if snapshot.preferences:
        yield _("Kesukaan"), ", ".join(snapshot.preferences)
    if snapshot.orders.count:
        total = money.format_money(snapshot.orders.total, snapshot.orders.currency, seat.language)
        yield _("Belanja"), f"{snapshot.orders.count} × · {total}"
    for promise in snapshot.open_promises:
        due = dates.format_due(promise.due_at, seat.now, seat.zone, seat.language)
        yield _("Janji"), f"{promise.text} ({due})"


def _plain(cell: str | int) -> str | int:
    return inert(cell) if isinstance(cell, str) else cell


def write_csv(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of a CSV that Excel opens as UTF-8; no cell is taken for a formula."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([_plain(cell) for cell in row])
        yield line.getvalue()


def write_xlsx(rows: Iterable[Row]) -> bytes:
    """A workbook of one sheet with at most fifty thousand rows."""
    # With it comes PIL: 15 MB that a web process mostly never needs.
    from openpyxl import Workbook
    from openpyxl.writer.excel import save_workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sapa")
    for row in islice(rows, _MOST_ROWS):
        sheet.append([_plain(cell) for cell in row])
    out = io.BytesIO()
    save_workbook(book, out)
    return out.getvalue()
