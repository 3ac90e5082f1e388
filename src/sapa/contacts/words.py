"""The evidence of a suggestion, worded in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sapa.lib.phones import format_phone


def say_evidence(code: str, value: str) -> str:
    """One sentence for one piece of evidence; raises KeyError for an unknown code."""
    sentences = {
        "named_order": _("Menyebut pesanan %(value)s di chatnya"),
        "order_told": _("Toko menulis pesanan %(value)s kepadanya"),
        "named_with_others": _("Menyebut pesanan %(value)s, di samping pesanan orang lain"),
        "named_one_of_several": _("Menyebut nomor %(value)s, nomor beberapa pesanan"),
        "named_with_many": _("Menyebut pesanan %(value)s, di antara pesanan banyak orang"),
        "same_name": _("Namanya sama: %(value)s"),
        "like_name": _("Namanya mirip: %(value)s"),
        "name_without_number": _("Satu hanya tercatat nama, satu lagi punya nomor"),
        "typed_key": _("Pengunjung situs mengetik %(value)s, milik kontak ini"),
        "same_handle": _("Nama akunnya sama: %(value)s"),
        "handle_is_name": _("Nama akunnya sama dengan namanya: %(value)s"),
        "near_phone": _("Nomornya beda satu angka: %(value)s"),
        "same_address": _("Alamatnya sama: %(value)s"),
        "same_city": _("Kotanya sama: %(value)s"),
    }
    shown = " / ".join(format_phone(part) for part in value.split(" / ")) if code == "near_phone" else value
    return sentences[code] % {"value": shown}
