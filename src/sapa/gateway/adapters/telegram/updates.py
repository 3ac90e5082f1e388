"""Updates of the Bot API become events (https://core.telegram.org/bots/api#update).

A message is known by its chat and its number there: the number alone is not unique. A chat of a connected business account
is another thread than the same person's chat with the bot, so its key begins with the connection.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sapa.gateway.adapters.telegram.content import (
    full_name,
    read_media,
    read_text,
    shared_number,
    unknown_fields,
)
from sapa.gateway.connecting import Account
from sapa.gateway.types import (
    ChannelStateChanged,
    ConsentStated,
    ConversationMoved,
    ConversationRef,
    Event,
    Key,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    Origin,
    Person,
    Reacted,
    Unsupported,
)
from sapa.gateway.wire import EPOCH, dedupe_key, ident, items, mapping, moment, whole, words

_GROUPS = frozenset({"group", "supergroup", "channel"})
_OUT = frozenset({"kicked", "left"})
_SERVICE = frozenset(
    """new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created
    supergroup_chat_created channel_chat_created message_auto_delete_timer_changed pinned_message successful_payment
    refunded_payment users_shared chat_shared connected_website write_access_allowed passport_data
    proximity_alert_triggered boost_added chat_background_set forum_topic_created forum_topic_edited forum_topic_closed
    forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden giveaway_created giveaway_winners
    giveaway_completed video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited
    web_app_data gift unique_gift chat_owner_left chat_owner_changed""".split()
)


def events_of_update(update: dict[str, Any], account: Account, received_at: datetime | None) -> list[Event]:
    """What one update says. `received_at` serves the few that carry no time of their own."""
    for field, read in _READERS.items():
        if field in update:
            return read(mapping(update[field]), account, received_at or EPOCH)
    return [Unsupported("update", ", ".join(sorted(set(update) - {"update_id"}))[:200])]


def thread_key(message: dict[str, Any]) -> str:
    """The key of the thread that a message stands in, which is also the address to answer to."""
    chat = ident(mapping(message.get("chat")).get("id"), 40) or "0"
    connection = ident(message.get("business_connection_id"), 150)
    return f"{connection}/{chat}" if connection else chat


def message_key(message: dict[str, Any]) -> str:
    return f"{thread_key(message)}:{ident(message.get('message_id'), 40)}"


def person_of(user: dict[str, Any], contact: dict[str, Any] | None = None) -> Person:
    """A user (or a chat that speaks as one). A number is theirs only where they share their own contact."""
    own = ident(user.get("id"), 40)
    keys = [Key("telegram", own)]
    if contact and words(contact.get("user_id")) == own and (number := shared_number(contact)):
        keys.append(Key("phone", number))
    return Person(("telegram", own), full_name(user), tuple(keys))


def _message(message: dict[str, Any], account: Account, received_at: datetime) -> list[Event]:
    at = moment(message.get("date"))
    if not message.get("chat") or at is None:
        return [Unsupported("message", unknown_fields(message))]
    if moved := _moved(message, account, at):
        return [moved]
    if service := _SERVICE & message.keys():
        return [Unsupported("service_message", ", ".join(sorted(service)))]
    text, media = read_text(message), read_media(message)
    if text or media:
        return [_received(message, account, at, text, media)]
    unknown = unknown_fields(message)
    note = Unsupported("message_kind", unknown)
    return [_received(message, account, at, "", ()), note] if unknown else [note]


def _received(
    message: dict[str, Any], account: Account, at: datetime, text: str, media: tuple[Any, ...]
) -> MessageReceived:
    author = _author(message, account)
    replied = mapping(message.get("reply_to_message"))
    key = message_key(message)
    return MessageReceived(
        channel=account.ref,
        conversation=_conversation(message),
        dedupe_key=dedupe_key("telegram", account.account, key),
        person=author,
        text=text,
        at=at,
        rank=whole(message.get("message_id")) or 0,
        media=media,
        edited="edit_date" in message,
        automatic=_is_automatic(message),
        source="live" if author else "echo",
        provider_id=key,
        reply_to=message_key({**replied, "business_connection_id": message.get("business_connection_id")})
        if replied
        else "",
        origin=_origin(text),
    )


def _author(message: dict[str, Any], account: Account) -> Person | None:
    """Who wrote it; None for the shop: the bot, an anonymous administrator, the owner of a connected account."""
    user, chat = mapping(message.get("from")), mapping(message.get("chat"))
    speaker = mapping(message.get("sender_chat"))
    if speaker:
        is_own = speaker.get("id") == chat.get("id") or message.get("is_automatic_forward")
        return None if is_own else person_of(speaker)
    if chat.get("type") == "channel" or words(user.get("id")) == account.account:
        return None
    if message.get("business_connection_id") and user.get("id") != chat.get("id"):
        return None
    return person_of(user or chat, mapping(message.get("contact")))


def _is_automatic(message: dict[str, Any]) -> bool:
    user = mapping(message.get("from"))
    return bool(message.get("is_automatic_forward") or message.get("is_from_offline") or user.get("is_bot"))


def _conversation(message: dict[str, Any]) -> ConversationRef:
    chat = mapping(message.get("chat"))
    is_group = words(chat.get("type")) in _GROUPS
    return ConversationRef(
        thread_key(message), full_name(chat), is_group, None if is_group else person_of(chat)
    )


def _origin(text: str) -> Origin | None:
    """A link t.me/<bot>?start=<word> opens the talk with that word."""
    command, _, word = text.partition(" ")
    return Origin("telegram", word.strip()[:200]) if command == "/start" and word.strip() else None


def _moved(message: dict[str, Any], account: Account, at: datetime) -> ConversationMoved | None:
    chat = thread_key(message)
    if new := ident(message.get("migrate_to_chat_id")):
        return ConversationMoved(account.ref, chat, new, at)
    if old := ident(message.get("migrate_from_chat_id")):
        return ConversationMoved(account.ref, old, chat, at)
    return None


def _edited(message: dict[str, Any], account: Account, received_at: datetime) -> list[Event]:
    at = moment(message.get("edit_date")) or moment(message.get("date"))
    if not message.get("chat") or at is None:
        return [Unsupported("edited_message", unknown_fields(message))]
    if "location" in message:
        return [Unsupported("live_location", message_key(message))]
    return [MessageEdited(account.ref, message_key(message), read_text(message), at)]


def _pressed(query: dict[str, Any], account: Account, received_at: datetime) -> list[Event]:
    """A button under one of our messages: its words are what the person says."""
    message, user = mapping(query.get("message")), mapping(query.get("from"))
    key = ident(query.get("id"))
    if not message.get("chat") or not user or not key:
        return [Unsupported("callback_query", key)]
    data = words(query.get("data"))
    rows = mapping(message.get("reply_markup")).get("inline_keyboard")
    buttons = [button for row in (rows if isinstance(rows, list) else []) for button in items(row)]
    text = next((words(one.get("text")) for one in buttons if one.get("callback_data") == data), data)
    return [
        MessageReceived(
            channel=account.ref,
            conversation=_conversation(message),
            dedupe_key=dedupe_key("telegram", account.account, "callback", key),
            person=person_of(user),
            text=text,
            at=received_at if received_at != EPOCH else moment(message.get("date")) or EPOCH,
            source="live",
            provider_id=f"callback:{key}",
            reply_to=message_key(message),
        )
    ]


def _reacted(reaction: dict[str, Any], account: Account, received_at: datetime) -> list[Event]:
    """The newest reaction stands for what a person feels; none left takes it back."""
    at, chat = moment(reaction.get("date")), mapping(reaction.get("chat"))
    if not chat or at is None:
        return [Unsupported("message_reaction")]
    user, speaker = mapping(reaction.get("user")), mapping(reaction.get("actor_chat"))
    is_own = words(user.get("id")) == account.account if user else speaker.get("id") == chat.get("id")
    left = items(reaction.get("new_reaction"))
    emoji = (words(left[-1].get("emoji")) or "⭐") if left else ""
    person = None if is_own else person_of(user or speaker)
    return [Reacted(account.ref, message_key(reaction), person, emoji, at)]


def _membership(change: dict[str, Any], account: Account, received_at: datetime) -> list[Event]:
    """In a private chat: the person blocked the bot, or let it write again. Promotion has to be agreed to anew."""
    chat, at = mapping(change.get("chat")), moment(change.get("date"))
    status = words(mapping(change.get("new_chat_member")).get("status"))
    if chat.get("type") != "private" or at is None or not status:
        return [Unsupported("my_chat_member", f"{words(chat.get('type'))} {status}".strip())]
    given = status not in _OUT
    return [
        ConsentStated(
            account.ref,
            dedupe_key("telegram", account.account, "member", chat.get("id"), at.isoformat(), purpose),
            person_of(chat),
            purpose,
            given,
            "provider",
            at,
        )
        for purpose in (("service",) if given else ("service", "promotion"))
    ]


def _connection(connection: dict[str, Any], account: Account, received_at: datetime) -> list[Event]:
    why = "" if connection.get("is_enabled") else "business_disconnected"
    return [ChannelStateChanged(account.ref, why, moment(connection.get("date")) or received_at)]


def _deleted(batch: dict[str, Any], account: Account, received_at: datetime) -> list[Event]:
    numbers = batch.get("message_ids")
    found = [ident(number, 40) for number in numbers] if isinstance(numbers, list) else []
    thread = thread_key(batch)
    return [MessageDeleted(account.ref, f"{thread}:{one}", received_at) for one in found if one]


_READERS: dict[str, Callable[[dict[str, Any], Account, datetime], list[Event]]] = {
    "message": _message,
    "edited_message": _edited,
    "channel_post": _message,
    "edited_channel_post": _edited,
    "business_message": _message,
    "edited_business_message": _edited,
    "deleted_business_messages": _deleted,
    "business_connection": _connection,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
}
UPDATES = tuple(_READERS)
