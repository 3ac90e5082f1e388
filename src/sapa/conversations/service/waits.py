"""First, next and resolution time of a thread, on the wall clock and in business hours (S1.13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sapa.conversations.rules import TALK_ENDS
from sapa.lib.hours import Calendar, open_minutes_between


class Said(NamedTuple):
    """What the fold needs of a message; `closes`: a thank-you, a nod or a sticker, and what was handed over as history."""

    at: datetime
    id: int
    is_in: bool
    closes: bool = False
    is_automatic: bool = False
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Lapse:
    """A length of time in minutes: on the wall clock, and of business hours."""

    wall_minutes: float
    open_minutes: float


@dataclass(frozen=True, slots=True)
class Wait:
    """From the first message that asks until a person answers. `is_first`: the first of its talk.

    `answered_at` is None where nobody has answered; `answer_id` is None there, and where a teammate said that it was
    answered elsewhere. `by` is the teammate who answered.
    """

    asked_at: datetime
    asked_id: int
    is_first: bool
    answered_at: datetime | None = None
    answer_id: int | None = None
    by: int | None = None
    lapse: Lapse | None = None


def lapse_between(calendar: Calendar, start: datetime, end: datetime) -> Lapse:
    """How long it is from one moment to another; nothing where the end is not later."""
    wall = max(0.0, (end - start).total_seconds() / 60)
    return Lapse(wall, open_minutes_between(calendar, start, end))


def list_waits(
    said: Iterable[Said], calendar: Calendar, *, answered_elsewhere: Sequence[datetime] = ()
) -> list[Wait]:
    """Every wait in a private thread, oldest first; messages in order of time.

    Thanks open nothing, an automatic answer ends nothing. A talk ends after 72 hours without a message: what comes
    then is no answer to what was asked before. `answered_elsewhere` are the moments of teammates' words, in order.
    """
    waits: list[Wait] = []
    asked: Said | None = None
    last: datetime | None = None
    is_first = True
    words = list(answered_elsewhere)
    for one in said:
        asked, is_first = _by_word(waits, asked, is_first, words, one.at, calendar)
        if last is not None and one.at - last >= TALK_ENDS:
            if asked is not None:
                waits.append(Wait(asked.at, asked.id, is_first))
            asked, is_first = None, True
        last = one.at
        if one.is_in:
            asked = asked or (None if one.closes else one)
        elif not one.is_automatic and asked is not None:
            lapse = lapse_between(calendar, asked.at, one.at)
            waits.append(Wait(asked.at, asked.id, is_first, one.at, one.id, one.by, lapse))
            asked, is_first = None, False
    asked, is_first = _by_word(waits, asked, is_first, words, None, calendar)
    if asked is not None:
        waits.append(Wait(asked.at, asked.id, is_first))
    return waits


def _by_word(
    waits: list[Wait],
    asked: Said | None,
    is_first: bool,
    words: list[datetime],
    until: datetime | None,
    calendar: Calendar,
) -> tuple[Said | None, bool]:
    """A teammate's word between two messages ends the wait; words before anybody asked say nothing."""
    while words and (until is None or words[0] < until):
        at = words.pop(0)
        if asked is not None and at >= asked.at:
            waits.append(Wait(asked.at, asked.id, is_first, at, lapse=lapse_between(calendar, asked.at, at)))
            asked, is_first = None, False
    return asked, is_first


def resolution(calendar: Calendar, opened_at: datetime, closed_at: datetime | None) -> Lapse | None:
    """From the message that opened a talk until a teammate closed the conversation; None where it is open."""
    if closed_at is None or closed_at < opened_at:
        return None
    return lapse_between(calendar, opened_at, closed_at)
