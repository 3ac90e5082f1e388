"""A shop for a whole story: its files are read once, and every test of the module looks at the same shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from sapa.accounts.models import Business
from tests.cli.conftest import sapa
from tests.flows.shop import SHOP

__all__ = ["folder", "sapa", "story"]


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any) -> Iterator[Business]:
    """Toko Sage for all tests of a module, gone after the last; each test's own writes go after that test."""
    from sapa.accounts.operations import make_business

    with django_db_blocker.unblock(), transaction.atomic():
        yield make_business(
            name=SHOP,
            owner_email="tuti@tokosage.example",
            owner_name="Bu Tuti",
            now=datetime.fromisoformat("2026-01-01T08:00:00+07:00"),
        )
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a story writes its files."""
    return tmp_path_factory.mktemp("files")
