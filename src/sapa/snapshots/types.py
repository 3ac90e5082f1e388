"""The one sheet per contact, worded for its reader; also the JSON of `sapa snapshot` and `sapa timeline`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sapa.actions.types import BestTime


@dataclass(frozen=True, slots=True)
class IdentityLine:
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class ContactLine:
    id: str
    name: str
    identities: tuple[IdentityLine, ...]


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One line of `sapa contacts`."""

    id: str
    name: str
    identities: tuple[IdentityLine, ...]
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    touchpoints: int
    orders: int


@dataclass(frozen=True, slots=True)
class OriginLine:
    """Where the contact came from. `context` is None where only the channel is known: the sheet flags it."""

    channel: str | None
    context: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """When – what was asked or happened – with what outcome."""

    at: datetime
    what: str
    outcome: str


@dataclass(frozen=True, slots=True)
class SnapshotAction:
    """The one thing to do. `material` is the link or file that it hands over, `best_time` when to write, if any."""

    text: str
    owner: str
    due_at: datetime
    why: str
    rule: str
    evidence: tuple[str, ...]
    material: str | None
    id: str | None = None
    best_time: BestTime | None = None


@dataclass(frozen=True, slots=True)
class OrdersSum:
    """Valid orders (neither cancelled nor returned): money in minor units of `currency`."""

    count: int
    total: int
    currency: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class PromiseLine:
    text: str
    kind: str
    made_at: datetime
    due_at: datetime
    is_late: bool
    id: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is true of a contact as of a moment. `history` never has more than three lines; `action` is never None."""

    contact: ContactLine
    origin: OriginLine
    history: tuple[HistoryLine, ...]
    trust: str
    trust_why: str
    action: SnapshotAction
    preferences: tuple[str, ...]
    orders: OrdersSum
    open_promises: tuple[PromiseLine, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class TimelineSource:
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One touchpoint, told in words."""

    at: datetime
    kind: str
    phase: str
    channel: str
    summary: str
    source: TimelineSource


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One lead in the list by readiness: 0..100 with its visible reasons, weightiest first."""

    id: str
    name: str
    readiness: float
    reasons: tuple[str, ...]
    last_in_at: datetime | None
