"""Kinds of channel in the words of shops: "IG", "Tokped", "teman saya", "offline store"."""

from __future__ import annotations

import re
from functools import lru_cache

from sapa.gateway.types import Origin

_KINDS: tuple[tuple[str, str], ...] = (
    ("marketplace:tiktokshop", r"tik\s*tok\s*shop|tts\b|keranjang kuning"),
    ("marketplace:shopee", r"sh?opee|\bshp\b"),
    ("marketplace:tokopedia", r"tokopedia|tokped|\btoped\b"),
    ("marketplace:lazada", r"lazada|\blzd\b"),
    ("marketplace:blibli", r"blibli"),
    ("instagram", r"instagram|\big\b|\binsta\b|\breels?\b"),
    ("tiktok", r"tik\s*tok|\btt\b"),
    ("facebook", r"facebook|\bfb\b|\bmeta\b"),
    ("messenger", r"messenger"),
    ("whatsapp", r"whats\s*app|\bwa\b|\bwag\b|grup wa"),
    ("telegram", r"telegram|\btele\b"),
    ("line", r"\bline\b"),
    ("youtube", r"youtube|\byt\b"),
    ("google", r"google|gmaps|google ?maps|\bmaps\b|\bgbp\b|pencarian"),
    ("referral", r"teman|temen|saudara|keluarga|tetangga|referral|referensi|rekomendasi|word of mouth|mulut ke mulut|\bdari (?:bu|pak|kak|mbak|mas)\b"),
    ("email", r"e-?mail|newsletter|surel"),
    ("web", r"web\s*site|\bweb\b|situs|toko online|landing|online store|\bblog\b"),
    ("offline", r"offline|toko|kasir|gerai|outlet|store|bazaa?r|pameran|event|booth|lewat depan|walk.?in|datang langsung|brosur|spanduk"),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)


@lru_cache(maxsize=4096)
def channel_kind(text: str) -> str:
    """The kind of channel that the words name (`gateway.types.ChannelRef`), "" where they name none."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text)), "")


def origin_of(told: str, referrer: str = "") -> Origin | None:
    """Where a person says that they come from, with their own words as the context; None where nothing is said."""
    if not told and not referrer:
        return None
    channel = channel_kind(told)
    if referrer and not channel:
        channel = "referral"
    return Origin(channel=channel, context=told, referrer=referrer)
