"""Words for channels: their groups, states, what came in and what went out, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

GROUPS = ("chat", "own", "marketplace", "payment", "shipping", "reviews")
_GROUP_OF = {"email": "own", "web": "own", "google": "reviews"}


def group_of(kind: str) -> str:
    """The group under which a kind of channel stands."""
    head = kind.partition(":")[0]
    return _GROUP_OF.get(head, head if head in GROUPS else "chat")


def group(code: str) -> str:
    return {
        "chat": _("Chat"),
        "own": _("E-mail dan situs"),
        "marketplace": _("Marketplace"),
        "payment": _("Pembayaran"),
        "shipping": _("Pengiriman"),
        "reviews": _("Ulasan"),
    }[code]


def problem(code: str) -> str:
    """What is the matter with what came in; an exception's name or a sort of event stands behind a colon."""
    head, _colon, detail = code.partition(":")
    told = {
        "": _("terbaca"),
        "unsupported": _("tidak ada yang perlu dicatat"),
        "waits": _("menunggu pesan yang dimaksud"),
        "message_unknown": _("pesan yang dimaksud tidak pernah datang"),
        "parse_failed": _("bentuknya tidak kami kenal"),
        "digest_failed": _("terbaca, tetapi gagal dicatat"),
        "no_adapter": _("saluran ini belum kami kenal"),
        "settings_unreadable": _("isian saluran tidak bisa dibuka"),
    }.get(head, head)
    return f"{told} ({detail})" if detail else told


def delivery(state: str) -> str:
    return {
        "queued": _("menunggu kirim"),
        "held": _("ditahan"),
        "taken": _("sedang dikirim"),
        "sent": _("terkirim"),
        "failed": _("gagal"),
        "uncertain": _("belum pasti"),
        "cancelled": _("dibatalkan"),
    }.get(state, state)


def outcome(code: str) -> str:
    """What became of one try."""
    return {
        "sent": _("diterima penyedia"),
        "retry": _("belum diterima, dicoba lagi"),
        "failed": _("ditolak"),
        "uncertain": _("tidak ada jawaban"),
    }.get(code, code)


def template_status(code: str) -> str:
    return {
        "approved": _("disetujui"),
        "pending": _("menunggu persetujuan"),
        "rejected": _("ditolak"),
        "paused": _("dihentikan sementara"),
    }.get(code, code)


def price_sort(code: str) -> str:
    """A sort of message by which providers bill."""
    return {
        "service": _("Balasan biasa"),
        "utility": _("Templat kabar pesanan (utility)"),
        "marketing": _("Templat promosi (marketing)"),
        "authentication": _("Templat kode masuk (authentication)"),
    }.get(code, code)
