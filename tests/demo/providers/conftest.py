from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.lib import clock
from tests.demo.providers.stage import Stage


@pytest.fixture
def stage(
    toko_sage: Business, dina: Teammate, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Adapters stamp what they ask marketplaces by the clock, so it shows the story's time."""
    found = Stage(toko_sage, dina, now)
    monkeypatch.setattr(clock, "now", lambda: found.now)
    yield found
    if hasattr(found, "simulator"):
        found.simulator.end()


@pytest.fixture
def png() -> bytes:
    """A picture of eight by eight grey points."""
    from tests.demo.providers.pictures import draw_png

    return draw_png()
