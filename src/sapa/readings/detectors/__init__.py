"""What the words of one message name: numbers, sizes, where a person comes from, who was told of the shop.

Pure functions over text, each sure or silent: an origin or a preference that is only guessed is worse than none.
"""

from __future__ import annotations

from sapa.readings.detectors.likes import Preference, preferences
from sapa.readings.detectors.numbers import order_numbers, phones_in, tracking_numbers
from sapa.readings.detectors.origins import told_origin
from sapa.readings.detectors.referrals import Referral, referral
from sapa.readings.detectors.wishes import (
    Asked,
    asks_offer,
    asks_origin,
    asks_review_or_referral,
    offer_sent,
    resolution,
)

__all__ = [
    "Asked",
    "Preference",
    "Referral",
    "asks_offer",
    "asks_origin",
    "asks_review_or_referral",
    "offer_sent",
    "order_numbers",
    "phones_in",
    "preferences",
    "referral",
    "resolution",
    "told_origin",
    "tracking_numbers",
]
