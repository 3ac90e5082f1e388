"""What a moment can begin with, from the closed register of the timeline, and what going on from it can mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sapa.moments.types import Measure
from sapa.timeline.kinds import KINDS

Words = str | Promise
TOPIC = "topic:"
METRIC = "metric:"


@dataclass(frozen=True, slots=True)
class Event:
    """One way into a moment: the timeline's kinds that open it, how it is named, and what serves as a first draft of a plan."""

    key: str
    kinds: tuple[str, ...]
    name: Words
    measure: Measure = Measure.BUYS
    follow_days: int = 3
    steps: tuple[Words, ...] = ()
    is_ready: bool = False

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise ValueError(f"not in the timeline's register: {sorted(unknown)}")


_ASKED_STEPS = (
    _("Baca 10 chat dari orang yang ragu di sini"),
    _("Tulis satu balasan yang jelas, simpan di Balasan"),
    _("Pasang jawabannya di tempat orang pertama melihat toko"),
    _("Latih tim memakai balasan itu"),
    _("Sapa 5 orang yang kemarin bertanya lalu diam"),
    _("Periksa 10 chat baru: apa yang masih ditanyakan?"),
    _("Kumpulkan catatan tim sebelum melihat angka"),
)
_FORM_STEPS = (
    _("Isi sendiri formulirnya lewat HP, catat yang membingungkan"),
    _("Tulis balasan pertama: siapa kita, apa langkah berikutnya"),
    _("Balas setiap formulir baru dalam 2 jam"),
    _("Latih tim membaca isi formulir sebelum menyapa"),
    _("Telepon 3 orang yang mengisi lalu diam"),
    _("Buang satu isian yang tidak perlu"),
    _("Kumpulkan catatan tim sebelum melihat angka"),
)
_INVOICE_STEPS = (
    _("Baca 10 chat setelah invoice dikirim"),
    _("Tulis ulang invoice: total, batas bayar, cara bayar"),
    _("Siapkan balasan untuk pertanyaan soal pembayaran"),
    _("Latih tim mengirim invoice dengan kalimat baru"),
    _("Ingatkan sekali dengan ramah sebelum batas bayar"),
    _("Tanya 3 orang yang belum bayar: apa yang membuat ragu?"),
    _("Kumpulkan catatan tim sebelum melihat angka"),
)
_CANCELLED_STEPS = (
    _("Baca 10 pembatalan terakhir, tulis alasannya"),
    _("Pilih satu alasan yang paling sering"),
    _("Ubah satu hal yang menyebabkannya"),
    _("Tulis balasan yang menawarkan jalan lain, tanpa memaksa"),
    _("Latih tim menanyakan alasan dengan ramah"),
    _("Sapa 3 orang yang batal pekan lalu"),
    _("Kumpulkan catatan tim sebelum melihat angka"),
)
_ARRIVED_STEPS = (
    _("Baca 10 chat setelah barang sampai"),
    _("Tulis sapaan pendek: sudah pas, ada yang perlu dibantu?"),
    _("Siapkan cara pakai atau cara merawat dalam 3 kalimat"),
    _("Latih tim menyapa dua hari setelah barang sampai"),
    _("Selesaikan keluhan hari itu juga"),
    _("Tanya 3 pembeli: apa yang paling membantu?"),
    _("Kumpulkan catatan tim sebelum melihat angka"),
)

EVENTS: Mapping[str, Event] = {
    event.key: event
    for event in (
        Event(
            "form",
            ("web.form", "lead.form", "web.signup"),
            _("Mengisi formulir"),
            steps=_FORM_STEPS,
            is_ready=True,
        ),
        Event(
            "invoice",
            ("order.placed", "payment.pending"),
            _("Menerima invoice"),
            Measure.PAYS,
            steps=_INVOICE_STEPS,
            is_ready=True,
        ),
        Event(
            "cancelled",
            ("order.cancelled", "payment.expired"),
            _("Membatalkan pesanan"),
            steps=_CANCELLED_STEPS,
            is_ready=True,
        ),
        Event(
            "arrived",
            ("order.delivered", "shipment.delivered"),
            _("Menerima barang"),
            Measure.NO_TROUBLE,
            steps=_ARRIVED_STEPS,
            is_ready=True,
        ),
        Event("chat", ("message.in",), _("Menulis chat")),
        Event("cart", ("web.cart_added", "web.checkout"), _("Mengisi keranjang di situs")),
        Event("price", ("web.price_page",), _("Melihat halaman harga")),
        Event("product", ("web.product",), _("Melihat produk di situs")),
        Event("visit", ("note.visit", "note.call"), _("Datang ke toko atau menelepon")),
        Event("paid", ("order.paid", "payment.paid"), _("Membayar"), Measure.NO_TROUBLE),
        Event("unpaid", ("payment.failed",), _("Gagal membayar"), Measure.PAYS),
        Event("shipped", ("order.shipped", "shipment.picked_up"), _("Barangnya dikirim"), Measure.NO_TROUBLE),
        Event("delayed", ("shipment.problem",), _("Kirimannya bermasalah"), Measure.NO_TROUBLE),
        Event("complained", ("note.complaint", "order.returned"), _("Mengeluh atau mengembalikan barang")),
        Event("rated", ("survey.answered", "review.posted"), _("Memberi nilai atau ulasan")),
    )
}

MEASURES: Mapping[str, Words] = {
    Measure.BUYS: _("jadi membeli"),
    Measure.PAYS: _("membayar"),
    Measure.WRITES: _("menulis lagi kepada kita"),
    Measure.NO_TROUBLE: _("tidak mengeluh, membatalkan, atau mengembalikan"),
    Measure.REVIEWS: _("menulis ulasan"),
}
FOLLOW_DAYS = (1, 2, 3, 5, 7, 14)
"""Within how many days somebody may go on."""


def steps_for(event: str) -> list[str]:
    """A first draft of seven steps in the reader's language."""
    known = EVENTS.get(event)
    return [str(one) for one in (known.steps if known and known.steps else _ASKED_STEPS)]
