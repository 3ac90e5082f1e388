"""Whether somebody is asked now, later or not: decisions without database and clock."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sapa.surveys.types import Reason

REST = timedelta(days=30)
"""Nobody is asked twice within it, whatever the survey and the channel."""

LATE = timedelta(days=3)
"""How long asking may wait for a better hour before the occasion has passed."""

WAITS = frozenset({Reason.QUIET_HOURS, Reason.WAITS_FOR_US, Reason.CHANNEL_BROKEN, "too_many"})
"""What only time changes: asking waits, and is skipped where the occasion passes meanwhile."""


@dataclass(frozen=True, slots=True)
class Door:
    """One thread or address by which a person can be asked: `hindrance` is "" where it stands open, else why not."""

    way: str
    hindrance: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody who may be asked; `doors` in the order in which the survey tries them."""

    is_known: bool = True
    asked_at: datetime | None = None
    has_complaint: bool = False
    has_opted_out: bool = False
    waits_for_us: bool = False
    is_drawn: bool = True
    doors: Sequence[Door] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`deed` is ask (through `door`, an index), wait or skip, with the reason for the last two."""

    deed: str
    reason: str = ""
    door: int = 0


def judge(person: Person, *, due_at: datetime, now: datetime) -> Verdict:
    """Whether this person is asked. Chance comes last: the share is one of those who could be asked."""
    reason = _hindrance(person, due_at)
    if reason:
        return _put_off(reason, due_at, now)
    if not person.doors:
        return Verdict("skip", Reason.NO_WAY)
    if now - due_at >= LATE and any(not door.hindrance for door in person.doors):
        return Verdict("skip", Reason.TOO_LATE)
    open_door = next((place for place, door in enumerate(person.doors) if not door.hindrance), None)
    if open_door is None:
        told = [door.hindrance for door in person.doors]
        waiting = next((reason for reason in told if reason in WAITS), None)
        return _put_off(waiting or told[0], due_at, now)
    if not person.is_drawn:
        return Verdict("skip", Reason.NOT_DRAWN)
    return Verdict("ask", door=open_door)


def _hindrance(person: Person, due_at: datetime) -> str:
    if not person.is_known:
        return Reason.NOBODY_KNOWN
    if person.has_complaint:
        return Reason.COMPLAINT
    if person.has_opted_out:
        return Reason.OPTED_OUT
    if person.asked_at is not None and due_at - person.asked_at < REST:
        return Reason.ASKED_LATELY
    return Reason.WAITS_FOR_US if person.waits_for_us else ""


def _put_off(reason: str, due_at: datetime, now: datetime) -> Verdict:
    waits = reason in WAITS and now - due_at < LATE
    return Verdict("wait" if waits else "skip", reason)


def is_drawn(salt: str, person: str, share: int) -> bool:
    """Whether this person belongs to the `share` in a hundred who are asked: the same answer each time."""
    if share >= 100:
        return True
    drawn = int.from_bytes(hashlib.blake2b(f"{salt}:{person}".encode(), digest_size=8).digest(), "big")
    return drawn < share * (1 << 64) // 100
