"""One contact's facts in a bundle, and what they add up to.

Facts are named tuples, not dataclasses: an import of 300,000 orders makes millions of them, and they are
made straight from rows (a third of the time of a frozen dataclass).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sapa.conversations.service.targets import Targets
from sapa.lib.hours import Calendar, add_open_minutes
from sapa.promises.ledger import PromiseFact


class IdentityFact(NamedTuple):
    id: int
    kind: str
    value: str
    name: str
    is_key: bool


class Touch(NamedTuple):
    """One touchpoint. `channel` is the kind of its channel, empty where it has none."""

    at: datetime
    rank: int
    id: int
    identity_id: int
    kind: str
    channel: str
    channel_name: str
    source_kind: str
    source_key: str
    learned_at: datetime
    measures: dict[str, Any]
    phase: str


class MessageFact(NamedTuple):
    """One utterance with its reading; `intent` is None where there is no reading or the machine abstains.

    `is_history`: handed over when a channel was connected, so that it starts nothing.
    """

    id: int
    conversation_id: int
    identity_id: int | None
    is_in: bool
    text: str
    at: datetime
    rank: int
    learned_at: datetime
    media: tuple[str, ...]
    is_deleted: bool
    is_automatic: bool
    author: str
    intent: str | None
    sentiment: str | None
    needs_human: bool
    is_question: bool
    closes: bool
    is_history: bool = False


class ConversationFact(NamedTuple):
    """A thread of the contact with its messages; `is_whole` is False where only the contact's own are held.

    That is so in a group, and in a private thread of somebody else in which this person wrote as well.
    `target_minutes` is the channel's own reply target, None where the shop's holds.
    """

    id: int
    channel: str
    title: str
    is_group: bool
    identity_id: int | None
    messages: tuple[MessageFact, ...]
    answered_until: datetime | None
    waiting_since: datetime | None
    is_whole: bool = True
    target_minutes: int | None = None


class OrderFact(NamedTuple):
    """One order as of the moment. `received_at` is its delivery, or 2 days after it was placed where unknown."""

    id: int
    number: str
    channel: str
    identity_id: int
    status: str
    is_valid: bool
    placed_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    received_at: datetime | None
    currency: str
    goods_total: int
    items: list[dict[str, Any]]
    tracking_number: str


class NoteFact(NamedTuple):
    id: int
    identity_id: int
    act: str
    text: str
    outcome: str
    at: datetime
    learned_at: datetime


class ResponseFact(NamedTuple):
    id: int
    identity_id: int
    survey: str
    score: int
    words: str
    at: datetime
    learned_at: datetime


class ReviewFact(NamedTuple):
    id: int
    identity_id: int
    stars: int | None
    text: str
    at: datetime
    learned_at: datetime


class ToldFact(NamedTuple):
    """Where a person says they come from; `message_id` where they said it in a chat."""

    at: datetime
    channel: str
    context: str
    referrer: str
    message_id: int | None


class StatementFact(NamedTuple):
    field: str
    value: Any
    why: str
    by_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Dossier:
    """All facts of one contact, each list in order of time; derived promises and phases among them."""

    contact_id: int
    public_id: str
    name: str
    created_at: datetime
    identities: tuple[IdentityFact, ...]
    touches: tuple[Touch, ...]
    phases: tuple[str, ...]
    conversations: tuple[ConversationFact, ...] = ()
    orders: tuple[OrderFact, ...] = ()
    notes: tuple[NoteFact, ...] = ()
    responses: tuple[ResponseFact, ...] = ()
    reviews: tuple[ReviewFact, ...] = ()
    told: tuple[ToldFact, ...] = ()
    statements: tuple[StatementFact, ...] = ()
    preferences: tuple[tuple[str, str], ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    messages: tuple[MessageFact, ...] = ()

    @property
    def inbound(self) -> Iterator[MessageFact]:
        return (message for message in self.messages if message.is_in)

    @property
    def valid_orders(self) -> list[OrderFact]:
        return [order for order in self.orders if order.is_valid]


@dataclass(slots=True)
class Watch:
    """A moment, and the earliest later moment at which an answer given about it would change.

    Rules never compare with `now` themselves: they ask `reached`, so that a contact is looked at again
    exactly when something about it changes by time alone.
    """

    now: datetime
    next_at: datetime | None = None

    def reached(self, moment: datetime) -> bool:
        """Whether `moment` is past or present."""
        if moment <= self.now:
            return True
        if self.next_at is None or moment < self.next_at:
            self.next_at = moment
        return False


@dataclass(frozen=True, slots=True)
class TeammateRef:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """What the rules need to know of a business: zone, hours, targets, limits in days, and its people.

    `supervisor` hears of what waits much too long; None in a shop of one person.
    """

    business_id: int
    timezone: str
    currency: str
    calendar: Calendar
    reply_target_minutes: int
    leave_after_days: int
    churn_after_days: int
    owner: TeammateRef | None
    teammates: tuple[TeammateRef, ...] = ()
    own_names: tuple[str, ...] = ()
    after_sales_target_minutes: int | None = None
    urgent_target_percent: int = 50
    escalate_after_percent: int = 200
    supervisor: TeammateRef | None = None
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.timezone))

    def reply_due_at(self, since: datetime, target_minutes: int | None = None) -> datetime:
        """When a message that came at `since` should have been answered: the target in business hours."""
        minutes = self.reply_target_minutes if target_minutes is None else target_minutes
        return add_open_minutes(self.calendar, since, minutes)

    @property
    def targets(self) -> Targets:
        """What the shop has set for those who wait."""
        return Targets(
            self.reply_target_minutes,
            self.urgent_target_percent,
            self.escalate_after_percent,
            self.after_sales_target_minutes,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    channel: str = ""
    context: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadinessReason:
    """One visible reason for a readiness score: a code, how often, and the points it gives."""

    code: str
    count: int
    points: float


@dataclass(frozen=True, slots=True)
class Complaint:
    """The newest open complaint: what it is (message, note, response, review, order), since when, whether we answered."""

    kind: str
    id: int
    identity_id: int
    at: datetime
    learned_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class StandingValues:
    """What one contact's facts add up to. The first block is stored as `Standing`, the second serves the rules above."""

    contact_id: int
    first_seen_at: datetime
    last_seen_at: datetime
    first_heard_at: datetime | None
    first_contact_at: datetime | None
    last_in_at: datetime | None
    waiting_since: datetime | None
    origin: Origin
    stage: str
    phase: str
    trust: str
    trust_is_stated: bool
    trust_why: dict[str, Any]
    is_hot: bool
    readiness: float
    touchpoint_count: int
    order_count: int
    order_total: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    owner_id: int | None

    readiness_reasons: tuple[ReadinessReason, ...] = ()
    hot_at: datetime | None = None
    complaint: Complaint | None = None
    order_gap_days: float | None = None
    talk_gap_days: float | None = None
    usual_hour: int | None = None
