"""What lists of threads show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

PRESENT_FOR = timedelta(seconds=40)
"""How long a screen counts as open after it said so."""


class Tab(StrEnum):
    """The views of the inbox."""

    WAITING = "waiting"
    OLD = "old"
    MINE = "mine"
    SNOOZED = "snoozed"
    UNREAD = "unread"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the inbox is narrowed to; public ids, None for no matter. `nobody` asks for those that nobody answers."""

    channel: UUID | None = None
    label: UUID | None = None
    assignee: UUID | None = None
    team: UUID | None = None
    nobody: bool = False

    def __bool__(self) -> bool:
        return bool(self.channel or self.label or self.assignee or self.team or self.nobody)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a list that is paged by key: the moment and the id of its last row, and whether nobody waited in it."""

    at: datetime
    id: int
    rests: bool = False


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One thread in the list. `contact_id` is None for a group and where nobody is known; `media` are kinds;
    `target_minutes` is its channel's own target, None for the shop's.

    `public_id` is that of the thread in which it is shown: another one where threads were merged.
    """

    id: int
    public_id: str
    name: str
    channel: str
    is_group: bool
    contact_id: int | None
    contact: str
    waiting_since: datetime | None
    target_minutes: int | None
    last_message_at: datetime | None
    text: str
    media: tuple[str, ...]
    is_out: bool
    assignee_id: int | None = None
    team_id: int | None = None
    snoozed_until: datetime | None = None
    is_closed: bool = False
    labels: tuple[str, ...] = ()
    send_status: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """A teammate who has a conversation open: `state` is viewing or typing."""

    teammate_id: int
    name: str
    state: str
