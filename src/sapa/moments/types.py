"""What crosses rooms about moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class MomentCode(StrEnum):
    """Moments that Sapa knows how to automate."""

    AFTER_HOURS = "after_hours"


@dataclass(frozen=True, slots=True)
class MomentGiven:
    """What a teammate writes of a moment. `responsible_id` is a teammate of the shop, None for nobody yet."""

    name: str
    feeling: str
    risk: str
    responsible_id: int | None
    may_be_automated: bool


class MomentError(Exception):
    """What cannot be, in a sentence for the person who asked (str of it)."""


class Measure(StrEnum):
    """What people do who go on from a moment, counted within its days."""

    BUYS = "buys"
    PAYS = "pays"
    WRITES = "writes"
    NO_TROUBLE = "no_trouble"
    REVIEWS = "reviews"


class Verdict(StrEnum):
    HELPED = "helped"
    NO_HELP = "no_help"
    WORSE = "worse"
    UNCERTAIN = "uncertain"


class Choice(StrEnum):
    """What the shop makes of a moment whose plan has run."""

    KEEP = "keep"
    STOP = "stop"
    REPEAT = "repeat"


class DayCount(NamedTuple):
    """People who reached a moment on one day, and how many of them went on.

    `day` counts from the day of the change (0), days before it are negative; `weekday` is 0 for Monday.
    """

    day: int
    weekday: int
    people: int
    went_on: int


@dataclass(frozen=True, slots=True)
class Week:
    """The people of a moment in one week, counted from the change (week 0), and how many of them went on."""

    number: int
    people: int
    went_on: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one look found. Shares are 0 to 1; `expected` is the share to expect without the change.

    `why` says why it is uncertain: few (people), no_line (too little before to expect anything), early (the last look is to
    come), wide (the range holds both help and none), moved (the share moved shortly before, though nothing was changed).
    `visible` is the difference that so many people show in four of five cases; `people_needed` would show ten points as often,
    None where no number would: the days before say too little.
    """

    verdict: Verdict
    why: str
    before_people: int
    before_went_on: int
    after_people: int
    after_went_on: int
    other_people: int
    expected: float | None
    difference: float | None
    difference_range: tuple[float, float] | None
    chance: float | None
    visible: float | None
    people_needed: int | None


@dataclass(frozen=True, slots=True)
class StepGiven:
    """One step of a plan: on which of its seven days (1 to 7), what is done, and who does it."""

    day: int
    text: str
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class StepFact:
    """A step as the rules of today see it. `due_on` is the shop's own day; `later_until` where it was put off."""

    id: int
    public_id: str
    moment: str
    moment_id: str
    day: int
    text: str
    owner_id: int | None
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True)
class CanvasGiven:
    """What a teammate writes on the canvas of a moment.

    `event` is a key of `events.EVENTS` or `topic:<intent>`, `measure` a `Measure` or `metric:<key>`; `channel_id` None is for everybody,
    `team_id` None the whole shop. `message_ids` are the customers' words chosen for it, None to leave them as they are.
    """

    name: str
    event: str
    feeling: str
    change: str
    channel_id: int | None
    measure: str
    follow_days: int
    risk: str
    responsible_id: int | None
    team_id: int | None
    message_ids: tuple[int, ...] | None = None
