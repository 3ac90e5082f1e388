"""At what hour somebody usually writes, or that it cannot be said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.standings.rules.rhythm import customers_hour, usual_hour
from tests.world import day

HOURS: list[tuple[str, list[tuple[int, str]], int | None]] = [
    ("nothing written", [], None),
    ("two messages are too few", [(0, "19:00"), (1, "19:00")], None),
    ("one day is too few", [(0, "19:00"), (0, "19:10"), (0, "19:20")], None),
    ("three messages on two days", [(0, "19:00"), (0, "19:10"), (1, "19:20")], 19),
    ("the nearest hour", [(0, "18:40"), (1, "18:45"), (2, "19:20")], 19),
    ("half past is the next", [(0, "18:30"), (1, "18:35"), (2, "18:59")], 19),
    ("now and then at another hour", [(0, "19:00"), (1, "19:10"), (2, "20:00"), (3, "07:00")], 19),
    ("at any hour", [(0, "08:00"), (1, "12:00"), (2, "16:00"), (3, "20:00")], None),
    ("half and half", [(0, "08:00"), (1, "08:10"), (2, "20:00"), (3, "20:10")], None),
    ("a long talk is one occasion", [(0, "09:00"), (0, "09:01"), (0, "09:02"), (1, "20:00"), (2, "20:00")], 20),
    ("round midnight", [(0, "23:40"), (1, "23:10"), (3, "00:20")], 0),
]  # fmt: skip


@pytest.mark.parametrize(("written", "hour"), [case[1:] for case in HOURS], ids=[case[0] for case in HOURS])
def test_the_hour_of_one_person(written: list[tuple[int, str]], hour: int | None) -> None:
    assert usual_hour([day(*at) for at in written]) == hour


def _one_each(*clocks: str, people: int, days: int) -> list[datetime]:
    return [day(number % days, clocks[number % len(clocks)]) for number in range(people)]


def test_the_hour_of_the_customers_of_a_shop() -> None:
    assert customers_hour(_one_each("20:00", people=12, days=6)) == 20
    assert customers_hour(_one_each("20:00", people=9, days=6)) is None
    assert customers_hour(_one_each("20:00", people=40, days=4)) is None
    evenly = [day(0, "00:10") + timedelta(hours=number) for number in range(240)]
    assert customers_hour(evenly) is None
    assert customers_hour(_one_each("09:00", "13:00", "20:00", "20:20", people=40, days=8)) == 20
