"""What the sentences of the rules are made of: names, quotes and times in the reader's language. No Django."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sapa.conversations.service.targets import measure_wait
from sapa.lib.dates import format_due, format_duration, format_relative, format_wait
from sapa.lib.hours import Calendar
from sapa.readings.detectors import preferences

Translate = Callable[[str], str]

QUOTE_LENGTH = 70
_SIZE = r"(?:[SML]|X{1,3}[SL]|[2-5]XL|\d{2})"
_LINK = re.compile(r"https?://\S+|\bwww\.\S+|\bwa\.me/\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """One action with what its wording needs. `texts` are the words of facts by kind and id; `calendar` the shop's hours."""

    name: str
    data: Mapping[str, Any]
    now: datetime
    calendar: Calendar
    language: str
    _: Translate
    texts: Mapping[tuple[str, int], str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.calendar.timezone)

    def at(self, key: str) -> datetime:
        """A time of the data."""
        return datetime.fromisoformat(str(self.data[key]))

    def when(self, key: str) -> str:
        """A time of the data as seen from now: `kemarin 14.30`."""
        return format_relative(self.at(key), self.now, self.zone, self.language)

    def due(self, key: str) -> str:
        """A due time of the data: `besok`, `hari ini 15.00`."""
        return format_due(self.at(key), self.now, self.zone, self.language)

    def since(self, key: str) -> str:
        """How long ago a time of the data is: `2 j 10 mnt`."""
        return format_duration(max(self.now - self.at(key), timedelta(0)), self.language)

    def waited(self, key: str) -> str:
        """How long somebody has been waiting since a time of the data, in business hours: `5 jam buka`."""
        wait = measure_wait(self.calendar, self.at(key), self.now)
        return format_wait(wait.open_for, wait.whole, self.language)

    def days_since(self, key: str) -> int:
        return max(0, (self.now - self.at(key)).days)

    def text(self, kind: str = "message", key: str = "id") -> str:
        """The words of the fact whose id stands in the data under `key`; empty where they are gone."""
        pk = self.data.get(key)
        return self.texts.get((kind, int(pk)), "") if pk is not None else ""

    def quote(self, kind: str = "message", key: str = "id") -> str:
        """Those words cut to a line, in quotation marks; empty where there are none."""
        text = self.text(kind, key)
        return f"“{shorten(text)}”" if text.strip() else ""

    def asked(self) -> str:
        """What was asked, in a few words: `tanya stok sage L`; a quote where the topic is not known."""
        topic = ASKED.get(str(self.data.get("topic") or ""))
        words = self._(topic) if topic else ""
        if words and self.data.get("topic") in OF_GOODS:
            return f"{words} {about(self.text())}".strip()
        return words or self.quote()


def about(text: str) -> str:
    """The goods that a message names by colour, size or variant: `sage L`; empty where it names none."""
    liked = preferences(text)
    words = [one.value for one in liked]
    if not any(one.kind == "size" for one in liked):
        for colour in (one.value for one in liked if one.kind == "colour"):
            beside = re.search(rf"\b{re.escape(colour)}\s+({_SIZE})\b", text, re.IGNORECASE)
            if beside:
                words.insert(words.index(colour) + 1, beside.group(1).upper())
    return " ".join(dict.fromkeys(words))


def shorten(text: str, length: int = QUOTE_LENGTH) -> str:
    """One line of at most `length` characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def first_link(text: str) -> str | None:
    """The first link in a text."""
    found = _LINK.search(text)
    return found.group().rstrip(".,;:!?)”\"'") if found else None


OF_GOODS = frozenset({"price", "installment", "stock", "product_info", "size_fit", "order"})
"""Topics of which it helps to name the goods: `tanya stok sage L`, but not `tanya alamat L`."""


def _(text: str) -> str:
    """Marks words for translation; they are translated when they are told."""
    return text


ASKED: dict[str, str] = {
    "price": _("tanya harga"),
    "installment": _("tanya cicilan"),
    "stock": _("tanya stok"),
    "product_info": _("tanya produk"),
    "ingredients": _("tanya bahan"),
    "size_fit": _("tanya ukuran"),
    "promo": _("tanya promo"),
    "shipping_cost": _("tanya ongkir"),
    "shipping_status": _("tanya kiriman"),
    "payment": _("soal pembayaran"),
    "order": _("mau pesan"),
    "cancel": _("mau batal"),
    "refund_return": _("minta tukar atau uang kembali"),
    "claim_warranty": _("klaim garansi"),
    "complaint": _("ada keluhan"),
    "usage_help": _("tanya cara pakai"),
    "opening_hours": _("tanya jam buka"),
    "location": _("tanya alamat"),
    "reseller_b2b": _("tanya grosir atau kerja sama"),
    "referral": _("mengajak teman"),
    "testimonial": _("bercerita puas"),
}
