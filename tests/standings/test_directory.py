"""The list of customers: who was seen last comes first, and somebody never seen comes last."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.imports.operations import import_files
from sapa.snapshots.operations import refresh_changed
from sapa.standings.directory import list_directory

pytestmark = pytest.mark.django_db

CHAT = "20/11/26 09.01 - Budi Santoso: halo kak\n20/11/26 09.05 - Toko Sage: Halo Kak\n"
SHEET = "nama,no hp,sumber\nRina Wulandari,081234567890,TikTok\n"


def test_a_row_of_an_undated_sheet_does_not_stand_above_who_wrote_yesterday(
    toko_sage: Business, now: datetime, tmp_path: Path
) -> None:
    chat, sheet = tmp_path / "Chat WhatsApp dengan Budi Santoso.txt", tmp_path / "pelanggan.csv"
    chat.write_text(CHAT, encoding="utf-8")
    sheet.write_text(SHEET, encoding="utf-8")
    import_files(business=toko_sage, paths=[chat, sheet], now=now)
    refresh_changed(toko_sage, now=now)
    rows = list_directory(toko_sage, limit=10)
    assert [(row.name, row.is_unseen) for row in rows] == [("Budi Santoso", False), ("Rina Wulandari", True)]
