"""What crosses rooms about telling teammates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """Why a teammate is told something."""

    MESSAGE = "message"
    MENTION = "mention"
    ESCALATION = "escalation"
    TEST = "test"


class Outcome(StrEnum):
    """What a push service said of one push: taken, the device is gone, refused, or not answered in time."""

    SENT = "sent"
    GONE = "gone"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class PushResult:
    """`status` is the HTTP status of the push service, 0 where none came; `problem` a code or its own words."""

    outcome: Outcome
    status: int
    seconds: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser hands over when it may be woken (Push API): keys in base64url."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class MorningLine:
    """One line of the morning's e-mail, with the path of the screen that it leads to."""

    text: str
    path: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Morning:
    """What one teammate should know at eight: who waits, what we promised for today, what to do first."""

    shop: str
    name: str
    at: datetime
    waiting_total: int
    waiting: tuple[MorningLine, ...]
    promises: tuple[MorningLine, ...]
    actions: tuple[MorningLine, ...]
    figures: tuple[MorningLine, ...] = ()
    voice: tuple[MorningLine, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.promises or self.actions or self.figures or self.voice)


class SubscriptionError(Exception):
    """What the browser handed over is no push address; str says what to do."""
