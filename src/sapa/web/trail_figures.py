"""Sentences of the trail about figures and what is decided because of them."""

from __future__ import annotations

from django.utils.translation import gettext as _


def about_figures() -> dict[tuple[str, str], str]:
    """By kind of object and verb."""
    return {
        ("shift", "shift.put_away"): _("menyingkirkan kabar perubahan angka"),
        ("shift", "shift.brought_back"): _("menampilkan lagi kabar perubahan angka"),
        ("spend", "spend.entered"): _("mencatat biaya iklan"),
        ("spend", "spend.dropped"): _("menghapus biaya iklan"),
        ("spend", "spend.taken_back"): _("mengurungkan catatan biaya iklan"),
        ("referral", "referral.judged"): _("memastikan sebuah ajakan"),
        ("referral", "referral.unjudged"): _("mengurungkan kata tentang sebuah ajakan"),
        ("kit", "kit.made"): _("membuat bahan cerita"),
        ("kit", "kit.ended"): _("mematikan tautan bahan cerita"),
        ("kit", "kit.revived"): _("menghidupkan lagi tautan bahan cerita"),
        ("resolve", "resolve.made"): _("mencatat keputusan tentang suara pelanggan"),
        ("resolve", "resolve.settled"): _("meninjau keputusan"),
        ("resolve", "resolve.put_back"): _("mengurungkan catatan keputusan"),
    }
