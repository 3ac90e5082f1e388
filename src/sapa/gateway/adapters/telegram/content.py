"""What a Telegram message holds: its words and its files (https://core.telegram.org/bots/api#message)."""

from __future__ import annotations

from typing import Any

from sapa.gateway.types import Media
from sapa.gateway.wire import items, mapping, whole, words

# An animation also carries a document for old programs, so it is asked first.
_FILES = (
    ("animation", "gif"),
    ("sticker", "sticker"),
    ("video", "video"),
    ("video_note", "video"),
    ("voice", "audio"),
    ("audio", "audio"),
    ("document", "document"),
)
_MIMES = {"voice": "audio/ogg", "video_note": "video/mp4"}
_SHOWN_ONLY = ("story", "game", "paid_media", "checklist", "giveaway", "invoice")
_FRAME = frozenset(
    """message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot date
    guest_query_id business_connection_id chat forward_origin forward_from forward_from_chat forward_from_message_id
    forward_signature forward_sender_name forward_date is_topic_message is_automatic_forward reply_to_message
    external_reply quote reply_to_story reply_to_checklist_task_id via_bot edit_date has_protected_content
    is_from_offline is_paid_post media_group_id author_signature paid_star_count link_preview_options
    suggested_post_info effect_id reply_markup show_caption_above_media has_media_spoiler sender_tag""".split()
)


def read_text(message: dict[str, Any]) -> str:
    """The words of a message, as far as it has any."""
    if text := words(message.get("text")) or words(message.get("caption")):
        return text
    if poll := mapping(message.get("poll")):
        options = [words(option.get("text")) for option in items(poll.get("options"))]
        return "\n".join([words(poll.get("question")), *(f"- {option}" for option in options)])
    if dice := mapping(message.get("dice")):
        return f"{words(dice.get('emoji'))} {words(dice.get('value'))}".strip()
    if contact := mapping(message.get("contact")):
        return "\n".join(filter(None, [full_name(contact), shared_number(contact)]))
    if venue := mapping(message.get("venue")):
        return "\n".join(filter(None, [words(venue.get("title")), words(venue.get("address"))]))
    return ""


def read_media(message: dict[str, Any]) -> tuple[Media, ...]:
    """The files of a message; what only Telegram can show is named, with nothing to fetch."""
    if photos := items(message.get("photo")):
        return (_file("image", max(photos, key=_extent), mime="image/jpeg"),)
    for field, kind in _FILES:
        if found := mapping(message.get(field)):
            return (_file(kind, found, mime=_MIMES.get(field, "")),)
    if contact := mapping(message.get("contact")):
        return (Media("contact", full_name(contact)),)
    if location := mapping(message.get("location")):
        return (Media("location", f"{location.get('latitude')}, {location.get('longitude')}"),)
    if shown := next((field for field in _SHOWN_ONLY if message.get(field)), ""):
        return (Media("document", shown),)
    return ()


def unknown_fields(message: dict[str, Any]) -> str:
    """The names of what a message holds beside its frame, for whoever adds it next."""
    return ", ".join(sorted(set(message) - _FRAME))[:200]


def full_name(user: dict[str, Any]) -> str:
    """The name that a user goes by; a chat's title where it is one."""
    name = f"{words(user.get('first_name'))} {words(user.get('last_name'))}".strip()
    return name or words(user.get("title")) or words(user.get("username"))


def shared_number(contact: dict[str, Any]) -> str:
    """The number of a shared contact in its international form: Telegram leaves out the plus now and then."""
    number = words(contact.get("phone_number")).strip()
    return f"+{number}" if number and not number.startswith(("+", "0")) else number


def _extent(photo: dict[str, Any]) -> int:
    return (whole(photo.get("width")) or 0) * (whole(photo.get("height")) or 0)


def _file(kind: str, found: dict[str, Any], *, mime: str = "") -> Media:
    name = words(found.get("file_name")) or words(found.get("emoji"))
    ref = {"file_id": words(found.get("file_id")), "unique": words(found.get("file_unique_id"))}
    mime = words(found.get("mime_type")) or mime or _sticker_mime(kind, found)
    return Media(kind, name, mime, whole(found.get("file_size")), ref)


def _sticker_mime(kind: str, found: dict[str, Any]) -> str:
    if kind != "sticker":
        return ""
    if found.get("is_animated"):
        return "application/x-tgsticker"
    return "video/webm" if found.get("is_video") else "image/webp"
