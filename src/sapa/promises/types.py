"""What crosses the room's border: kinds and states of promises, what was said, what an order went through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PromiseKind(StrEnum):
    """What we said we would do."""

    SEND_GOODS = "send_goods"
    SEND_TRACKING = "send_tracking"
    SEND_INFO = "send_info"
    CALL_BACK = "call_back"
    REFUND = "refund"
    REPLACE = "replace"
    RESTOCK_INFO = "restock_info"
    REPLY = "reply"
    DELIVER = "deliver"
    OTHER = "other"


class PromiseState(StrEnum):
    """`late` was done after it was due; `broken` was not done 14 days past due; until then it is `open`."""

    OPEN = "open"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise in a text: the characters `span` that hold it, when it is due and in which words that was said."""

    kind: PromiseKind
    span: tuple[int, int]
    due_at: datetime
    due_words: str


@dataclass(frozen=True, slots=True)
class Said:
    """One outgoing message of a person of the shop: media are kinds such as `image`, `document`."""

    at: datetime
    text: str
    media: tuple[str, ...] = ()
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """An order reached `status` (as in `gateway.types.OrderStated`) at that moment."""

    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a promise; `done_at` is when the deed was announced, None while it was not."""

    state: PromiseState
    done_at: datetime | None = None
