"""The journey map as it really is; also the JSON of `sapa journey`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FirstTouch:
    channel: str | None
    context: str | None
    contacts: int
    share: float


@dataclass(frozen=True, slots=True)
class StageRow:
    """heard, asked, bought, received or returned; `left` are those who reached it and went no further in time."""

    key: str
    contacts: int
    share: float
    median_hours_to_next: float | None
    left: int


@dataclass(frozen=True, slots=True)
class Edge:
    """How often one kind of touchpoint directly follows another, and how long that takes in the middle."""

    from_: str
    to: str
    contacts: int
    events: int
    median_hours: float


@dataclass(frozen=True, slots=True)
class Path:
    steps: tuple[str, ...]
    contacts: int
    share: float


@dataclass(frozen=True, slots=True)
class Example:
    contact: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FrictionPoint:
    """The topic of the last question before silence; `share` is of those who left at that stage."""

    stage: str
    topic: str
    topic_label: str
    contacts: int
    share: float
    estimated_cost: int | None
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    contacts: int
    first_touch: tuple[FirstTouch, ...]
    stages: tuple[StageRow, ...]
    edges: tuple[Edge, ...]
    paths: tuple[Path, ...]
    friction: tuple[FrictionPoint, ...]
