"""What should be done now, worded for its reader; also the JSON of `sapa today` (see docs: interface)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ContactRef:
    """A contact as lists name it: its public id and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact behind an action: what sort (message, order, promise, …), which, when, and in words."""

    kind: str
    id: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class BestTime:
    """When to write of our own accord: the hour (0 to 23, the shop's zone), whose habit it is, and in words.

    `whose` is contact, or customers where the person's own habit is not known and the shop's customers' is.
    """

    hour: int
    whose: str
    text: str


@dataclass(frozen=True, slots=True)
class TodayItem:
    """One open action of one contact. `score` sorts, highest first; `owner` is the teammate's name.

    `best_time` is None for who waits, and where no hour can be said honestly.
    """

    id: str
    contact: ContactRef
    text: str
    why: str
    rule: str
    metric: str
    owner: str
    due_at: datetime
    evidence: tuple[Evidence, ...]
    score: float
    best_time: BestTime | None = None


@dataclass(frozen=True, slots=True)
class TodayStep:
    """One step of a running moment's plan: like an action it has a sentence, its why, an owner and a due time, but no contact."""

    id: str
    moment_id: str
    text: str
    why: str
    rule: str
    owner: str
    owner_id: int | None
    due_at: datetime
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a rule found for a contact, before it is worded: `data` holds codes, ids and times only.

    `owner_id` is the teammate whose it is, None where it is of whoever answers the contact.
    """

    rule: str
    metric: str
    evidence_key: str
    score: float
    due_at: datetime
    data: dict[str, Any]
    evidence: tuple[dict[str, Any], ...] = ()
    identity_id: int | None = None
    owner_id: int | None = None
