"""The state of an order in the words of marketplaces, shop programs and shops, Indonesian and English."""

from __future__ import annotations

import re
from functools import lru_cache

from sapa.imports.formats.columns import plain_name

RANKS = {
    "unpaid": 0, "paid": 1, "to_ship": 2, "shipped": 3, "delivered": 4, "completed": 5,
    "cancelled": 6, "refunded": 7, "returned": 8,
}  # fmt: skip
GONE = frozenset({"cancelled", "refunded", "returned"})

_EXACT = {
    "shopee": {"telah dikirim": "delivered", "perlu dikirim": "to_ship", "to receive": "delivered"},
    "tiktokshop": {
        "tertunda": "unpaid", "on hold": "paid", "perlu dikirim": "to_ship", "dikirim": "shipped", "terkirim": "delivered",
        "menunggu pengiriman": "to_ship", "menunggu pengambilan": "to_ship", "menunggu pickup": "to_ship",
        "awaiting shipment": "to_ship", "awaiting collection": "to_ship", "transit": "shipped", "sedang transit": "shipped",
        "partially shipped": "shipped", "partially shipping": "shipped",
    },
    "lazada": {
        "pending": "paid", "packed": "to_ship", "repacked": "to_ship", "ready to ship": "to_ship", "ready to ship pending": "to_ship",
        "topack": "paid", "toship": "to_ship", "shipping": "shipped", "confirmed": "completed", "failed": "returned",
        "failed delivery": "returned", "package returned": "returned", "in transit returning to seller": "returned",
        "shipped back": "returned", "shipped back success": "returned", "shipped back failed": "returned",
        "lost by 3pl": "cancelled", "damaged by 3pl": "cancelled", "package scrapped": "cancelled",
    },
    "tokopedia": {
        "pesanan baru": "paid", "siap dikirim": "to_ship", "dalam pengiriman": "shipped", "tiba di tujuan": "delivered",
        "pesanan tiba": "delivered", "dikomplain": "delivered", "sampai tujuan": "delivered", "terverifikasi": "paid",
        "pembayaran terverifikasi": "paid", "menunggu respons penjual": "paid", "menunggu konfirmasi": "paid",
    },
}  # fmt: skip
_ANYWHERE = {
    "unpaid": "unpaid", "pending payment": "unpaid", "pending": "unpaid", "voided": "cancelled", "expired": "cancelled",
    "authorized": "unpaid", "on hold": "unpaid", "processing": "paid", "fulfilled": "shipped", "unfulfilled": "paid",
    "partial": "shipped", "partially fulfilled": "shipped", "partially paid": "unpaid", "partially refunded": "paid",
    "paid": "paid", "open": "paid", "new": "paid", "baru": "paid", "lunas": "paid", "done": "completed", "ok": "completed",
    "closed": "completed", "sukses": "completed", "success": "completed", "berhasil": "completed", "complete": "completed",
    "sent": "shipped", "terkirim": "delivered", "sampai": "delivered", "tiba": "delivered", "received": "delivered",
    "telah dikirim": "shipped", "dp": "unpaid", "booking": "unpaid", "piutang": "unpaid", "hutang": "unpaid", "tempo": "unpaid",
    "draft": "unpaid", "po": "paid", "pre order": "paid", "confirmed": "paid", "shipping": "shipped", "batal": "cancelled",
    "trash": "cancelled", "failed": "cancelled", "wc failed": "cancelled", "wc on hold": "unpaid", "refund": "refunded", "retur": "returned", "cod": "to_ship",
}  # fmt: skip
_PARTS: tuple[tuple[str, str], ...] = (
    ("unpaid", r"belum (?:di)?(?:bayar|lunas)|menunggu (?:pembayaran|bayar)|awaiting payment|unpaid|to pay"),
    ("cancelled", r"batal|cancel|gagal(?! kirim)|ditolak penjual|rejected|void|expired|kedaluwarsa|kadaluarsa"),
    ("returned", r"retur|dikembalikan|pengembalian barang|returned|return|gagal kirim|gagal dikirim"),
    ("refunded", r"refund|pengembalian dana|dana kembali|dana dikembalikan|uang kembali"),
    ("to_ship", r"(?:perlu|siap|akan|belum) (?:di)?kirim|to ship|ready to ship|dikemas|dipacking|packing|packed|menunggu pengiriman|menunggu kurir|menunggu pick"),
    ("completed", r"selesai|complet|finish|beres|tuntas"),
    ("delivered", r"deliver(?:ed)|sudah (?:sampai|diterima|tiba)|telah (?:sampai|diterima|tiba)|diterima|sampai|tiba di"),
    ("shipped", r"dikirim|pengiriman|shipped|shipping|in transit|transit|perjalanan|kurir|on delivery|out for delivery"),
    ("paid", r"(?:di|ter|sudah |telah )bayar|lunas|paid|diproses|proses|terverifikasi|diterima penjual|processing"),
)  # fmt: skip
_PATTERNS = tuple((status, re.compile(pattern)) for status, pattern in _PARTS)
_AGREED = re.compile(
    r"setuju|selesai|berhasil|complet|approved|accepted|refunded|returned|dikembalikan|success"
)
_REFUSED = re.compile(r"tolak|batal|reject|cancel|tutup|closed|gagal|withdraw|ditarik")


@lru_cache(maxsize=4096)
def status_of(text: str, market: str = "") -> str:
    """The status that the words name (a status of `OrderStated`), "" where they name none that is known."""
    name = plain_name(text)
    if not name:
        return ""
    known = _EXACT.get(market, {}).get(name) or _ANYWHERE.get(name)
    return known or next((status for status, pattern in _PATTERNS if pattern.search(name)), "")


@lru_cache(maxsize=4096)
def is_return_agreed(text: str) -> bool:
    """Whether the words about a return or refund say that it went through, not only that it was asked for."""
    name = plain_name(text)
    return bool(_AGREED.search(name)) and not _REFUSED.search(name)


def of_rows(statuses: list[str]) -> str:
    """The status of an order from those of its rows.

    A row that is gone (cancelled, returned, refunded) does not make the order gone while another stands;
    of those that stand, the one that has come least far says how far the order is. "" where no row says.
    """
    if len(statuses) == 1:
        return statuses[0]
    said = [status for status in statuses if status]
    standing = [status for status in said if status not in GONE]
    if standing:
        return min(standing, key=RANKS.__getitem__)
    return max(said, key=RANKS.__getitem__, default="")
