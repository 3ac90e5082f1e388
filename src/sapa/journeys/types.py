"""The journey map as it really is; also the JSON of `sapa journey`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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
    """A customer's own words: `contact` is the public id, `name` the name."""

    contact: str
    text: str
    at: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class FrictionPoint:
    """The topic of the last question before silence; `share` is of those who left at that stage.

    `estimated_cost` is in minor units of the shop's currency: the contacts times the share of comparable askers
    who bought times the mean value of a first order; None where that cannot be said honestly (`why_not`).
    """

    stage: str
    topic: str
    topic_label: str
    contacts: int
    share: float
    estimated_cost: int | None
    examples: tuple[Example, ...]
    currency: str = "IDR"
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Hesitation:
    """Buyers whose last question before the first purchase was about one topic: medians from the first question on."""

    topic: str
    topic_label: str
    contacts: int
    hours: float
    questions: float


@dataclass(frozen=True, slots=True)
class PhaseScore:
    """How well one phase of care does its part, 0..1; None below the smallest honest sample."""

    phase: str
    score: float | None
    sample_size: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Journey:
    """The map of the contacts first seen in a window. `unread` left over a question that could not be read."""

    contacts: int
    first_touch: tuple[FirstTouch, ...]
    stages: tuple[StageRow, ...]
    edges: tuple[Edge, ...]
    paths: tuple[Path, ...]
    friction: tuple[FrictionPoint, ...]
    phases: tuple[PhaseScore, ...] = ()
    hesitation: tuple[Hesitation, ...] = ()
    unread: int = 0
    currency: str = "IDR"


@dataclass(frozen=True, slots=True)
class LeftOver:
    """How many left over one topic, and their share of those who asked on that side."""

    topic: str
    topic_label: str
    contacts: int
    share: float


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a marked day: the contacts first seen in it who have been followed long enough.

    `median_hours` is from first heard to first purchase of those who bought in that time; values are None
    below the smallest honest sample.
    """

    from_: date
    to: date
    contacts: int
    bought: int
    conversion: float | None
    conversion_interval: tuple[float, float] | None
    median_hours: float | None
    median_interval: tuple[float, float] | None
    asked: int
    left: tuple[LeftOver, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Before and after a marked day, each contact followed for the same number of days.

    `change` is the conversion after minus before with its interval; `is_clear` where that interval leaves out 0.
    """

    day: date
    follow_days: int
    before: Side
    after: Side
    change: float | None
    change_interval: tuple[float, float] | None
    is_clear: bool
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the shop's people: by the channel of their origin, its context, a channel on which they were met."""

    origin: str = ""
    context: str = ""
    channel: str = ""

    @property
    def is_whole(self) -> bool:
        return not (self.origin or self.context or self.channel)


@dataclass(frozen=True, slots=True)
class Behind:
    """One person behind a number of the map: when they were last seen (or last took that step), what they asked last.

    `id` is the public id.
    """

    id: str
    name: str
    at: datetime
    question: Example | None = None
    conversation: str = ""


@dataclass(frozen=True, slots=True)
class BehindPage:
    """A page of the people behind one number; `total` equals that number."""

    people: tuple[Behind, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Believed:
    """The road that the shop believes in beside the real ones: `along` of `buyers` took it, most took `most`."""

    steps: tuple[str, ...]
    buyers: int
    along: int
    share: float | None
    interval: tuple[float, float] | None
    most: Path | None

    @property
    def is_most(self) -> bool:
        """Whether the road taken most often is the one believed in."""
        return self.most is not None and self.most.steps == self.steps
