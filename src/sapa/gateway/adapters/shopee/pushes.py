"""Shopee's pushes become events: `code` says of what kind, `data` what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sapa.gateway.adapters.shopee.orders import KIND, events_of_parcel, events_of_status
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
from sapa.gateway.wire import dedupe_key, ident, mapping, moment, whole, words

_FILES = {"image": "image", "video": "video"}
_STATES = {1: "", 2: "deauthorised", 12: "authorisation_ending"}


def events_of_push(body: dict[str, Any], account: Account) -> list[Event]:
    code, at, data = whole(body.get("code")), moment(body.get("timestamp")), mapping(body.get("data"))
    if code is None or at is None:
        return [Unsupported("push", words(body.get("code")))]
    if code in _STATES:
        return [ChannelStateChanged(account.ref, _STATES[code], at)]
    if code == 3:
        return events_of_status(data, account, at)
    if code in (4, 30):
        return events_of_parcel(data, account, at)
    if code == 10:
        return _chat(data, account, at)
    return [Unsupported("push", str(code))]


def _chat(data: dict[str, Any], account: Account, pushed_at: datetime) -> list[Event]:
    content = mapping(data.get("content"))
    number, thread = ident(content.get("message_id"), 80), ident(content.get("conversation_id"), 80)
    if words(data.get("type")) != "message" or not number or not thread:
        return [Unsupported("webchat", words(data.get("type")))]
    shop = words(account.settings.get("shop_id")) or account.account
    is_own = words(content.get("from_shop_id")) == shop
    buyer, name = _other_side(content, is_own=is_own)
    if not buyer:
        return [Unsupported("webchat", "nobody")]
    party = _person(buyer, name)
    text, media, unknown = _content(content, words(content.get("message_type")))
    event = MessageReceived(
        channel=account.ref,
        conversation=ConversationRef(f"{thread}:{buyer}", name, party=party),
        dedupe_key=dedupe_key("shopee", account.account, number),
        person=None if is_own else party,
        text=text,
        at=moment(content.get("created_timestamp")) or pushed_at,
        media=media,
        source="echo" if is_own else "live",
        provider_id=number,
        reply_to=ident(mapping(content.get("quoted_msg")).get("message_id")),
    )
    return [event, Unsupported("message_kind", unknown)] if unknown else [event]


def _other_side(content: dict[str, Any], *, is_own: bool) -> tuple[str, str]:
    """The buyer's id and name: to whom we answer."""
    side = "to" if is_own else "from"
    return ident(content.get(f"{side}_id"), 40), words(content.get(f"{side}_user_name"))


def _person(buyer: str, name: str) -> Person:
    """A buyer is known to orders by the Shopee name, so that is the key where it is told."""
    if name and "*" not in name:
        return Person((KIND, name), name, (Key(KIND, name),))
    return Person(("external", f"shopee:{buyer}"), name)


def _content(message: dict[str, Any], kind: str) -> tuple[str, tuple[Media, ...], str]:
    """Words, files, and the name of a kind that is not known yet."""
    held = mapping(message.get("content"))
    if kind == "text":
        return words(held.get("text")), (), ""
    if kind in _FILES and (url := words(held.get("url")) or words(held.get("video_url"))):
        return "", (Media(_FILES[kind], ref={"url": url}),), ""
    if kind == "sticker":
        return "", (Media("sticker", ident(held.get("sticker_id"))),), ""
    if kind == "order" and (number := ident(held.get("order_sn"), 80)):
        return number, (), ""
    return "", (), kind or "?"
