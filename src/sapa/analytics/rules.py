"""What the copy needs to know of words and links, as pure functions; the words themselves never enter it."""

from __future__ import annotations

import re

CONTACT_KINDS = ("message.in", "web.ad_click", "web.form", "web.signup", "note.visit", "note.call")
"""Touchpoints by which a person gets in contact: an ad click, a form, a message, a call, a visit to the counter."""

HOT_KINDS = ("web.ad_click", "web.form", "web.signup")
DECISION_KINDS = ("action.done", "action.not_needed", "answered.elsewhere")
ASKING_KINDS = ("web.form", "web.signup", "web.cart_added", "web.checkout", "note.visit", "note.call")
"""Touchpoints that ask without words: the step `asked` of the journey, as on the contact's sheet."""

WORD_KINDS = (
    "message.in",
    "web.form",
    "web.signup",
    "note.visit",
    "note.call",
    "note.order",
    "note.complaint",
    "note.other",
)
"""Touchpoints by which the person says something; two weeks without one and without an order is leaving."""

REACHABLE_KINDS = (
    "phone",
    "email",
    "whatsapp",
    "whatsapp_user",
    "instagram",
    "messenger",
    "telegram",
    "line",
    "tiktok",
)
"""Kinds of identity at which a shop can write to a person by itself (a marketplace name is not one)."""

_OFFERS = re.compile(
    r"\b(?:promo\w*|diskon\w*|disc(?:ount)?|voucher|kupon|cashback|flash\s?sale|clearance|cuci gudang"
    r"|potongan|harga spesial|special price|bundling|beli \d+ gratis \d+|buy \d+ get \d+|gratis ongkir"
    r"|free ongkir|kode (?:promo|voucher|diskon)|hemat (?:s/d|sampai|hingga|\d))\b|\b\d{1,2}\s?% ?off\b",
    re.IGNORECASE,
)
_NONE_ON_OFFER = re.compile(
    r"\b(?:tidak|nggak|ngga|enggak|gak|ga|tdk|gk|belum|blm|sudah habis|berakhir|no)\b[^.,;!?\n]{0,25}?"
    r"\b(?:promo\w*|diskon\w*|disc(?:ount)?|voucher|kupon|cashback|potongan|gratis ongkir|free ongkir)\b",
    re.IGNORECASE,
)
_HOSTS = {
    "instagram": "instagram",
    "ig": "instagram",
    "tiktok": "tiktok",
    "google": "google",
    "facebook": "messenger",
    "fb": "messenger",
    "meta": "messenger",
    "messenger": "messenger",
    "whatsapp": "whatsapp",
    "wa": "whatsapp",
    "telegram": "telegram",
    "t": "telegram",
    "line": "line",
    "shopee": "marketplace:shopee",
    "tokopedia": "marketplace:tokopedia",
    "lazada": "marketplace:lazada",
}
_PARTS = re.compile(r"[^a-z0-9]+")


def is_promotional(text: str) -> bool:
    """Whether a message of the shop offers a lower price or a gift; "belum ada promo" does not."""
    if _OFFERS.search(text) is None:
        return False
    return _OFFERS.search(_NONE_ON_OFFER.sub(" ", text)) is not None


def place_of(utm_source: str | None, referrer_host: str | None) -> str | None:
    """The kind of channel from which a visit came, by its link's `utm_source`, else by the referring host.

    A known platform becomes its code; an unknown `utm_source` and the shop's own or an unknown host are None.
    """
    for given in (utm_source, referrer_host):
        for part in _PARTS.split((given or "").lower()):
            if part in _HOSTS:
                return _HOSTS[part]
    return None
