"""What a WhatsApp message says: its words and its files, whatever its type."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sapa.gateway.adapters._meta.shapes import mapping, rows, word
from sapa.gateway.types import Media

Content = tuple[str, tuple[Media, ...]]
_FILE_KINDS = {"image": "image", "video": "video", "audio": "audio", "voice": "audio", "document": "document"}


def content_of(message: Mapping[str, Any]) -> Content | None:
    """The words and files of a message object, None where its type is unknown or its body is missing."""
    kind = word(message.get("type"))
    if kind in _FILE_KINDS:
        return _file(mapping(message.get(kind)), _FILE_KINDS[kind])
    reader = _READERS.get(kind)
    body = message.get(kind)
    if reader is None or (not isinstance(body, list) if kind == "contacts" else not isinstance(body, dict)):
        return None
    return reader(body)


def _file(body: Mapping[str, Any], kind: str) -> Content | None:
    media_id, url = word(body.get("id")), word(body.get("url") or body.get("link"))
    if not (media_id or url):
        return None
    ref = {"id": media_id, "url": url, "sha256": word(body.get("sha256"))}
    size = body.get("file_size")
    media = Media(
        kind=kind,
        name=word(body.get("filename")),
        mime=word(body.get("mime_type")),
        size=size if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**40 else None,
        ref={name: value for name, value in ref.items() if value},
    )
    return word(body.get("caption")), (media,)


def _text(body: Mapping[str, Any]) -> Content:
    return word(body.get("body")), ()


def _sticker(body: Mapping[str, Any]) -> Content | None:
    return _file(body, "sticker")


def _button(body: Mapping[str, Any]) -> Content:
    return word(body.get("text")) or word(body.get("payload")), ()


def _interactive(body: Mapping[str, Any]) -> Content | None:
    kind = word(body.get("type"))
    chosen = mapping(body.get(kind))
    if kind in ("button_reply", "list_reply"):
        return "\n".join(filter(None, (word(chosen.get("title")), word(chosen.get("description"))))), ()
    if kind == "nfm_reply":
        return _form(chosen), ()
    return None


def _form(reply: Mapping[str, Any]) -> str:
    """The answers of a filled form, a line each; the token of the form is nobody's words."""
    try:
        answers = json.loads(word(reply.get("response_json")) or "{}")
    except (ValueError, RecursionError):
        answers = {}
    lines = [
        f"{word(name)}: {word(value) or json.dumps(value, ensure_ascii=False)}"
        for name, value in mapping(answers).items()
        if name != "flow_token"
    ]
    return word("\n".join(lines)) or word(reply.get("body"))


def _location(body: Mapping[str, Any]) -> Content:
    spot = ",".join(_degrees(body.get(name)) for name in ("latitude", "longitude"))
    link = f"https://maps.google.com/?q={spot}" if len(spot) > 1 else ""
    lines = (word(body.get("name")), word(body.get("address")), link or word(body.get("url")))
    return "\n".join(filter(None, lines)), (Media("location", name=word(body.get("name"))),)


def _degrees(value: object) -> str:
    return f"{value:.6f}" if isinstance(value, int | float) and -360 <= value <= 360 else word(value)[:20]


def _cards(body: list[Any]) -> Content:
    cards = list(rows(body))
    media = tuple(
        Media("contact", name=word(mapping(card.get("name")).get("formatted_name"))) for card in cards
    )
    return "\n".join(_card_lines(cards)), media


def _card_lines(cards: list[Mapping[str, Any]]) -> Iterator[str]:
    for card in cards:
        name = word(mapping(card.get("name")).get("formatted_name"))
        phones = [word(row.get("phone")) or word(row.get("wa_id")) for row in rows(card.get("phones"))]
        yield " ".join(filter(None, (name, *phones)))


def _order(body: Mapping[str, Any]) -> Content:
    """A basket from the catalogue: a wish, not yet an order of ours."""
    lines = [word(body.get("text"))]
    for item in rows(body.get("product_items")):
        amount, price = item.get("quantity"), item.get("item_price")
        goods = f"{_amount(amount) or 1} × {word(item.get('product_retailer_id'))}"
        lines.append(f"{goods} @ {_amount(price)} {word(item.get('currency'))}".strip() if price else goods)
    return "\n".join(filter(None, lines)), ()


def _amount(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return word(value)


_READERS: dict[str, Callable[[Any], Content | None]] = {
    "text": _text,
    "sticker": _sticker,
    "button": _button,
    "interactive": _interactive,
    "location": _location,
    "contacts": _cards,
    "order": _order,
}
