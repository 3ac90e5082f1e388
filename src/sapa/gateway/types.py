"""Events: what a file, a webhook, a poll or the API yields, before it is understood.

Every source speaks these few shapes, so that everything behind them is written once.
Times are aware `datetime`s; money is an integer in minor units of `currency` (rupiah has none,
so 12500 is Rp12.500). Keys stand here as the source wrote them: `contacts.rules` normalises them
and drops what is no key (a masked value, an unreadable number).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Key:
    """One address by which a source knows a person: kind as in `contacts.types.KeyKind`, value as written."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """The finest identity of a source record, with the strong keys that stand beside it.

    `record` names the source record and is stable over re-imports, such as
    ("order", "shopee:261121AB12CD34"), ("row", "contacts:9f3c…"), ("chat", "whatsapp:Andi Wijaya"),
    ("visitor", "a1b2") or, where only a name is known, ("external", "whatsapp:Andi Wijaya").
    `trusted` is False where the person typed the keys anonymously: they then merge nobody.
    """

    record: tuple[str, str]
    name: str = ""
    keys: tuple[Key, ...] = ()
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """Which channel an event came by: kind (`whatsapp`, `web`, `email`, `marketplace:shopee`, `offline`, …) and the account within it."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ConversationRef:
    """A thread: its key within the channel, its title as shown, and whether many people write in it.

    `party` is the other one of a private thread where the source names them: what the shop wrote there is theirs
    even if they never answer.
    """

    key: str
    title: str = ""
    is_group: bool = False
    party: Person | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment named by a message: kind is image, video, audio, sticker, gif, document, contact or location.

    `ref` is what the channel's adapter needs to fetch it (a media id, an address): empty where there is nothing to fetch.
    `size` is in bytes.
    """

    kind: str
    name: str = ""
    mime: str = ""
    size: int | None = None
    ref: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a person says or a link shows that they come from: a kind of channel and the context around it."""

    channel: str = ""
    context: str = ""
    referrer: str = ""


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
    `cost` is in minor units of the business's currency, None where unknown.
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


@dataclass(frozen=True, slots=True)
class KeyReplaced:
    """A person's address changed and the provider vouches for it (a new number, a new business-scoped id)."""

    channel: ChannelRef
    old: Key
    new: Key
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationMoved:
    """A thread got another key (a Telegram group that became a supergroup)."""

    channel: ChannelRef
    old_key: str
    new_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsentStated:
    """A person lets the shop write to them, or no longer: `purpose` is service or promotion.

    `how` is keyword, form, provider or import; `text_version` names the words that were agreed to.
    """

    channel: ChannelRef
    dedupe_key: str
    person: Person
    purpose: str
    given: bool
    how: str
    at: datetime
    text_version: str = ""


@dataclass(frozen=True, slots=True)
class FormFilled:
    """A form on the shop's site or an advertiser's lead form: `fields` are (label, what was typed) in order."""

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    form: str
    fields: tuple[tuple[str, str], ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class PaymentStated:
    """What a payment provider says of a payment: `status` is pending, paid, failed, expired or refunded.

    `order_number` is the shop's own order number. `amount` is in minor units of `currency`.
    """

    channel: ChannelRef
    provider_id: str
    order_number: str
    status: str
    amount: int
    at: datetime
    currency: str = "IDR"
    method: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentStated:
    """What a courier says of a parcel: `status` is booked, picked_up, in_transit, delivered, returned, problem or cancelled."""

    channel: ChannelRef
    waybill: str
    courier: str
    status: str
    at: datetime
    order_number: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ChannelStateChanged:
    """The provider says that the connection itself changed: `why` is a code, empty where it works (again)."""

    channel: ChannelRef
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TemplateStated:
    """The provider's word on a message template; fields as in `gateway.models.Template`."""

    channel: ChannelRef
    name: str
    language: str
    status: str
    at: datetime
    category: str = ""
    text: str = ""
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of an order. Prices are for one piece; `list_price` is before any discount (None where unknown)."""

    sku: str
    name: str
    variant: str
    quantity: int
    price: int | None = None
    list_price: int | None = None


@dataclass(frozen=True, slots=True)
class OrderStated:
    """What one source says of one order at one time; an order is the fold of all that was stated.

    status: unpaid, paid, to_ship, shipped, delivered, completed, cancelled, returned, refunded.
    `goods_total` is goods after all discounts, without delivery; `list_total` before them; None where unknown.
    `other_numbers` are further numbers by which the buyer may name it (a Tokopedia invoice of a TikTok Shop order).
    `stated_at` orders several statements (the file's own "updated" time, else the latest time in the row).
    """

    channel: ChannelRef
    number: str
    person: Person
    status: str
    placed_at: datetime
    stated_at: datetime
    goods_total: int | None
    currency: str = "IDR"
    list_total: int | None = None
    discount_total: int | None = None
    voucher_codes: tuple[str, ...] = ()
    shipping_fee: int | None = None
    items: tuple[OrderItem, ...] = ()
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    returned_at: datetime | None = None
    tracking_number: str = ""
    masked: bool = False
    other_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonDescribed:
    """A row about a person (customer sheet, address book, web `identify`): names and keys, where they came from."""

    channel: ChannelRef
    person: Person
    at: datetime | None = None
    origin: Origin | None = None
    city: str = ""
    address: str = ""
    note: str = ""
    preferences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NoteTaken:
    """A note from the counter or a call: what happened and its outcome, in the shop's words.

    `act` is visit, call, order, complaint or other.
    """

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    text: str
    outcome: str = ""
    act: str = "visit"
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Behaved:
    """A web or app event. `kind` is a code of `timeline.kinds`; `measures` holds only measures that kind allows."""

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    kind: str
    measures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReviewPosted:
    """A public review: 1 to 5 stars (None where the source has words only)."""

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    stars: int | None
    text: str


@dataclass(frozen=True, slots=True)
class ResponseGiven:
    """An answer to a survey: `survey` is nps (0..10), csat (1..5) or ces (1..7)."""

    channel: ChannelRef
    dedupe_key: str
    person: Person
    at: datetime
    survey: str
    score: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class AnswerApproved:
    """A question with the answer that the shop has approved; kept by the source until the knowledge room is built."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that a source yields and Sapa does not understand yet; never an exception."""

    code: str
    detail: str = ""


Event = (
    MessageReceived
    | OrderStated
    | PersonDescribed
    | NoteTaken
    | Behaved
    | ReviewPosted
    | ResponseGiven
    | AnswerApproved
    | MessageEdited
    | MessageDeleted
    | Reacted
    | ReceiptGiven
    | KeyReplaced
    | ConversationMoved
    | ConsentStated
    | FormFilled
    | PaymentStated
    | ShipmentStated
    | ChannelStateChanged
    | TemplateStated
    | Unsupported
)
