"""What is told of how the team serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NOBODY = 0
"""Stands for whoever is not known among teammates: answered in another program, or elsewhere."""

ALL = -1
"""Stands for everybody, or every hour."""


class What(StrEnum):
    """Which answers a list shows."""

    ALL = "all"
    FIRST = "first"
    NEXT = "next"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Load:
    """How many others waited when somebody asked: from `low` to `high`, both included."""

    low: int
    high: int


LOADS = (Load(0, 2), Load(3, 9), Load(10, 2**31 - 1))


@dataclass(frozen=True, slots=True)
class Pace:
    """One line: minutes are medians of business hours, None where the sample is too small to be honest.

    `asked` counts every question that wanted an answer and whose time has come; `late` those of them answered after the
    target of their channel, or not at all although it has passed. `late_share` is None below the smallest honest sample.
    """

    conversations: int
    firsts: int
    first_minutes: float | None
    nexts: int
    next_minutes: float | None
    asked: int
    late: int
    late_share: float | None

    @property
    def is_small(self) -> bool:
        return self.late_share is None


@dataclass(frozen=True, slots=True)
class MateLine:
    """How one teammate served; `teammate_id` is `NOBODY` for whoever is not known. `resolved_minutes` is a median."""

    teammate_id: int
    name: str
    pace: Pace
    promises: int
    promises_kept: int
    resolved: int
    resolved_minutes: float | None


@dataclass(frozen=True, slots=True)
class Performance:
    """How the team served in a window; `spread` is the slowest channel's first answer over the fastest's, None if unknown."""

    whole: MateLine
    mates: tuple[MateLine, ...]
    channels: tuple[tuple[str, Pace], ...]
    hours: tuple[tuple[int, Pace], ...]
    loads: tuple[tuple[Load, Pace], ...]
    spread: float | None
    is_ranked: bool


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One question with its answer: both as they were written; `is_late` past the target of its channel."""

    conversation: str
    name: str
    channel: str
    asked_id: int
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    minutes: float | None
    wall_minutes: float | None
    is_late: bool
    teammate_id: int
