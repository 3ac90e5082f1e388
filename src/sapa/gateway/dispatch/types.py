"""What crosses the outbox: whether one may write, why not, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sapa.gateway.contract import Failure, Window

MINUTES_A_DAY = 24 * 60


class CannotSendError(Exception):
    """A message that is not sent: `code` says why, str of it says so to a teammate in their language.

    `not_before` is when the same message could go, where only the hour is wrong.
    """

    def __init__(self, code: Failure, sentence: str, not_before: datetime | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.not_before = not_before


@dataclass(frozen=True, slots=True)
class Sendability:
    """What a composer may offer. `state` is open, closed, import_only or broken; `why` is a sentence, empty where open.

    `closes_at` is the end of the window (None where there is none); `templates`: an approved template may be sent though
    the window is closed; `left` is how many messages may still follow before the customer writes again. `price` is what a
    plain reply would cost now, in minor units, None where unknown.
    """

    state: str
    closes_at: datetime | None = None
    why: str = ""
    templates: bool = False
    code: Failure | None = None
    left: int | None = None
    text_limit: int = 0
    media: Mapping[str, int] = field(default_factory=dict)
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to send. `files` are (kind, size in bytes), `file_types` their types in the same order; `purpose` is service or promotion."""

    text: str = ""
    files: tuple[tuple[str, int], ...] = ()
    has_template: bool = False
    purpose: str = "service"
    is_automatic: bool = False
    file_types: tuple[str, ...] = ()

    @property
    def is_unasked(self) -> bool:
        """Whether no person answers a person here."""
        return self.is_automatic or self.purpose == "promotion"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides whether a message may go now.

    `last_in_at` is the customer's newest own word; `closes_at` the end of the window; `sent_since` the shop's messages since
    their last word. `promotion_given` and `service_given` are the newest words on consent, None without one. `quiet` is
    (from, to) in minutes after the shop's midnight. `lacks_address`: the provider would fetch files, and cannot reach us. `price` and `spent` are minor units, this month's.
    """

    now: datetime
    zone: tzinfo
    is_live: bool = True
    can_send: bool = True
    broken_why: str = ""
    window: Window | None = None
    first_contact: bool = True
    last_in_at: datetime | None = None
    closes_at: datetime | None = None
    sent_since: int = 0
    text_limit: int = 4096
    media: Mapping[str, int] = field(default_factory=dict)
    file_types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lacks_address: bool = False
    promotion_given: bool | None = None
    service_given: bool | None = None
    quiet: tuple[int, int] = (0, 0)
    promotions_a_week: int = 1
    promotions_this_week: int = 0
    price: int | None = None
    spent: int = 0
    cost_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message may not go: `limit` is the number that was passed, `at` the moment that counts."""

    code: Failure
    limit: int | None = None
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What one message costs: `sort` is service, utility, marketing, authentication or free; `amount` in minor units."""

    sort: str
    amount: int


@dataclass(frozen=True, slots=True)
class MonthCost:
    """What a number has cost in a month: `amount` in minor units, how many messages, and free ones of these by `free`."""

    channel_id: int
    month: str
    messages: int
    free: int
    amount: int
    free_left: int | None


@dataclass(frozen=True, slots=True)
class Queued:
    """A row of the outbox as far as its turn is concerned."""

    id: int
    conversation_id: int
    recipient: str
    is_taken: bool
    is_held: bool
    due_at: datetime
