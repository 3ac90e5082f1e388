"""What crosses rooms about surveys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What is asked: readiness to recommend (0-10), satisfaction (1-5), ease (1-7)."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"


class Occasion(StrEnum):
    """After what people are asked; `open` asks nobody: whoever finds the link or its QR code answers."""

    DELIVERED = "delivered"
    CLOSED = "closed"
    RHYTHM = "rhythm"
    OPEN = "open"


class Way(StrEnum):
    """How a question reaches somebody: their chat, the chat of the shop's site, e-mail, or a page that is open to all."""

    CHAT = "chat"
    SITE = "site"
    EMAIL = "email"
    PAGE = "page"


class Reason(StrEnum):
    """Why somebody was not asked. Reasons of a channel itself are the codes of `gateway.contract.Failure`."""

    COMPLAINT = "complaint"
    ASKED_LATELY = "asked_lately"
    OPTED_OUT = "opted_out"
    NOBODY_KNOWN = "nobody_known"
    NO_WAY = "no_way"
    NOT_DRAWN = "not_drawn"
    TOO_LATE = "too_late"
    WAITS_FOR_US = "waits_for_us"
    CHANNEL_BROKEN = "channel_broken"
    QUIET_HOURS = "quiet_hours"
    WINDOW_CLOSED = "window_closed"
    IMPORT_ONLY = "import_only"
    COST_LIMIT = "cost_limit"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Wording:
    """The question with its scale's two ends, and the open question, in one language."""

    question: str
    open_question: str


@dataclass(frozen=True, slots=True)
class SurveyGiven:
    """What an owner writes of a survey. `delay_hours` after its occasion; a rhythm of `every_days` begins with the first order.

    `share` is how many in a hundred of those who may be asked are; `ways` in the order to try; `template` the approved
    message for a chat whose time to answer is over, empty for none. `words` by language: id and en.
    """

    name: str
    kind: str
    occasion: str
    delay_hours: int
    every_days: int
    share: int
    ways: tuple[str, ...]
    language: str
    template: str
    words: Mapping[str, Wording]


class SurveyError(Exception):
    """What cannot be, in a sentence for the person who asked (str of it); `field` is what it is about."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class TooLateError(Exception):
    """An answer after the hour in which it could be changed, or after the page has ended."""


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody to ask: `occasion` names what happened, `at` is when asking is due, `product` what they bought."""

    identity_id: int
    contact_id: int | None
    occasion: str
    at: datetime
    conversation_id: int | None = None
    product: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as the results show it; `contact_id` is None for somebody unknown."""

    id: int
    score: int
    words: str
    at: datetime
    way: str
    contact_id: int | None
    contact: UUID | None
    name: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """Hits among n, with Wilson's interval of 95 %."""

    hits: int
    n: int
    value: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Score:
    """The survey's own figure: points for nps, a share for csat, a mean for ces; `is_enough` at the honest sample."""

    value: float | None
    interval: tuple[float, float] | None
    n: int
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Split:
    """The figure of one part: of a way or of a month (`2026-11`)."""

    code: str
    score: Score
    asked: int


@dataclass(frozen=True, slots=True)
class Results:
    """What a survey has found in a window. `counts` is answers by score, `skipped` people by reason."""

    score: Score
    answered: Share
    counts: Mapping[int, int]
    asked: int
    skipped: Mapping[str, int]
    by_way: tuple[Split, ...]
    by_month: tuple[Split, ...]
    unhappy: int
