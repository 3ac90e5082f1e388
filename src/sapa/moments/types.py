"""What crosses rooms about moments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
