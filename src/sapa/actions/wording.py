"""Actions in words: the facts behind them are read in bulk, the sentences made in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext

from sapa.actions.rules import tell_sentence, tell_why
from sapa.actions.rules.best_time import best_time
from sapa.actions.rules.look import main_item_of
from sapa.actions.rules.told import Told, first_link, shorten
from sapa.actions.types import BestTime, Evidence
from sapa.contacts.models import Identity
from sapa.conversations.models import Message, Note
from sapa.lib.hours import Calendar
from sapa.lib.names import ADDRESSES
from sapa.lib.phones import format_phone
from sapa.orders.models import Order
from sapa.responses.models import Response
from sapa.reviews.models import Review

Texts = Mapping[tuple[str, int], str]
_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Unworded:
    """An action before it is worded."""

    rule: str
    data: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Worded:
    """An action in words; `material` is the link that it hands over, if any."""

    text: str
    why: str
    evidence: tuple[Evidence, ...]
    material: str | None
    best_time: BestTime | None


def reader_language() -> str:
    """The language in which sentences are told."""
    return get_language() or "id"


def load_texts(actions: Iterable[Unworded]) -> Texts:
    """The words of all facts that these actions name: messages, notes, responses, reviews, orders by their goods."""
    wanted: dict[str, set[int]] = {}
    for action in actions:
        for kind, pk in _named(action):
            wanted.setdefault(kind, set()).add(pk)
    texts: dict[tuple[str, int], str] = {}
    for kind, ids in wanted.items():
        ordered = sorted(ids)
        for start in range(0, len(ordered), _READ_AT_ONCE):
            texts.update(_read(kind, ordered[start : start + _READ_AT_ONCE]))
    return texts


def word(
    action: Unworded,
    *,
    name: str,
    texts: Texts,
    now: datetime,
    calendar: Calendar,
    customers_hour: int | None = None,
) -> Worded:
    """One action as a sentence with its why, its evidence and its material.

    `customers_hour` is when the shop's customers write, for those whose own habit is not known.
    """
    told = Told(
        name=call_name(name) or gettext("pelanggan ini"),
        data=action.data,
        now=now,
        calendar=calendar,
        language=reader_language(),
        _=gettext,
        texts=texts,
    )
    return Worded(
        text=tell_sentence(action.rule, told),
        why=tell_why(action.rule, told),
        evidence=tuple(_evidence(one, texts, told.zone) for one in action.evidence),
        material=first_link(told.text("message", "material")),
        best_time=best_time(told, customers_hour),
    )


def call_name(name: str) -> str:
    """How we speak of a person: `Rina` for Rina Wulandari, `Bu Tuti` where the name begins with an address."""
    words = name.split()
    if len(words) > 1 and words[0].rstrip(".").casefold() in ADDRESSES:
        return " ".join(words[:2])
    if len(words) > 1 and not any(char.isdigit() for char in name):
        return words[0]
    return name.strip()


def shown_name(name: str, identities: Iterable[tuple[str, str]]) -> str:
    """A contact's name, else the address by which people would know them."""
    if name.strip():
        return name
    known = dict(reversed(list(identities)))
    for kind in ("phone", "whatsapp", "email", "instagram", "telegram", "line", "tiktok", "external"):
        if kind in known:
            return format_phone(known[kind]) if kind == "phone" else known[kind]
    return next(iter(known.values()), "")


def load_names(nameless: Sequence[int]) -> dict[int, str]:
    """What to call contacts of whom no name is known, by id."""
    found: dict[int, list[tuple[str, str]]] = {}
    keys = Identity.objects.filter(contact_id__in=nameless).order_by("id")
    for contact_id, kind, value in keys.values_list("contact_id", "kind", "value"):
        if contact_id is not None:
            found.setdefault(contact_id, []).append((kind, value))
    return {contact_id: shown_name("", identities) for contact_id, identities in found.items()}


def _named(action: Unworded) -> Iterable[tuple[str, int]]:
    kind = str(action.data.get("kind") or "")
    default = kind if action.rule == "complaint" else "response" if action.rule == "detractor" else "message"
    for key, of in (("id", default), ("material", "message"), ("order", "order")):
        if action.data.get(key) is not None:
            yield of, int(action.data[key])
    for one in action.evidence:
        yield str(one["kind"]), int(one["id"])


def _read(kind: str, ids: list[int]) -> dict[tuple[str, int], str]:
    if kind == "message":
        rows: Iterable[tuple[int, str]] = Message.objects.filter(id__in=ids).values_list("id", "text")
    elif kind == "note":
        rows = Note.objects.filter(id__in=ids).values_list("id", "text")
    elif kind == "response":
        rows = Response.objects.filter(id__in=ids).values_list("id", "words")
    elif kind == "review":
        rows = Review.objects.filter(id__in=ids).values_list("id", "text")
    elif kind == "order":
        return _read_orders(ids)
    else:
        rows = []
    return {(kind, pk): text for pk, text in rows}


def _read_orders(ids: list[int]) -> dict[tuple[str, int], str]:
    texts: dict[tuple[str, int], str] = {}
    for pk, items, number in Order.objects.filter(id__in=ids).values_list("id", "items", "number"):
        texts[("order", pk)] = main_item_of(items)
        texts[("order_number", pk)] = number
    return texts


def _evidence(one: Mapping[str, Any], texts: Texts, zone: ZoneInfo) -> Evidence:
    kind, pk = str(one["kind"]), int(one["id"])
    text = shorten(texts.get((kind, pk)) or texts.get((f"{kind}_number", pk), ""), 160)
    return Evidence(
        kind=kind, id=str(pk), at=datetime.fromisoformat(str(one["at"])).astimezone(zone), text=text
    )
