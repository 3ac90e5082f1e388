"""Figures as cards: values, targets and trends in the owner's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sapa.journeys.queries import list_markers
from sapa.lib import dates, money
from sapa.metrics.definition import Statistic
from sapa.metrics.definitions import METRICS
from sapa.metrics.types import Figure, Part, Person, TrendPoint
from sapa.web import words
from sapa.web.access import Seat
from sapa.web.charts import Chart, draw_trend
from sapa.web.charts.trend import Mark, list_shown

FIRST = ("first_contact_to_purchase", "repeat_order_90d", "unprompted_referral")
MONEY_CHECK = ("roi", "repeat_order_value", "organic_referrals", "organic_repeat_90d")
_TREND_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Card:
    """One figure as it is shown. `state` is kept, missed or empty; `people` stand in where a number would not be honest."""

    key: str
    name: str
    question: str
    value: str
    is_known: bool
    target: str
    state: str
    sample: str
    range: str
    tomorrow: str
    actions: int
    why_not: str
    why: str
    owner: str
    people: tuple[Person, ...]
    excluded: tuple[tuple[str, int], ...]
    chart: Chart | None
    points_missing: int
    missing: tuple[str, ...] = ()
    proposal: str = ""
    usual: str = ""
    parts: tuple[tuple[str, str, int], ...] = ()
    marks: tuple[tuple[str, str], ...] = ()


def make_cards(figures: Sequence[Figure], seat: Seat, *, prefix: str = "m") -> list[Card]:
    marks = [(marker.day, marker.label) for marker in list_markers(seat.business)]
    return [_card(figure, seat, prefix, marks) for figure in figures]


def _card(figure: Figure, seat: Seat, prefix: str, marks: Sequence[Mark]) -> Card:
    trend = figure.trend[-_TREND_SHOWN:]
    known = sum(point.value is not None for point in trend)
    chart = _chart(figure, trend, seat, f"{prefix}-{figure.key}", marks)
    proposal = figure.proposal
    return Card(
        key=figure.key,
        name=name(figure.key),
        question=figure.question,
        value=say_value(figure, figure.value, seat),
        is_known=figure.value is not None,
        target=_("target %(value)s") % {"value": say_value(figure, figure.target, seat)}
        if figure.target is not None
        else "",
        state=_state(figure),
        sample=_sample(figure.sample_size),
        range=_range(figure, seat),
        tomorrow=figure.tomorrow.text,
        actions=figure.tomorrow.actions,
        why_not=figure.why_not or "",
        why=figure.why or "",
        owner=figure.owner,
        people=figure.people,
        excluded=tuple((_excluded(code), count) for code, count in figure.excluded.items() if count),
        chart=chart,
        points_missing=max(0, _TREND_SHOWN - known) if chart is None and known else 0,
        missing=tuple(_missing(code) for code in figure.missing),
        proposal=say_value(figure, proposal.target, seat) if proposal else "",
        usual=say_value(figure, proposal.usual, seat) if proposal else "",
        parts=tuple((_part(part), _say_part(figure, part, seat), part.sample_size) for part in figure.parts),
        marks=tuple(
            (dates.format_day(day, seat.language, with_year=False), label)
            for day, label in (list_shown(trend, marks) if chart else ())
        ),
    )


def _say_part(figure: Figure, part: Part, seat: Seat) -> str:
    """A part below the honest sample is counted, not rated."""
    if (
        METRICS[figure.key].statistic is Statistic.COUNT
        or part.sample_size >= METRICS[figure.key].smallest_sample
    ):
        return say_value(figure, part.value, seat)
    return _("masih sedikit")


def _missing(code: str) -> str:
    return {
        "value": _("datanya belum cukup"),
        "target": _("targetnya belum ada"),
        "owner": _("penanggung jawabnya belum ada"),
    }.get(code, code)


def _part(part: Part) -> str:
    """The name of a part: what became of it, its cause, the phase, or a channel."""
    if not part.key:
        return _("belum diketahui")
    known = {
        "kept": _("ditepati"),
        "late": _("terlambat"),
        "broken": _("ingkar"),
        "settled": _("masalahnya selesai"),
        "not_settled": _("masalahnya belum selesai"),
        "response": _("menunggu balasan kita"),
        "price": _("harga dan ongkir"),
        "payment": _("cara bayar"),
        "other_question": _("pertanyaan lain"),
    }
    return known.get(part.key) or words.phase(part.key) or words.channel(part.key)


def _chart(
    figure: Figure, trend: Sequence[TrendPoint], seat: Seat, key: str, marks: Sequence[Mark]
) -> Chart | None:
    if isinstance(figure.value, str | bool):
        return None
    return draw_trend(
        trend,
        key=key,
        title=name(figure.key),
        target=figure.target,
        say=lambda value: say_value(figure, value, seat),
        say_period=lambda point: dates.format_day(point.to, seat.language, with_year=False),
        marks=marks,
    )


def _state(figure: Figure) -> str:
    if figure.target is None or not isinstance(figure.value, int | float) or isinstance(figure.value, bool):
        return ""
    is_kept = (
        figure.value <= figure.target if METRICS[figure.key].is_better_low else figure.value >= figure.target
    )
    return "kept" if is_kept else "missed"


def _sample(size: int) -> str:
    return ngettext("dari %(n)d orang", "dari %(n)d orang", size) % {"n": size}


def _range(figure: Figure, seat: Seat) -> str:
    if figure.interval is None:
        return ""
    low, high = (say_value(figure, edge, seat) for edge in figure.interval)
    return _("kemungkinan besar antara %(low)s dan %(high)s") % {"low": low, "high": high}


def say_value(figure: Figure, value: float | str | bool | None, seat: Seat) -> str:
    """A value in its unit: hours as `61 jam`, shares as `14%`, money in short."""
    if value is None:
        return _("belum bisa dihitung")
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, str):
        return {"up": _("naik"), "not_up": _("tidak naik")}.get(value, value)
    return say_in_unit(figure.unit, value, seat)


def say_in_unit(unit: str, value: float | None, seat: Seat) -> str:
    """A number in a unit of the register."""
    if value is None:
        return _("belum bisa dihitung")
    if unit in ("hours", "minutes"):
        return dates.format_duration(timedelta(**{unit: value}), seat.language)
    if unit == "share":
        return money.format_percent(value, seat.language, 0)
    if unit in ("money", seat.business.currency):
        return money.format_rupiah_short(round(value), seat.language)
    if unit == "purchases":
        return _("{number} kali").format(number=money.format_number(value, seat.language, 1))
    return money.format_number(value, seat.language, 0 if unit == "count" else 1)


def name(key: str) -> str:
    """The short name of a metric; the question beside it says the rest."""
    return {
        "first_contact_to_purchase": _("Kontak sampai beli pertama"),
        "hot_leads_within_72h": _("Prospek panas membeli dalam 72 jam"),
        "repeat_order_90d": _("Beli lagi dalam 90 hari"),
        "organic_repeat_90d": _("Beli lagi tanpa dorongan"),
        "unprompted_referral": _("Mengajak tanpa diminta"),
        "repeat_order_value": _("Nilai belanja ulang"),
        "organic_referrals": _("Rekomendasi yang datang sendiri"),
        "first_heard_to_purchase": _("Tahu sampai beli pertama"),
        "conversion": _("Penanya yang membeli"),
        "churn": _("Pembeli yang pergi"),
        "retention": _("Pembeli yang bertahan"),
        "lifetime_value": _("Nilai seorang pelanggan"),
        "expected_purchases": _("Perkiraan membeli lagi"),
        "nps": _("Mau merekomendasikan (NPS)"),
        "csat": _("Puas (CSAT)"),
        "ces": _("Mudah dilayani (CES)"),
        "first_response": _("Waktu balas pertama"),
        "replied_within_target": _("Dibalas tepat waktu"),
        "resolution": _("Selesai sekali jalan"),
        "promises_kept": _("Janji ditepati"),
        "after_sales_coverage": _("Pembeli yang disapa sesudah barang tiba"),
        "roi": _("Tiga bulan berturut-turut naik?"),
        "warning_csat_without_repeat": _("Puas tetapi tidak kembali?"),
        "slow_leads": _("Tertarik tetapi lambat"),
        "organic_repeat_revenue": _("Pemasukan yang kembali sendiri"),
        "new_by_referral": _("Orang baru karena diajak"),
        "next_response": _("Waktu balas berikutnya"),
        "consistent_response": _("Sama baiknya di tiap saluran"),
        "resolution_time": _("Waktu sampai selesai"),
        "answered_once": _("Cukup satu jawaban"),
        "complaint_recovery": _("Kembali sesudah keluhan"),
    }.get(key, key)


def _excluded(code: str) -> str:
    return {
        "masked_orders": _("pesanan tanpa nama pembeli"),
        "prompted": _("diminta atau diberi hadiah"),
        "still_open": _("masih berjalan"),
        "too_recent": _("belum cukup lama"),
        "value_unknown": _("nilainya belum diketahui"),
        "order_first": _("langsung memesan"),
        "unanswered": _("belum dijawab"),
        "bought_in_time": _("membeli dalam tiga hari"),
        "bought_before": _("sudah pernah membeli"),
    }.get(code, code.replace("_", " "))
