"""Words for codes, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sapa.lib.money import format_number
from sapa.lib.phones import format_phone
from sapa.snapshots.sharing import trust_words

TRUST = ("new", "considering", "trusting", "needs_support")
TRUST_SHAPES = {"new": "○", "considering": "◐", "trusting": "●", "needs_support": "▲"}
_EXACT_BELOW = 1000


def trust(code: str) -> str:
    return trust_words().get(code, code)


def role(code: str) -> str:
    return {
        "owner": _("pemilik"),
        "supervisor": _("penyelia"),
        "member": _("anggota tim"),
        "viewer": _("hanya melihat"),
    }.get(code, code)


def phase(code: str) -> str:
    return {
        "awareness": _("kenalan"),
        "transaction": _("beli"),
        "service": _("layanan"),
        "after_sales": _("purna jual"),
        "retention": _("kembali"),
    }.get(code, "")


def stage(code: str) -> str:
    return {
        "heard": _("Tahu"),
        "asked": _("Tanya"),
        "bought": _("Beli"),
        "received": _("Terima"),
        "returned": _("Kembali"),
    }.get(code, code)


def media(kind: str) -> str:
    return {
        "image": _("foto"),
        "video": _("video"),
        "audio": _("pesan suara"),
        "sticker": _("stiker"),
        "gif": _("gambar bergerak"),
        "document": _("dokumen"),
        "contact": _("kartu kontak"),
        "location": _("lokasi"),
    }.get(kind, _("lampiran"))


_NAMES = {
    "whatsapp": "WhatsApp",
    "whatsapp_user": "WhatsApp",
    "instagram": "Instagram",
    "messenger": "Messenger",
    "telegram": "Telegram",
    "line": "LINE",
    "tiktok": "TikTok",
    "google": "Google",
    "facebook": "Facebook",
    "youtube": "YouTube",
    "marketplace:shopee": "Shopee",
    "marketplace:tokopedia": "Tokopedia",
    "marketplace:tiktokshop": "TikTok Shop",
    "marketplace:lazada": "Lazada",
}


def channel(code: str) -> str:
    """The name of a channel or of the place where an identity lives."""
    if code in _NAMES:
        return _NAMES[code]
    return {
        "email": _("e-mail"),
        "web": _("situs web"),
        "call": _("telepon"),
        "phone": _("telepon"),
        "offline": _("konter toko"),
        "shop": _("toko sendiri"),
        "referral": _("rekomendasi teman"),
        "visitor": _("pengunjung situs"),
        "external": _("nama di chat"),
        "contacts": _("daftar pelanggan"),
        "review": _("ulasan"),
        "survey": _("survei"),
        "": _("belum diketahui"),
    }.get(code, code)


def identity(kind: str, value: str) -> str:
    if kind in ("phone", "whatsapp") and value.startswith("+"):
        return format_phone(value)
    if kind in ("instagram", "tiktok", "telegram"):
        return f"{channel(kind)} @{value.lstrip('@')}"
    if kind == "external":
        return value.partition(":")[2] or value
    if kind.startswith("marketplace:"):
        return f"{channel(kind)}: {value}"
    return value


def about(count: int, language: str) -> str:
    """`± 300 rb` above a thousand, exact below."""
    if count < _EXACT_BELOW:
        return str(count)
    step = 10 ** (len(str(count)) - 2)
    rounded = round(count / step) * step
    if rounded < 10 * _EXACT_BELOW:
        return f"± {format_number(rounded, language)}"
    if rounded < _EXACT_BELOW**2:
        return _("± %(thousands)s rb") % {"thousands": format_number(rounded / 1000, language)}
    return _("± %(millions)s jt") % {"millions": format_number(rounded / 1_000_000, language, 1)}
