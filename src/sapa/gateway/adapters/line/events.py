"""Webhook events of the LINE Messaging API become ours (https://developers.line.biz/en/reference/messaging-api/#webhooks).

A message is known by its own id, which a redelivery repeats; what has no message is known by its `webhookEventId`.
Reply tokens are not kept: they live for half a minute, so answers go by push.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sapa.gateway.connecting import Account
from sapa.gateway.types import (
    ChannelStateChanged,
    ConsentStated,
    ConversationRef,
    Event,
    Key,
    LookAgain,
    Media,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    Person,
    PersonDescribed,
    Unsupported,
)
from sapa.gateway.wire import dedupe_key, ident, items, mapping, moment, whole, words

NAME_HOLDS = timedelta(days=14)
"""After so long a name is asked for again, when the person writes."""

_FILES = {"image": "image", "video": "video", "audio": "audio", "file": "document"}
# What the console's Verify button sent as reply tokens, with a user who does not exist.
_TRIAL_TOKENS = frozenset({"0" * 32, "f" * 32})


def events_of_body(body: dict[str, Any], account: Account) -> list[Event]:
    """All events of one call; none for the empty call of the Verify button."""
    return [
        event
        for raw in items(body.get("events"))
        if words(raw.get("replyToken")) not in _TRIAL_TOKENS
        for event in _events(raw, account)
    ]


def _events(raw: dict[str, Any], account: Account) -> list[Event]:
    kind, at = words(raw.get("type")), moment(raw.get("timestamp"), per_second=1000)
    read = _READERS.get(kind)
    if read is None or at is None:
        return [Unsupported("event", kind)]
    return read(raw, account, at)


def _message(raw: dict[str, Any], account: Account, at: datetime) -> list[Event]:
    content = mapping(raw.get("message"))
    number, thread = ident(content.get("id")), _thread(raw)
    if not number or thread is None:
        return [Unsupported("message", words(content.get("type")))]
    text, media, unknown = _content(content, number)
    event = MessageReceived(
        channel=account.ref,
        conversation=thread,
        dedupe_key=dedupe_key("line", account.account, number),
        person=_author(raw),
        text=text,
        at=at,
        media=media,
        source=_source(raw),
        provider_id=number,
        reply_to=ident(content.get("quotedMessageId")),
    )
    found: list[Event] = [event, *_ask_for(raw, account)]
    return [*found, Unsupported("message_kind", unknown)] if unknown else found


def _ask_for(raw: dict[str, Any], account: Account) -> list[Event]:
    """LINE names nobody in its events: who somebody is, is asked apart, of members of a group through the group."""
    source = mapping(raw.get("source"))
    user, place = ident(source.get("userId")), _address(source)
    if not user or _source(raw) != "live":
        return []
    return [LookAgain(account.ref, f"person:{user if place == user else f'{place}/{user}'}", NAME_HOLDS)]


def person_of_answer(body: dict[str, Any], account: Account) -> list[Event]:
    """What `look_up_person` found."""
    profile = mapping(body.get("profile"))
    user, name = ident(profile.get("userId")), words(profile.get("displayName")).strip()
    if not user or not name:
        return [Unsupported("profile")]
    return [PersonDescribed(account.ref, replace(person_of(user), name=name), is_current_name=True)]


def _content(content: dict[str, Any], number: str) -> tuple[str, tuple[Media, ...], str]:
    """Words, files, and the name of a kind that is not known yet."""
    kind = words(content.get("type"))
    if kind == "text":
        return words(content.get("text")), (), ""
    if kind in _FILES:
        return _file(content, _FILES[kind], number)
    if kind == "sticker":
        return "", (_sticker(content),), ""
    if kind == "location":
        place = f"{content.get('latitude')}, {content.get('longitude')}"
        lines = [words(content.get("title")), words(content.get("address"))]
        return "\n".join(filter(None, lines)), (Media("location", place),), ""
    return "", (), kind or "?"


def _file(content: dict[str, Any], kind: str, number: str) -> tuple[str, tuple[Media, ...], str]:
    """A file that LINE holds is fetched by the message's id; one held elsewhere is a link, which nobody fetches unasked."""
    provider = mapping(content.get("contentProvider"))
    size, name = whole(content.get("fileSize")), words(content.get("fileName"))
    if words(provider.get("type")) == "external":
        return words(provider.get("originalContentUrl")), (Media(kind, name, size=size),), ""
    return "", (Media(kind, name, size=size, ref={"message_id": number}),), ""


