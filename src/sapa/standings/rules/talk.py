"""What one message means for its contact: whether it asks, asks as a buyer does, or complains."""

from __future__ import annotations

from sapa.readings.types import BUYING_INTENTS, COURTESY_INTENTS
from sapa.standings.types import MessageFact

_DEMANDS = frozenset({"refund_return", "claim_warranty"})
# A wish to order or to pay is the end of hesitation: it counts as asked even without a question mark.
_STATED = frozenset({"order", "payment"})


def asks(message: MessageFact) -> bool:
    """Whether a customer's message asks something of the shop; a greeting ("halo kak?") does not."""
    if not message.is_in or message.closes or message.intent in COURTESY_INTENTS:
        return False
    return message.is_question or message.intent in _STATED


def buys(message: MessageFact) -> bool:
    """Whether it asks as somebody does who is about to buy (price, stock, installment, …)."""
    return message.is_in and not message.closes and message.intent in BUYING_INTENTS


def complains(message: MessageFact, *, has_bought: bool) -> bool:
    """Whether it says that something is wrong. Before a purchase, a calm question about returns does not."""
    if not message.is_in:
        return False
    if message.intent == "complaint":
        return True
    if message.intent in _DEMANDS:
        return has_bought or message.needs_human or message.sentiment == "negative"
    return message.needs_human and message.sentiment == "negative"
