"""Where a contact came from: the channel with the real context around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile

from sapa.standings.types import ConversationFact, Dossier, Origin, Touch

_SOURCES = {
    "ig": "instagram",
    "instagram.com": "instagram",
    "l.instagram.com": "instagram",
    "fb": "facebook",
    "facebook.com": "facebook",
    "m.facebook.com": "facebook",
    "l.facebook.com": "facebook",
    "tt": "tiktok",
    "tiktok.com": "tiktok",
    "www.tiktok.com": "tiktok",
    "google.com": "google",
    "www.google.com": "google",
    "google.co.id": "google",
    "www.google.co.id": "google",
    "adwords": "google",
    "wa": "whatsapp",
    "wa.me": "whatsapp",
    "api.whatsapp.com": "whatsapp",
    "shopee": "marketplace:shopee",
    "shopee.co.id": "marketplace:shopee",
    "tokopedia": "marketplace:tokopedia",
    "www.tokopedia.com": "marketplace:tokopedia",
    "tokopedia.com": "marketplace:tokopedia",
    "lazada": "marketplace:lazada",
    "lazada.co.id": "marketplace:lazada",
}
_NAMES_ONLY = {
    "instagram": frozenset("instagram ig insta".split()),
    "tiktok": frozenset("tiktok tik tok tt".split()),
    "facebook": frozenset("facebook fb".split()),
    "whatsapp": frozenset("whatsapp wa".split()),
    "google": frozenset("google maps gmaps".split()),
    "web": frozenset("web website situs online".split()),
    "referral": frozenset(
        "teman temen kawan saudara keluarga tetangga rekomendasi referral friend friends".split()
    ),
    "marketplace:shopee": frozenset({"shopee"}),
    "marketplace:tokopedia": frozenset({"tokopedia", "tokped"}),
    "marketplace:lazada": frozenset({"lazada"}),
    "offline": frozenset("offline toko datang langsung".split()),
}
_FILLER = frozenset("dari dr lewat via di kak ya the from".split())
_WORD = re.compile(r"[^\W_]+")
_LINK_WORDS = ("utm_content", "utm_campaign", "utm_term", "title")
_WEB = "web."
_TOLD = "origin.told"
_LONGEST = 300
# The channel of a shop's own order table: no place where people hear of anything.
_ORDER_BOOK = "shop"


def find_origin(dossier: Dossier) -> Origin:
    """The first of: what the person told, a link or ad click, a first web visit, the first channel.

    `context` is empty where only the channel is known. Later web visits do not overrule the first touch:
    a link counts only while nothing but links and visits came before it.
    """
    told = _told(dossier)
    if told is not None and (told.context or told.channel):
        return _with_link(told, dossier.touches) if not told.context else told
    linked = _linked(dossier.touches)
    if linked is not None:
        return linked
    if not dossier.touches:
        return Origin()
    return _first_channel(dossier)


def _told(dossier: Dossier) -> Origin | None:
    """What was told with a context stands before what names a channel only; the earliest of each."""
    best: Origin | None = None
    for told in dossier.told:
        context = _real_context(told.channel, told.context) or (told.referrer and f"@{told.referrer}") or ""
        if best is None or (context and not best.context):
            best = Origin(told.channel or ("referral" if told.referrer else ""), context[:_LONGEST], told.at)
        if best.context:
            break
    return best


def _real_context(channel: str, context: str) -> str:
    """The context, empty where it only says the channel's name again (`dari IG kak`)."""
    words = {word.casefold() for word in _WORD.findall(context)} - _FILLER
    return "" if words <= _NAMES_ONLY.get(channel, frozenset()) else context


def _with_link(told: Origin, touches: Iterable[Touch]) -> Origin:
    linked = _linked(touches)
    if linked is not None and linked.channel == told.channel:
        return linked
    return told


def _linked(touches: Iterable[Touch]) -> Origin | None:
    """The earliest visit that names its source, of those before the first word or order, with the first button pressed."""
    visits = [
        touch
        for touch in takewhile(lambda touch: touch.kind.startswith(_WEB) or touch.kind == _TOLD, touches)
        if touch.kind != _TOLD
    ]
    first_visit: Origin | None = None
    for place, touch in enumerate(visits):
        named = link_origin(touch)
        if named is not None and named.context:
            return named if touch.measures.get("button") else _with_button(named, visits[place + 1 :])
        first_visit = first_visit or named
    return first_visit


def _with_button(origin: Origin, later: Iterable[Touch]) -> Origin:
    """What the visit led to: `Cara Bedakan Jahe Asli → Konsultasi Gratis`."""
    button = next((str(touch.measures["button"]) for touch in later if touch.measures.get("button")), "")
    return replace(origin, context=f"{origin.context} → {button}"[:_LONGEST]) if button else origin


def link_origin(touch: Touch) -> Origin | None:
    """What a visit's link words say: `TikTok`, `Cara Pilih Ukuran → Tanya Stok`. None where they say nothing."""
    source = str(touch.measures.get("utm_source") or "").strip().lower()
    referrer = str(touch.measures.get("referrer") or "").strip().lower()
    host = referrer.split("//")[-1].split("/")[0].split("?")[0]
    channel = _SOURCES.get(source, source) or _SOURCES.get(host, host)
    if not channel and touch.kind != "web.ad_click":
        return None
    words = next((str(touch.measures[key]) for key in _LINK_WORDS if touch.measures.get(key)), "")
    button = str(touch.measures.get("button") or "")
    context = " → ".join(part for part in (words, button) if part) or (referrer if host != referrer else "")
    return Origin(channel[:32] or "web", context[:_LONGEST], touch.at)


def _first_channel(dossier: Dossier) -> Origin:
    """The channel of the first touch; a group's name or a page's title is a context, a bare channel is not."""
    first = dossier.touches[0]
    context = ""
    if first.kind.startswith(_WEB):
        context = str(first.measures.get("title") or first.measures.get("path") or "")
    elif first.measures.get("group"):
        context = next(
            (thread.title for thread in dossier.conversations if thread.is_group and _began(thread, first)),
            "",
        )
    channel = "" if first.channel == _ORDER_BOOK else first.channel
    return Origin(channel, context[:_LONGEST], first.at)


def _began(thread: ConversationFact, first: Touch) -> bool:
    return bool(thread.messages) and thread.messages[0].at == first.at
