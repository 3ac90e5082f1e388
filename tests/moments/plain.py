"""A canvas that is whole, to be changed in what a test is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sapa.moments.types import CanvasGiven

WHOLE = CanvasGiven(
    name="Saat pelanggan tanya ongkir",
    event="topic:shipping_cost",
    feeling="Ragu total harganya",
    change="Balasan dengan tabel ongkir",
    channel_id=None,
    measure="buys",
    follow_days=3,
    risk="Tabelnya usang dan orang merasa dibohongi.",
    responsible_id=None,
    team_id=None,
)


def canvas(name: str = WHOLE.name, **more: Any) -> CanvasGiven:
    return replace(WHOLE, name=name, **more)
