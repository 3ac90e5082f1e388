from __future__ import annotations

import json as standard
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from sapa.lib.json import decode, encode, encode_text, to_builtins

JAKARTA = ZoneInfo("Asia/Jakarta")


class Trust(StrEnum):
    NEW = "new"


class Rank(Enum):
    FIRST = 1


@dataclass(frozen=True, slots=True)
class Point:
    from_: date
    to: date
    value: float | None


@dataclass(frozen=True)
class Sheet:
    name: str
    trust: Trust
    at: datetime
    trend: tuple[Point, ...]
    counts: dict[Trust, int]


def test_dataclasses_enums_and_times_become_the_public_json() -> None:
    sheet = Sheet(
        name="Rina Wulandari",
        trust=Trust.NEW,
        at=datetime(2026, 11, 21, 14, 30, tzinfo=JAKARTA),
        trend=(Point(date(2026, 11, 1), date(2026, 11, 30), 0.5),),
        counts={Trust.NEW: 2},
    )
    assert standard.loads(encode(sheet)) == {
        "name": "Rina Wulandari",
        "trust": "new",
        "at": "2026-11-21T14:30:00+07:00",
        "trend": [{"from": "2026-11-01", "to": "2026-11-30", "value": 0.5}],
        "counts": {"new": 2},
    }
    assert decode(encode(sheet)) == to_builtins(sheet)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Rank.FIRST, "1"),
        ({"b": (1, 2)}, '{"b":[1,2]}'),
        (UUID(int=7), '"00000000-0000-0000-0000-000000000007"'),
        (Decimal("1.50"), '"1.50"'),
        (float("nan"), "null"),
        ("Bu Tuti – “jahe”", '"Bu Tuti – “jahe”"'),
        ({1: None}, '{"1":null}'),
    ],
)
def test_values(value: object, expected: str) -> None:
    assert encode_text(value) == expected


def test_indented_for_people() -> None:
    assert encode_text({"a": 1}, indent=2) == '{\n  "a": 1\n}'


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        encode({"at": datetime(2026, 11, 21)})  # noqa: DTZ001


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        encode([object()])
