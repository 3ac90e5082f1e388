"""TikTok Shop's webhooks become events: `type` says of what kind, `data` what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sapa.gateway.adapters.tiktokshop.orders import KIND, events_of_status
from sapa.gateway.connecting import Account
from sapa.gateway.types import (
    ChannelStateChanged,
    ConversationRef,
    Event,
    Key,
    Media,
    MessageReceived,
    Person,
    Unsupported,
)
from sapa.gateway.wire import dedupe_key, ident, mapping, moment, read_object, whole, words

_STATES = {6: "deauthorised", 7: "authorisation_ending"}
_OWN = frozenset({"SHOP", "CUSTOMER_SERVICE", "SYSTEM", "ROBOT"})
_AUTOMATIC = frozenset({"SYSTEM", "ROBOT"})
_RANKS = 10**9


def events_of_hook(body: dict[str, Any], account: Account) -> list[Event]:
    kind, at, data = whole(body.get("type")), moment(body.get("timestamp")), mapping(body.get("data"))
    if kind is None or at is None:
        return [Unsupported("hook", words(body.get("type")))]
    if kind in _STATES:
        return [ChannelStateChanged(account.ref, _STATES[kind], at)]
    if kind == 1:
        return events_of_status(data)
    if kind == 14:
        return _message(data, account, at)
    return [Unsupported("hook", str(kind))]


def _message(data: dict[str, Any], account: Account, told_at: datetime) -> list[Event]:
    number, thread = ident(data.get("message_id")), ident(data.get("conversation_id"))
    sender = mapping(data.get("sender"))
    role, author = words(sender.get("role")), ident(sender.get("im_user_id"))
    if not number or not thread or data.get("is_visible") is False:
        return [Unsupported("message", "hidden" if number else "")]
    if role not in _OWN and not author:
        return [Unsupported("message", role)]
    is_own = role in _OWN
    text, media, unknown = _content(data)
    person = None if is_own else Person((KIND, author), words(sender.get("nickname")), (Key(KIND, author),))
    event = MessageReceived(
        channel=account.ref,
        conversation=ConversationRef(thread, person.name if person else "", party=person),
        dedupe_key=dedupe_key("tiktokshop", account.account, number),
        person=person,
        text=text,
        at=moment(data.get("create_time")) or told_at,
        rank=(whole(data.get("index")) or 0) % _RANKS,
        media=media,
        automatic=role in _AUTOMATIC,
        source="echo" if is_own else "live",
        provider_id=number,
    )
    return [event, Unsupported("message_kind", unknown)] if unknown else [event]


def _content(data: dict[str, Any]) -> tuple[str, tuple[Media, ...], str]:
    """Words, files, and the name of a kind that is not known yet; what a message holds is JSON within a text."""
    kind, held = words(data.get("type")), read_object(words(data.get("content")))
    if kind == "TEXT":
        return words(held.get("content")), (), ""
    if kind in ("IMAGE", "VIDEO") and (url := words(held.get("url"))):
        return "", (Media(kind.lower(), ref={"url": url}),), ""
    if kind == "ORDER_CARD" and (number := ident(held.get("order_id"), 80)):
        return number, (), ""
    if kind in ("EMOTICONS", "STICKER"):
        return "", (Media("sticker"),), ""
    return "", (), kind or "?"
