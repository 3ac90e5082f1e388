"""Events: what a file, a webhook, a poll or the API yields, before it is understood.

Every source speaks these few shapes, so that everything behind them is written once.
Times are aware `datetime`s; money is an integer in minor units of `currency` (rupiah has none,
so 12500 is Rp12.500). Keys stand here as the source wrote them: `contacts.rules` normalises them
and drops what is no key (a masked value, an unreadable number).
"""

from __future__ import annotations

from sapa.gateway.types.commerce import OrderItem, OrderStated, PaymentStated, ShipmentStated
from sapa.gateway.types.messages import (
    ConversationMoved,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    Reacted,
    ReceiptGiven,
)
from sapa.gateway.types.parts import ChannelRef, ConversationRef, Key, Media, Origin, Person
from sapa.gateway.types.people import (
    Behaved,
    ConsentStated,
    FormFilled,
    KeyReplaced,
    NoteTaken,
    PersonDescribed,
    ResponseGiven,
    ReviewPosted,
)
from sapa.gateway.types.shop import (
    AnswerApproved,
    ChannelStateChanged,
    LookAgain,
    TemplateStated,
    Unsupported,
)

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
    | LookAgain
    | Unsupported
)

__all__ = [
    "AnswerApproved",
    "Behaved",
    "ChannelRef",
    "ChannelStateChanged",
    "ConsentStated",
    "ConversationMoved",
    "ConversationRef",
    "Event",
    "FormFilled",
    "Key",
    "KeyReplaced",
    "LookAgain",
    "Media",
    "MessageDeleted",
    "MessageEdited",
    "MessageReceived",
    "NoteTaken",
    "OrderItem",
    "OrderStated",
    "Origin",
    "PaymentStated",
    "Person",
    "PersonDescribed",
    "Reacted",
    "ReceiptGiven",
    "ResponseGiven",
    "ReviewPosted",
    "ShipmentStated",
    "TemplateStated",
    "Unsupported",
]
