"""Events of a talk: words, changes to them, reactions, receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sapa.gateway.types.parts import ChannelRef, ConversationRef, Media, Origin, Person


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """One utterance. `person` is None when the shop wrote it; `teammate` is the shop's author as shown, if any.

    `source` is live, echo (the shop wrote it in the provider's own app, or our own send came back), history (handed over
    when the channel was connected) or import: only live starts anything. `provider_id` is the provider's message id,
    `reply_to` that of the message it answers; `client_ref` is the id that we gave with our own send, where the
    provider hands it back. `origin` is the ad, post or link that opened the talk.
    """

    channel: ChannelRef
    conversation: ConversationRef
    dedupe_key: str
    person: Person | None
    text: str
    at: datetime
    rank: int = 0
    media: tuple[Media, ...] = ()
    deleted: bool = False
    edited: bool = False
    automatic: bool = False
    teammate: str = ""
    source: str = "import"
    provider_id: str = ""
    reply_to: str = ""
    client_ref: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The author changed the words of a message known by its provider id."""

    channel: ChannelRef
    provider_id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """The author took a message back: its words and files go."""

    channel: ChannelRef
    provider_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reacted:
    """A reaction to a message; an empty `emoji` takes it back. `person` is None when the shop reacted. It opens nothing."""

    channel: ChannelRef
    provider_id: str
    person: Person | None
    emoji: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptGiven:
    """What became of a message that the shop sent: `status` is sent, delivered, read, played or failed.

    Where the provider only says "everything until then" (`up_to`), `provider_id` is empty and `conversation_key` names the
    thread. `failure` is a code of `gateway.contract.Failure`; `detail` the provider's own code and words.
    `cost` is in minor units of the business's currency, None where unknown. `client_ref` is the id that we gave with our
    send, where the provider hands it back: it names the message even if the send's own answer was lost.
    """

    channel: ChannelRef
    status: str
    at: datetime
    provider_id: str = ""
    failure: str = ""
    detail: str = ""
    conversation_key: str = ""
    up_to: datetime | None = None
    cost: int | None = None
    client_ref: str = ""


@dataclass(frozen=True, slots=True)
class ConversationMoved:
    """A thread got another key (a Telegram group that became a supergroup)."""

    channel: ChannelRef
    old_key: str
    new_key: str
    at: datetime
