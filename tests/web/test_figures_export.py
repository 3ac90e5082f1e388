"""The figures as CSV, XLSX and PDF: the same numbers, plain, and no more than two pages."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from openpyxl import load_workbook

from sapa.metrics.definitions import METRICS
from tests.web.conftest import Story

pytestmark = pytest.mark.django_db


def _rows(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/metrics/export.csv{query}")
    assert "attachment" in answer.headers["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_every_figure_is_a_row_with_its_definition(owner: Client, people: Story) -> None:
    rows = {row["Kunci"]: row for row in _rows(owner)}
    assert list(rows) == list(METRICS)
    repeat = rows["repeat_order_90d"]
    assert (repeat["Nilai"], repeat["Target"], repeat["Satuan"]) == ("", "0.2", "share")
    assert repeat["Kenapa belum ada"]
    assert rows["organic_referrals"]["Nilai"] == "0"
    assert all(row["Cara menghitung"] and row["Besok"] for row in rows.values())
    assert _rows(owner, "?days=30")[0]["Jangka"] == "23 Okt 2026 sampai 21 Nov 2026"


def test_the_workbook_says_the_same(owner: Client, people: Story) -> None:
    book = load_workbook(io.BytesIO(owner.get("/metrics/export.xlsx").content))
    sheet = book.active
    assert sheet is not None
    found = [str(row[0]) for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)]
    assert found == list(METRICS)


def test_the_paper_has_two_pages_at_most(owner: Client, people: Story) -> None:
    answer = owner.get("/metrics/export.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type /Page\b", answer.content))
    assert 1 <= pages <= 2
    assert len(answer.content) < 200_000


def test_who_may_not_take_data_away_takes_none(teammate: Client, owner: Client, people: Story) -> None:
    assert teammate.get("/metrics/export.csv").status_code == 403
    assert "export.pdf" not in teammate.get("/metrics/").content.decode()
    assert owner.get("/metrics/export.docx").status_code == 404
