"""The voice of the customers in one week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one customer, as written. `conversation` is the thread to open, empty where they wrote elsewhere."""

    contact: str
    name: str
    text: str
    at: datetime
    conversation: str = ""
    score: str = ""


@dataclass(frozen=True, slots=True)
class TopicLine:
    """How many people spoke of a topic this week; `usual` is the mean of the weeks before, None below six of them.

    `is_unusual` where the difference goes beyond chance, all topics of the week considered.
    """

    topic: str
    people: int
    usual: float | None
    is_unusual: bool
    unhappy: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """A week from Monday to Sunday; `people` wrote at all. What was answered to surveys and reviewed stands apart."""

    from_: date
    to: date
    people: int
    topics: tuple[TopicLine, ...]
    answers: tuple[Quote, ...]
    reviews: tuple[Quote, ...]
