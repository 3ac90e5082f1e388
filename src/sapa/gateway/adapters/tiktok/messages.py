"""Direct messages of a TikTok business account become events; the shape is TikTok's Business Messaging webhook.

The outer body names the event and the business; what happened is a JSON text within it.
"""

from __future__ import annotations

from typing import Any

from sapa.gateway.connecting import Account
from sapa.gateway.types import (
    ConversationRef,
    Event,
    Key,
    Media,
    MessageReceived,
    Person,
    ReceiptGiven,
    Unsupported,
)
from sapa.gateway.wire import dedupe_key, ident, mapping, moment, read_object, words

_EVENTS = frozenset({"im_receive_msg", "im_send_msg", "im_mark_read_msg"})


def events_of_message(body: dict[str, Any], account: Account) -> list[Event]:
    name = words(body.get("event"))
    content = read_object(words(body.get("content")))
    thread = ident(content.get("conversation_id"), 240)
    if name not in _EVENTS or not thread:
        return [Unsupported("event", name)]
    business = ident(body.get("user_openid")) or account.account
    if name == "im_mark_read_msg":
        return _read(content, account, thread, business)
    return _message(content, account, thread, business, is_echo=name == "im_send_msg")


def _message(
    content: dict[str, Any], account: Account, thread: str, business: str, *, is_echo: bool
) -> list[Event]:
    number = ident(content.get("message_id"))
    at = moment(content.get("timestamp"), per_second=1000)
    author = _person(content, "from")
    if not number or at is None or author is None:
        return [Unsupported("message", words(content.get("type")))]
    is_own = is_echo or author.record[1] == business
    customer = _person(content, "to") if is_own else author
    text, media, unknown = _content(content, thread, number)
    event = MessageReceived(
        channel=account.ref,
        conversation=ConversationRef(thread, customer.name if customer else "", party=customer),
        dedupe_key=dedupe_key("tiktok", account.account, number),
        person=None if is_own else author,
        text=text,
        at=at,
        media=media,
        source="echo" if is_own else "live",
        provider_id=number,
        reply_to=ident(mapping(content.get("referenced_message_info")).get("referenced_message_id")),
    )
    return [event, Unsupported("message_kind", unknown)] if unknown else [event]


def _content(content: dict[str, Any], thread: str, number: str) -> tuple[str, tuple[Media, ...], str]:
    """Words, files, and the name of a kind that is not known yet."""
    kind = words(content.get("type"))
    held = mapping(content.get(kind))
    if kind == "text":
        return words(held.get("body")), (), ""
    if kind in ("image", "video") and (media := ident(held.get("media_id"))):
        ref = {"conversation_id": thread, "message_id": number, "media_id": media, "type": kind.upper()}
        return "", (Media(kind, ref=ref),), ""
    if kind == "share_post":
        return words(held.get("embed_url")) or words(held.get("video_id")), (), ""
    if kind in ("sticker", "emoji"):
        return "", (Media("sticker", words(held.get("name"))),), ""
    return "", (), kind or "?"


def _person(content: dict[str, Any], side: str) -> Person | None:
    """`from` and `to` are names as shown; the id beside them is the same for this business only."""
    own = ident(mapping(content.get(f"{side}_user")).get("id"))
    return Person(("tiktok", own), words(content.get(side)), (Key("tiktok", own),)) if own else None


def _read(content: dict[str, Any], account: Account, thread: str, business: str) -> list[Event]:
    """The customer read everything until then; that the shop read is nobody's news."""
    if ident(mapping(content.get("from_user")).get("id")) == business:
        return []
    told = mapping(content.get("read")).get("last_read_timestamp") or content.get("timestamp")
    until = moment(told, per_second=1000)
    if until is None:
        return [Unsupported("read")]
    return [ReceiptGiven(account.ref, "read", until, conversation_key=thread, up_to=until)]
