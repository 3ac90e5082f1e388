"""Words for the codes of surveys, and their figures as people read them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from sapa.lib import dates
from sapa.responses.rules import SCALES
from sapa.surveys.models import Survey
from sapa.surveys.types import Kind, Occasion, Score, Way

Interval = tuple[float, float]


def kind_word(kind: str) -> str:
    return {
        Kind.NPS: _("NPS: mau merekomendasikan (0–10)"),
        Kind.CSAT: _("CSAT: puas (1–5)"),
        Kind.CES: _("CES: mudah (1–7)"),
    }[Kind(kind)]


def occasion_word(occasion: str) -> str:
    return {
        Occasion.DELIVERED: _("sesudah barang sampai"),
        Occasion.CLOSED: _("sesudah percakapan selesai"),
        Occasion.RHYTHM: _("berkala sejak pesanan pertama"),
        Occasion.OPEN: _("lewat tautan atau kode QR"),
    }[Occasion(occasion)]


def when_words(survey: Survey) -> str:
    """When people are asked: `2 hari sesudah barang sampai`."""
    if survey.occasion == Occasion.OPEN:
        return occasion_word(survey.occasion)
    if survey.occasion == Occasion.RHYTHM:
        return _("tiap %(days)d hari sejak pesanan pertama") % {"days": survey.every_days}
    if survey.delay_hours >= 48 and survey.delay_hours % 24 == 0:
        lapse = _("%(days)d hari") % {"days": survey.delay_hours // 24}
    else:
        lapse = _("%(hours)d jam") % {"hours": survey.delay_hours}
    return f"{lapse} {occasion_word(survey.occasion)}"


def way_word(way: str) -> str:
    return {
        Way.CHAT: _("Chat"),
        Way.SITE: _("Obrolan di situs"),
        Way.EMAIL: _("E-mail"),
        Way.PAGE: _("Tautan atau kode QR"),
    }[Way(way)]


def reason_word(reason: str) -> str:
    """Why somebody was not asked, as a sentence of its own."""
    known = {
        "complaint": _("keluhannya masih terbuka"),
        "asked_lately": _("sudah ditanya dalam 30 hari terakhir"),
        "opted_out": _("tidak mau dikirimi"),
        "nobody_known": _("pembelinya tidak dikenal"),
        "no_way": _("tidak ada chat atau alamat e-mail"),
        "not_drawn": _("tidak terpilih dalam bagian yang ditanya"),
        "too_late": _("saatnya sudah lewat sebelum sempat ditanya"),
        "waits_for_us": _("masih menunggu balasan kita"),
        "channel_broken": _("salurannya terputus"),
        "quiet_hours": _("jam tenang sampai saatnya lewat"),
        "window_closed": _("waktu membalas sudah lewat dan tidak ada templat"),
        "import_only": _("salurannya hanya dari impor"),
        "cost_limit": _("batas biaya bulan ini tercapai"),
        "no_consent": _("tidak mau dikirimi"),
        "blocked": _("nomor toko diblokir"),
        "no_such_recipient": _("alamatnya tidak ada"),
        "template_unfit": _("templatnya tidak cocok"),
    }
    return known.get(reason, _("tidak bisa dikirim"))


def say_score(kind: str, value: float | None, language: str) -> str:
    """`+31`, `84%`, `5,9`; a dash where nothing is known."""
    if value is None:
        return "–"
    if kind == Kind.NPS:
        return f"{round(value):+d}"
    if kind == Kind.CSAT:
        return f"{round(100 * value)}%"
    return f"{value:.1f}".replace(".", "," if language == "id" else ".")


def say_range(kind: str, interval: Interval | None, language: str) -> str:
    """`+12 sampai +50`: where the true value lies, 95 times in a hundred."""
    if interval is None:
        return ""
    low, high = (say_score(kind, bound, language) for bound in interval)
    return _("%(low)s sampai %(high)s") % {"low": low, "high": high}


def say_month(code: str, language: str) -> str:
    """`Nov 2026`."""
    return dates.format_day(date.fromisoformat(f"{code}-01"), language).split(" ", 1)[1]


def out_of(kind: str) -> int:
    return SCALES[kind][1]


def describe(kind: str, score: Score, language: str) -> dict[str, str]:
    """A figure's cells: value and range, or a dash where there are too few answers to say."""
    if not score.is_enough:
        return {"value": "–", "range": ""}
    return {
        "value": say_score(kind, score.value, language),
        "range": say_range(kind, score.interval, language),
    }
