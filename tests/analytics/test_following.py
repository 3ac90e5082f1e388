"""The copy follows the change log: whatever happens, in whatever order, it equals one built whole."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sapa.accounts.models import Business
from sapa.analytics import copies, operations, places, updating
from sapa.analytics.tables import TABLES
from tests.analytics.histories import History

pytestmark = pytest.mark.django_db


def rows_of(cursor: Any, table: str) -> list[str]:
    columns = ", ".join(f'"{column}"' for column in TABLES[table])
    return sorted(map(repr, cursor.execute(f"SELECT {columns} FROM {table}").fetchall()))


def assert_whole(business: Business, said: object = "") -> None:
    """Row by row, the copy as it is read is the one that a build from nothing makes."""
    kept = copies.reader(business, operations.build(business)).cursor()
    fresh = copies.make_private(business, None)
    for table in TABLES:
        assert rows_of(kept, table) == rows_of(fresh, table), (table, said)


@pytest.fixture
def follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few people there are, a change is followed and nothing is built whole behind our back."""
    monkeypatch.setattr(updating, "_MOST_LEAST", 10_000)
    monkeypatch.setattr("sapa.upkeep.operations.forgetting.analytics.rebuild", lambda business: None)


@pytest.mark.parametrize("seed", range(int(os.environ.get("SAPA_HISTORIES", "3"))))
def test_a_random_history_is_followed_row_by_row(
    toko_sage: Business, now: datetime, tmp_path: Path, seed: int, follows: None
) -> None:
    history = History(toko_sage, seed, now, tmp_path)
    history.go_on(25)
    history.derive()
    first = operations.build(toko_sage)
    done: list[list[str]] = []
    for number in range(6):
        done.append(history.go_on(4))
        if number % 3:  # else the copy reads what is stored before anything is derived of it
            history.derive()
        assert_whole(toko_sage, done)
        if number == 3:
            assert operations.lay_together(toko_sage)
            assert_whole(toko_sage, done)
    last = places.find_pointer(toko_sage)
    assert last is not None
    assert last.base == first.base + 1  # laid together once, built whole never
    assert last.delta > first.delta
