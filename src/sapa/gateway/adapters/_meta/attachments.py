"""The attachments of an Instagram or Messenger message: files by an address that expires, links and places as words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sapa.gateway.adapters._meta.shapes import mapping, rows, word
from sapa.gateway.types import Media

_FILES = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "document",
    "animated_image": "gif",
    "story_mention": "image",
    "share": "image",
    "ig_post": "image",
    "ig_story": "image",
    "reel": "video",
    "ig_reel": "video",
}
_LINKS = frozenset({"fallback", "template", "post", "product"})
Attached = tuple[tuple[str, ...], tuple[Media, ...], tuple[str, ...]]


def read_attachments(message: Mapping[str, Any], kind: str) -> Attached:
    """Lines to put under the text, files, and the codes of what is not understood."""
    lines: list[str] = []
    media: list[Media] = []
    problems: list[str] = []
    sticker = bool(message.get("sticker_id"))
    for row in rows(message.get("attachments")):
        sort, payload = word(row.get("type")), mapping(row.get("payload"))
        url = word(payload.get("url"))
        if sort == "like_heart":
            lines.append("❤️")
        elif sort == "location":
            lines.append(_place(row, payload))
            media.append(Media("location", name=word(row.get("title"))))
        elif sort in _LINKS:
            lines.append(_link(row, payload))
        elif sort in _FILES and url:
            file_kind = "sticker" if sticker and sort == "image" else _FILES[sort]
            name = word(payload.get("title")) or ("" if sort in ("image", "video", "audio", "file") else sort)
            media.append(Media(file_kind, name=name[:200], ref={"url": url}))
        else:
            problems.append(f"attachment.{sort}")
    return tuple(lines), tuple(media), tuple(problems)


def _place(row: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    spot = mapping(payload.get("coordinates"))
    parts = [spot.get(name) for name in ("lat", "long")]
    if all(isinstance(part, int | float) and -360 <= part <= 360 for part in parts):
        return "https://maps.google.com/?q=" + ",".join(f"{part:.6f}" for part in parts)
    return word(row.get("title")) or word(row.get("url"))


def _link(row: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """A shared link or a template (a welcome with buttons, a product card): its own words, then its address."""
    found = [word(payload.get("text")), word(row.get("title")), word(payload.get("title"))]
    elements = [*rows(payload.get("elements")), *rows(mapping(payload.get("product")).get("elements"))]
    for element in elements:
        found += [word(element.get("title")), word(element.get("subtitle"))]
    found.append(word(row.get("url")) or word(payload.get("url")))
    return "\n".join(dict.fromkeys(filter(None, found)))
