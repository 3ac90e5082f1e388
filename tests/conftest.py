"""What every test may ask for: the shop, its people, a fixed moment, and where the shared data lies."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import settings

if TYPE_CHECKING:
    from sapa.accounts.models import Business, Teammate

ROOT = Path(__file__).resolve().parent.parent
JAKARTA = ZoneInfo("Asia/Jakarta")

# A busy machine is no failure; and what CI tries is the same at each run, while people look further.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="needs PostgreSQL: set SAPA_TEST_DATABASE_URL (.ci/run starts one)")
    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(skip)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tables made from the models have had every migration, as those of a first start have."""
    from sapa.upkeep.schema import list_applied, note_all_had

    with django_db_blocker.unblock():
        if not list_applied():
            note_all_had()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared reference data beside the checkout; tests that need it skip without it."""
    folder = Path(os.environ.get("SAPA_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        pytest.skip("needs the shared data folder: set SAPA_SHARED")
    return folder


@pytest.fixture
def now() -> datetime:
    """Saturday 21 November 2026, 14:30 in Jakarta."""
    return datetime(2026, 11, 21, 14, 30, tzinfo=JAKARTA)


@pytest.fixture
def toko_sage(db: None, now: datetime) -> Business:
    """The shop of the stories: Toko Sage, whose owner is Bu Tuti."""
    from sapa.accounts.operations import make_business

    return make_business(name="Toko Sage", owner_email="tuti@tokosage.example", owner_name="Bu Tuti", now=now)


@pytest.fixture
def bu_tuti(toko_sage: Business) -> Teammate:
    return toko_sage.teammates.get(role="owner")


@pytest.fixture
def dina(toko_sage: Business, now: datetime) -> Teammate:
    from sapa.accounts.operations import add_teammate

    return add_teammate(
        business=toko_sage, email="dina@tokosage.example", name="Dina", role="member", now=now
    )
