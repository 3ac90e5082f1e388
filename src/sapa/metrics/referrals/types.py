"""Referrals with their evidence, those who give them, and what was brought by what they passed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Somebody:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a referral with the words that show it. `verdict` is empty where nobody has said anything yet.

    `maybe` are customers whose name stands in the words of somebody who was sent.
    """

    contact: Somebody
    kind: str
    at: datetime
    is_prompted: bool
    message_id: int
    conversation: str
    text: str
    verdict: str
    referrer: Somebody | None
    maybe: tuple[Somebody, ...]


@dataclass(frozen=True, slots=True)
class Advocate:
    """A buyer who recommends: signs without and after being asked, and people whom teammates know to be brought."""

    contact: Somebody
    unasked: int
    asked: int
    brought: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Brought:
    """New customers of one referrer: `contact` None where only a name is known."""

    name: str
    contact: Somebody | None
    people: int
    buyers: int


@dataclass(frozen=True, slots=True)
class Kit:
    """A story kit with what came of it: times opened, chats that name the code, orders with the code and their worth."""

    id: UUID
    code: str
    text: str
    target: str
    advocate: Somebody | None
    is_over: bool
    visits: int
    chats: int
    orders: int
    value: int
