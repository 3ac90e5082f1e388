"""What several rules look for in a dossier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sapa.readings.types import BUYING_INTENTS, TOPICS
from sapa.standings.rules.talk import asks
from sapa.standings.types import ConversationFact, Dossier, MessageFact, OrderFact

_LINK = re.compile(r"https?://|\bwww\.|\bwa\.me/", re.IGNORECASE)
_CONTACTED = frozenset({"action.done", "answered.elsewhere"})
_REACHABLE = frozenset({"phone", "email", "whatsapp", "whatsapp_user", "instagram", "messenger", "telegram", "line", "tiktok"})  # fmt: skip


def human_word_after(dossier: Dossier, at: datetime) -> MessageFact | None:
    """The first word of a person of the shop to this contact after `at`."""
    for said in dossier.messages:
        if not said.is_in and not said.is_automatic and said.at > at:
            return said
    return None


def was_contacted_after(dossier: Dossier, at: datetime) -> bool:
    """Whether we wrote after `at`, or a teammate marked that they got in touch some other way."""
    if human_word_after(dossier, at) is not None:
        return True
    return any(touch.kind in _CONTACTED and touch.at > at for touch in reversed(dossier.touches))


def last_contacted_elsewhere(dossier: Dossier) -> datetime | None:
    return next((touch.at for touch in reversed(dossier.touches) if touch.kind in _CONTACTED), None)


def can_be_reached(dossier: Dossier) -> bool:
    """Whether we know an address of our own, or they wrote to us; a marketplace name alone is none."""
    if any(one.kind in _REACHABLE for one in dossier.identities):
        return True
    return any(not thread.is_group for thread in dossier.conversations)


def last_question(dossier: Dossier) -> MessageFact | None:
    """The last message that asks something with a topic, else the last that asks at all."""
    found = None
    for said in reversed(dossier.messages):
        if asks(said):
            if said.intent in TOPICS:
                return said
            found = found or said
    return found


def main_question(messages: list[MessageFact]) -> MessageFact:
    """Of messages that wait for one answer, the one that names what it is about: the last that asks, else the first."""
    asking = [said for said in messages if asks(said)]
    named = [said for said in asking if said.intent in TOPICS]
    return (named or asking or messages)[-1 if named or asking else 0]


def waiting_messages(thread: ConversationFact) -> list[MessageFact]:
    """The customer's messages in a thread that wait for an answer, oldest first."""
    since = thread.waiting_since
    if since is None:
        return []
    return [said for said in thread.messages if said.is_in and not said.closes and said.at >= since]


def hot_since(dossier: Dossier, pause: timedelta) -> datetime | None:
    """When the present wish to buy began: the first sign of it after a pause of `pause` without any."""
    signs = [touch.at for touch in dossier.touches if touch.kind in ("web.ad_click", "web.form")]
    signs.extend(said.at for said in dossier.messages if said.is_in and not said.closes and said.intent in BUYING_INTENTS)  # fmt: skip
    began: datetime | None = None
    last: datetime | None = None
    for at in sorted(signs):
        if last is None or at - last >= pause:
            began = at
        last = at
    return began


def learned_at(dossier: Dossier, order: OrderFact) -> datetime:
    """When we last learnt something of this order."""
    key = str(order.id)
    found = [
        touch.learned_at
        for touch in dossier.touches
        if touch.source_kind == "order" and touch.source_key == key
    ]
    return max(found, default=order.placed_at)


def last_link(dossier: Dossier) -> int | None:
    """The shop's last message to this contact that hands over a link."""
    for said in reversed(dossier.messages):
        if not said.is_in and _LINK.search(said.text):
            return said.id
    return None


def main_item_of(items: Iterable[Mapping[str, Any]]) -> str:
    """What an order is known by: the name of its first goods, cut short."""
    for item in items:
        name = " ".join(str(item.get("name") or "").split())
        if name:
            return name if len(name) <= 40 else name[:39].rsplit(" ", 1)[0] + "…"
    return ""


def message_evidence(said: MessageFact) -> dict[str, Any]:
    return {"kind": "message", "id": said.id, "at": said.at.isoformat()}


def order_evidence(order: OrderFact) -> dict[str, Any]:
    return {"kind": "order", "id": order.id, "at": order.placed_at.isoformat()}
