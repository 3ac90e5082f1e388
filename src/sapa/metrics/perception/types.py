"""Process beside perception."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """One answer that says otherwise than our own measure; `words` as the person wrote them, empty where none."""

    contact: str
    name: str
    survey: str
    score: int
    at: datetime
    words: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class ChannelGap:
    """Of the answers after talks on one channel: how many, how many of them after a late answer, how many low."""

    channel: str
    answers: int
    late: int
    low: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """Who bought again within 90 days: after trouble that was settled, that was not, and without trouble.

    Each is (bought again, all); a share is honest from twelve people on.
    """

    settled: tuple[int, int]
    not_settled: tuple[int, int]
    calm: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Perception:
    """Answers within 14 days after a talk: `counts` by (was late, was rated) with rated low, middle or high."""

    counts: dict[tuple[bool, str], int]
    low_though_on_time: tuple[Gap, ...]
    high_though_late: tuple[Gap, ...]
    channels: tuple[ChannelGap, ...]
    recovery: Recovery

    @property
    def answers(self) -> int:
        return sum(self.counts.values())
