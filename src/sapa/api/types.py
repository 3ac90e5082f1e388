"""JSON of the API that no command prints: threads, messages, orders, channels, webhooks. Times are in the shop's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sapa.actions.types import ContactRef
from sapa.imports.types import FileResult, Progress
from sapa.programs.types import Scope


@dataclass(frozen=True, slots=True)
class Made:
    """The id under which a write is known, and taken back where that is possible."""

    id: str


@dataclass(frozen=True, slots=True)
class ShopLine:
    id: str
    slug: str
    name: str
    timezone: str
    currency: str


@dataclass(frozen=True, slots=True)
class Me:
    """Whose token this is, and what it may: `scopes` are those that hold now."""

    business: ShopLine
    token: str
    made_by: str
    scopes: tuple[Scope, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class TeammateLine:
    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class TeamLine:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    """The people of the shop, the groups among them, and the labels they use."""

    teammates: tuple[TeammateLine, ...]
    teams: tuple[TeamLine, ...]
    labels: tuple[TeamLine, ...]


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """One thread in a list. `contact` is null for a group and where nobody is known."""

    id: str
    name: str
    channel: str
    contact: ContactRef | None
    is_group: bool
    waiting_since: datetime | None
    last_message_at: datetime | None
    last_text: str
    assignee: str | None
    snoozed_until: datetime | None
    is_closed: bool
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyState:
    """Whether the shop may write here now: open, closed, import_only or broken; `code` says why not."""

    state: str
    code: str | None
    why: str
    closes_at: datetime | None
    templates: bool


@dataclass(frozen=True, slots=True)
class ConversationSheet:
    """One thread. `assignee` and `team` are ids."""

    id: str
    name: str
    channel: str
    contact: ContactRef | None
    is_group: bool
    waiting_since: datetime | None
    last_message_at: datetime | None
    assignee: str | None
    team: str | None
    snoozed_until: datetime | None
    is_closed: bool
    labels: tuple[TeamLine, ...]
    reply: ReplyState


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One utterance. `status` is that of what the shop sent (queued, sent, delivered, read, failed); `files` are kinds."""

    id: str
    direction: str
    at: datetime
    text: str
    author: str
    files: tuple[str, ...]
    is_automatic: bool
    is_edited: bool
    is_deleted: bool
    status: str | None


@dataclass(frozen=True, slots=True)
class SentLine:
    """A message that stands in the outbox: `id` is the sending, `message` the message."""

    id: str
    message: str
    state: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    id: str
    verdict: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """`state` is live, broken or import_only; `why` is a code."""

    id: str
    kind: str
    name: str
    state: str
    connected_at: datetime | None
    broken_since: datetime | None
    why: str | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Money in minor units of `currency`; `items` as their source states them."""

    id: str
    number: str
    channel: str
    contact: ContactRef | None
    status: str
    placed_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    goods_total: int | None
    currency: str
    items: tuple[dict[str, Any], ...]
    tracking_number: str | None


@dataclass(frozen=True, slots=True)
class ImportLine:
    """`state` is waiting, running, done, cancelled, failed, undoing or undone; `files` as `sapa import --json` prints them."""

    id: str
    state: str
    created_at: datetime
    ended_at: datetime | None
    progress: Progress
    files: tuple[FileResult, ...]


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """`state` is on or off; `off_why` is withdrawn, gone (it answered 410) or broken (nothing arrived for three days)."""

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    with_text: bool
    state: str
    off_why: str | None
    failing_since: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookMade:
    """A webhook with its secret, which is shown this once."""

    webhook: WebhookLine
    secret: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A new secret, shown this once; the former one signs beside it until `former_until`."""

    secret: str
    former_until: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """`status` is 0 where no answer came."""

    at: datetime
    status: int
    took_ms: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class CallLine:
    """One thing told to a webhook: `id` is the header `webhook-id`; `state` is waiting, sent, failed or dropped."""

    id: str
    event: str
    state: str
    happened_at: datetime
    next_try_at: datetime | None
    ended_at: datetime | None
    attempts: tuple[AttemptLine, ...]


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """One survey: `value` is points of 100 for nps, a share for csat, a mean of 1 to 7 for ces; null with too few answers.

    `interval` and `answered_interval` are of 95 %. `skipped` counts who was not asked by the code of the reason.
    """

    id: str
    name: str
    kind: str
    occasion: str
    is_running: bool
    asked: int
    answered: int
    answered_share: float | None
    answered_interval: tuple[float, float] | None
    value: float | None
    interval: tuple[float, float] | None
    sample_size: int
    unhappy: int
    skipped: dict[str, int]
