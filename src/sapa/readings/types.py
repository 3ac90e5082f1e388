"""What one message says: the labels and the answer of the reading model.

Keys are stable and stand in exports and JSON; the words for screens beside them are plain Indonesian and
English data, translated by nobody here.
"""

from dataclasses import dataclass, field
from typing import NamedTuple


class Label(NamedTuple):
    """Short words for a screen: Indonesian first, English beside it."""

    id: str
    en: str


INTENT_LABELS: dict[str, Label] = {
    "price": Label("harga", "price"),
    "installment": Label("cicilan", "paying in parts"),
    "stock": Label("ketersediaan", "availability"),
    "product_info": Label("keterangan produk", "product details"),
    "ingredients": Label("bahan dan keamanan", "ingredients and safety"),
    "size_fit": Label("ukuran", "size and fit"),
    "promo": Label("promo dan potongan harga", "offers and discounts"),
    "shipping_cost": Label("ongkos kirim", "delivery cost"),
    "shipping_status": Label("kabar kiriman", "delivery news"),
    "payment": Label("pembayaran", "payment"),
    "order": Label("pemesanan", "ordering"),
    "cancel": Label("pembatalan", "cancelling"),
    "refund_return": Label("tukar dan uang kembali", "returns and refunds"),
    "claim_warranty": Label("garansi", "warranty"),
    "complaint": Label("keluhan", "complaint"),
    "usage_help": Label("cara pakai", "help with use"),
    "opening_hours": Label("jam buka", "opening hours"),
    "location": Label("lokasi", "location"),
    "reseller_b2b": Label("grosir dan kerja sama", "wholesale and partners"),
    "referral": Label("rekomendasi teman", "referral"),
    "testimonial": Label("cerita puas", "praise"),
    "thanks": Label("terima kasih", "thanks"),
    "greeting": Label("salam", "greeting"),
    "other": Label("di luar urusan toko", "not about the shop"),
}
INTENTS: tuple[str, ...] = tuple(INTENT_LABELS)

SENTIMENT_LABELS: dict[str, Label] = {
    "negative": Label("kecewa", "unhappy"),
    "neutral": Label("biasa saja", "neutral"),
    "positive": Label("senang", "happy"),
}
SENTIMENTS: tuple[str, ...] = tuple(SENTIMENT_LABELS)

BUYING_INTENTS: frozenset[str] = frozenset(
    {"price", "stock", "installment", "order", "payment", "size_fit", "shipping_cost"}
)
"""Questions of somebody who is about to buy; a message with one makes a hot lead."""

TOPICS: frozenset[str] = frozenset(INTENTS) - {"referral", "testimonial", "thanks", "greeting", "other"}
"""Intents over which somebody may hesitate and leave: the keys of a friction point."""

COURTESY_INTENTS: frozenset[str] = frozenset({"thanks", "greeting"})
"""Words of politeness: they carry no topic."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a machine understood in one message.

    `intent` and `sentiment` are None where the model abstains, and then the matching `abstained_…` is true.
    `confidence` has the keys `intent`, `sentiment` and `needs_human`, each 0..1: of the best label, given or
    held back, and of a person being needed; where an intent is given that stands below its line, the buying
    intents together reach it. `needs_human` is true where in doubt. `is_question`: it asks
    something. `closes`: a thank-you, a nod or a sticker that opens nothing and restarts no clock.
    """

    intent: str | None
    sentiment: str | None
    needs_human: bool
    confidence: dict[str, float] = field(hash=False)
    abstained_intent: bool
    abstained_sentiment: bool
    is_question: bool
    closes: bool
