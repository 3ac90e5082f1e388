"""What lists of threads show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a list that is paged by key: the moment and the id of its last row."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One thread in the list. `contact_id` is None for a group and where nobody is known; `media` are kinds."""

    id: int
    public_id: str
    name: str
    channel: str
    is_group: bool
    contact_id: int | None
    contact: str
    waiting_since: datetime | None
    last_message_at: datetime | None
    text: str
    media: tuple[str, ...]
    is_out: bool
