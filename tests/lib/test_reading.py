"""Times and JSON read as text are what Django would have read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from sapa.accounts.models import AuditEntry, Business
from sapa.lib.reading import as_text, document, moment, moment_or_none

MOMENTS = [
    datetime(2026, 11, 21, 14, 30, tzinfo=timezone(timedelta(hours=7))),
    datetime(2026, 1, 1, 0, 0, 0, 123, tzinfo=UTC),
    datetime(2026, 1, 1, 23, 59, 59, 120_000, tzinfo=UTC),
]
DATA: list[Any] = [{}, {"kata": "“sage” 😀", "n": 1.5, "banyak": 2**60, "tidak": None}, [1, [2]], "teks", 7]


@pytest.mark.django_db
@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("data", DATA)
def test_a_row_reads_as_django_reads_it(toko_sage: Business, at: datetime, data: Any) -> None:
    row = AuditEntry.objects.create(
        business=toko_sage, at=at, verb="v", object_kind="k", object_id="1", data=data
    )
    rows = AuditEntry.objects.filter(pk=row.pk)
    theirs, ours = (
        rows.values_list("at", "data").get(),
        rows.values_list(as_text("at"), as_text("data")).get(),
    )
    assert (moment(ours[0]), document(ours[1])) == theirs
    assert moment(ours[0]).isoformat() == theirs[0].isoformat()
    assert rows.values_list(as_text("undone_at"), flat=True).get() is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-21 07:30:00", datetime(2026, 11, 21, 7, 30, tzinfo=UTC)),
        ("2026-11-21 07:30:00+00", datetime(2026, 11, 21, 7, 30, tzinfo=UTC)),
        ("2026-11-21 07:30:00.000123+00", datetime(2026, 11, 21, 7, 30, 0, 123, tzinfo=UTC)),
        ("2026-11-21 07:30:00.12+00", datetime(2026, 11, 21, 7, 30, 0, 120_000, tzinfo=UTC)),
    ],
)
def test_both_databases_write_in_utc(text: str, at: datetime) -> None:
    assert moment(text) == moment_or_none(text) == at
    assert moment_or_none(None) is None
