"""Touchpoints told in words: the timeline knows codes, the facts behind it the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sapa.actions.rules.look import main_item_of
from sapa.actions.rules.told import shorten
from sapa.actions.wording import reader_language
from sapa.lib.money import format_money
from sapa.readings.types import INTENT_LABELS
from sapa.snapshots.types import TimelineEntry, TimelineSource
from sapa.standings.types import Dossier, OrderFact, ShopSettings, Touch

LONGEST = 160

_MEDIA = {
    "image": gettext_noop("foto"),
    "video": gettext_noop("video"),
    "audio": gettext_noop("pesan suara"),
    "sticker": gettext_noop("stiker"),
    "gif": gettext_noop("gambar bergerak"),
    "document": gettext_noop("dokumen"),
    "contact": gettext_noop("kartu kontak"),
    "location": gettext_noop("lokasi"),
}
_OUT_OF = {"nps": 10, "csat": 5, "ces": 7}


def tell_timeline(dossier: Dossier, settings: ShopSettings) -> list[TimelineEntry]:
    """Every touchpoint of the contact in order of time, in the reader's language."""
    facts = _Facts(dossier)
    return [
        TimelineEntry(
            at=touch.at.astimezone(settings.zone),
            kind=touch.kind,
            phase=phase,
            channel=touch.channel,
            summary=facts.tell(touch),
            source=TimelineSource(touch.source_kind, touch.source_key),
        )
        for touch, phase in zip(dossier.touches, dossier.phases, strict=True)
    ]


class _Facts:
    """The facts of a dossier by the key under which touchpoints name them."""

    def __init__(self, dossier: Dossier) -> None:
        self.messages = {str(one.id): one for one in dossier.messages}
        self.orders = {str(one.id): one for one in dossier.orders}
        self.notes = {str(one.id): one for one in dossier.notes}
        self.responses = {str(one.id): one for one in dossier.responses}
        self.reviews = {str(one.id): one for one in dossier.reviews}
        self.told = {one.at: one for one in dossier.told}

    def tell(self, touch: Touch) -> str:
        """One line on what happened."""
        teller = self._tellers().get(touch.source_kind)
        return teller(touch) if teller else _tell_bare(touch)

    def _tellers(self) -> Mapping[str, Callable[[Touch], str]]:
        return {
            "message": self._message,
            "order": self._order,
            "note": self._note,
            "response": self._response,
            "review": self._review,
            "origin": self._origin,
            "consent": _tell_consent,
        }

    def _message(self, touch: Touch) -> str:
        said = self.messages.get(touch.source_key)
        if said is None or said.is_deleted:
            return _("Pesan dihapus") if said else _tell_bare(touch)
        if said.text.strip():
            return shorten(said.text, LONGEST)
        if not said.media:
            return _tell_bare(touch)
        return _("Lampiran: {kinds}").format(
            kinds=", ".join(_(_MEDIA[one]) if one in _MEDIA else one for one in said.media)
        )

    def _order(self, touch: Touch) -> str:
        order = self.orders.get(touch.source_key)
        return _tell_order(touch.kind, order) if order else _tell_bare(touch)

    def _note(self, touch: Touch) -> str:
        note = self.notes.get(touch.source_key)
        if note is None:
            return _tell_bare(touch)
        return shorten(f"{note.text} → {note.outcome}" if note.outcome else note.text, LONGEST)

    def _response(self, touch: Touch) -> str:
        given = self.responses.get(touch.source_key)
        if given is None:
            return _tell_bare(touch)
        line = _("{survey}: {score} dari {out_of}").format(survey=given.survey.upper(), score=given.score, out_of=_OUT_OF[given.survey])  # fmt: skip
        return shorten(f"{line} “{given.words}”" if given.words else line, LONGEST)

    def _review(self, touch: Touch) -> str:
        review = self.reviews.get(touch.source_key)
        if review is None:
            return _tell_bare(touch)
        line = _("Ulasan {stars} bintang").format(stars=review.stars) if review.stars else _("Ulasan")
        return shorten(f"{line}: “{review.text}”" if review.text else line, LONGEST)

    def _origin(self, touch: Touch) -> str:
        told = self.told.get(touch.at)
        where = (
            (told.context or told.referrer or told.channel)
            if told
            else str(touch.measures.get("channel") or "")
        )
        return _("Tahu toko dari {where}").format(where=where) if where else _tell_bare(touch)