def _sticker(content: dict[str, Any]) -> Media:
    keywords = content.get("keywords")
    meaning = ", ".join(words(word) for word in keywords[:3]) if isinstance(keywords, list) else ""
    sticker = ident(content.get("stickerId"), 40)
    ref = {"sticker_id": sticker} if sticker.isdecimal() else {}
    return Media("sticker", words(content.get("text")) or meaning, "image/png", ref=ref)


def _postback(raw: dict[str, Any], account: Account, at: datetime) -> list[Event]:
    """A pressed button: LINE tells the button's data and, of a date picker, what was picked."""
    pressed, thread, number = (
        mapping(raw.get("postback")),
        _thread(raw),
        ident(raw.get("webhookEventId"), 120),
    )
    picked = mapping(pressed.get("params"))
    text = " ".join(filter(None, [words(pressed.get("data")), *map(words, picked.values())]))
    if thread is None or not text or not number:
        return [Unsupported("postback")]
    return [
        MessageReceived(
            channel=account.ref,
            conversation=thread,
            dedupe_key=dedupe_key("line", account.account, "event", number, at.isoformat()),
            person=_author(raw),
            text=text,
            at=at,
            source=_source(raw),
            provider_id=f"event:{number}",
        ),
        *_ask_for(raw, account),
    ]


def _unsent(raw: dict[str, Any], account: Account, at: datetime) -> list[Event]:
    number = ident(mapping(raw.get("unsend")).get("messageId"))
    return [MessageDeleted(account.ref, number, at)] if number else [Unsupported("unsend")]


def _edited(raw: dict[str, Any], account: Account, at: datetime) -> list[Event]:
    content = mapping(raw.get("message"))
    number = ident(content.get("id"))
    if not number or words(content.get("type")) != "text":
        return [Unsupported("messageEdited", words(content.get("type")))]
    return [MessageEdited(account.ref, number, words(content.get("text")), at)]


def _followed(raw: dict[str, Any], account: Account, at: datetime) -> list[Event]:
    return [*_consent(raw, account, at, given=True), *_ask_for(raw, account)]


def _unfollowed(raw: dict[str, Any], account: Account, at: datetime) -> list[Event]:
    return _consent(raw, account, at, given=False)


def _consent(raw: dict[str, Any], account: Account, at: datetime, *, given: bool) -> list[Event]:
    """Following lets the shop serve; who leaves wants nothing more. Promotion has to be agreed to apart from it."""
    user = ident(mapping(raw.get("source")).get("userId"))
    if not user:
        return [Unsupported("follow")]
    return [
        ConsentStated(
            account.ref,
            dedupe_key("line", account.account, "follow", user, at.isoformat(), given, purpose),
            person_of(user),
            purpose,
            given,
            "provider",
            at,
        )
        for purpose in (("service",) if given else ("service", "promotion"))
    ]


def _suspended(raw: dict[str, Any], account: Account, at: datetime) -> list[Event]:
    return [ChannelStateChanged(account.ref, "suspended", at)]


def _resumed(raw: dict[str, Any], account: Account, at: datetime) -> list[Event]:
    return [ChannelStateChanged(account.ref, "", at)]


def person_of(user: str) -> Person:
    return Person(("line", user), keys=(Key("line", user),))


def _author(raw: dict[str, Any]) -> Person:
    """The writer; in a group LINE names only members who agreed to it, so nobody is known of the others."""
    source = mapping(raw.get("source"))
    if user := ident(source.get("userId")):
        return person_of(user)
    return Person(("external", f"line:{_address(source)}:unknown"))


def _thread(raw: dict[str, Any]) -> ConversationRef | None:
    """The thread, whose key is also the address to push to (its letters are not to be changed)."""
    source = mapping(raw.get("source"))
    address = _address(source)
    if not address:
        return None
    is_group = words(source.get("type")) in ("group", "room")
    return ConversationRef(address, is_group=is_group, party=None if is_group else person_of(address))


def _address(source: dict[str, Any]) -> str:
    return ident(source.get("groupId")) or ident(source.get("roomId")) or ident(source.get("userId"))


def _source(raw: dict[str, Any]) -> str:
    """On standby another program answers, so nothing may start from it here."""
    return "history" if words(raw.get("mode")) == "standby" else "live"


_READERS: dict[str, Callable[[dict[str, Any], Account, datetime], list[Event]]] = {
    "message": _message,
    "messageEdited": _edited,
    "unsend": _unsent,
    "postback": _postback,
    "follow": _followed,
    "unfollow": _unfollowed,
    "botSuspended": _suspended,
    "botResumed": _resumed,
}
