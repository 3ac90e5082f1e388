"""Whose turn it is: who knows the customer, else who has least to do of those on duty (S0.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A teammate who answers now: `open` conversations of theirs, the most that they take, when they got the last one."""

    id: int
    open: int
    most_open: int | None = None
    last_given_at: datetime | None = None

    @property
    def has_room(self) -> bool:
        return self.most_open is None or self.open < self.most_open


def choose_teammate(on_duty: Sequence[OnDuty], knows_customer: Sequence[int] = ()) -> int | None:
    """Who gets the next conversation; None where nobody on duty has room.

    First the one who knows the customer best (`knows_customer`, in order), else the fewest open, and of equals whoever
    has waited longest for one: that is a round when all are equally busy.
    """
    free = {one.id: one for one in on_duty if one.has_room}
    for pk in knows_customer:
        if pk in free:
            return pk
    return min(free.values(), key=_whose_turn).id if free else None


def _whose_turn(one: OnDuty) -> tuple[int, datetime, int]:
    return one.open, one.last_given_at or _NEVER, one.id