def _tell_order(kind: str, order: OrderFact) -> str:
    words = {
        "order.placed": _("Pesanan {number} dibuat"),
        "order.paid": _("Pesanan {number} dibayar"),
        "order.shipped": _("Pesanan {number} dikirim"),
        "order.delivered": _("Pesanan {number} sampai"),
        "order.cancelled": _("Pesanan {number} dibatalkan"),
        "order.returned": _("Pesanan {number} dikembalikan"),
        "order.refunded": _("Uang pesanan {number} dikembalikan"),
    }[kind].format(number=order.number)
    if kind != "order.placed":
        return words
    money = format_money(order.goods_total, order.currency, reader_language()) if order.goods_total else ""
    return ", ".join(part for part in (words, main_item_of(order.items), money) if part)


def _tell_consent(touch: Touch) -> str:
    if touch.measures.get("purpose") != "promotion":
        return _tell_bare(touch)
    if touch.kind == "consent.given":
        return _("Bersedia menerima promosi")
    if touch.measures.get("how") == "keyword":
        return _("Minta berhenti menerima promosi")
    return _("Tidak mau lagi menerima promosi")


def _tell_bare(touch: Touch) -> str:
    """What happened where no words stand behind it: visits, decisions, and facts that were erased."""
    words = bare_words().get(touch.kind, touch.kind)
    about = _about(touch.measures)
    return f"{words}: {about}" if about else words


def bare_words() -> dict[str, str]:
    """Each kind of touchpoint in words."""
    return {
        "message.in": _("Pesan masuk"),
        "message.out": _("Pesan keluar"),
        "web.page": _("Melihat halaman"),
        "web.price_page": _("Melihat halaman harga"),
        "web.product": _("Melihat produk"),
        "web.search": _("Mencari di situs"),
        "web.wishlist_added": _("Menyimpan ke daftar keinginan"),
        "web.cart_added": _("Memasukkan ke keranjang"),
        "web.checkout": _("Mulai membayar di situs"),
        "web.form": _("Mengisi formulir"),
        "web.ad_click": _("Mengeklik iklan"),
        "web.signup": _("Mendaftar"),
        "web.cancel_page": _("Membuka halaman batal"),
        "web.other": _("Kegiatan di situs"),
        "note.visit": _("Datang ke toko"),
        "note.call": _("Bicara lewat telepon"),
        "note.order": _("Memesan di toko"),
        "note.complaint": _("Mengeluh di toko"),
        "note.other": _("Catatan"),
        "origin.told": _("Memberi tahu asalnya"),
        "order.placed": _("Pesanan dibuat"),
        "order.paid": _("Pesanan dibayar"),
        "order.shipped": _("Pesanan dikirim"),
        "order.delivered": _("Pesanan sampai"),
        "order.cancelled": _("Pesanan dibatalkan"),
        "order.returned": _("Pesanan dikembalikan"),
        "order.refunded": _("Uang dikembalikan"),
        "review.posted": _("Menulis ulasan"),
        "survey.answered": _("Menjawab survei"),
        "action.done": _("Tindakan selesai"),
        "action.not_needed": _("Tindakan tidak diperlukan"),
        "answered.elsewhere": _("Dibalas di luar catatan"),
        "lead.form": _("Mengisi formulir"),
        "consent.given": _("Bersedia menerima pesan dari toko"),
        "consent.withdrawn": _("Tidak mau lagi menerima pesan dari toko"),
        "payment.pending": _("Pembayaran ditunggu"),
        "payment.paid": _("Pembayaran masuk"),
        "payment.failed": _("Pembayaran gagal"),
        "payment.expired": _("Batas waktu pembayaran lewat"),
        "payment.refunded": _("Uang dikembalikan"),
        "shipment.booked": _("Kurir dipesan"),
        "shipment.picked_up": _("Paket diambil kurir"),
        "shipment.in_transit": _("Paket di perjalanan"),
        "shipment.delivered": _("Paket sampai"),
        "shipment.returned": _("Paket kembali ke toko"),
        "shipment.problem": _("Ada masalah dengan paket"),
        "shipment.cancelled": _("Pengiriman dibatalkan"),
    }


def _about(measures: Mapping[str, Any]) -> str:
    parts = [str(measures[key]) for key in ("title", "product", "form", "button") if measures.get(key)]
    if not parts and measures.get("path"):
        parts = [str(measures["path"])]
    source = measures.get("utm_source")
    if source:
        campaign = measures.get("utm_content") or measures.get("utm_campaign")
        parts.append(_("dari {source}").format(source=f"{source} “{campaign}”" if campaign else source))
    return ", ".join(parts)


def topic_label(intent: str) -> str:
    """The short name of a topic in the reader's language; empty where there is none."""
    label = INTENT_LABELS.get(intent)
    if label is None:
        return ""
    return label.en if reader_language().startswith("en") else label.id
