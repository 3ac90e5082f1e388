"""Figures as cards: values, targets and trends in the owner's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sapa.lib import dates, money
from sapa.metrics.types import Figure, Person, TrendPoint
from sapa.web.access import Seat
from sapa.web.charts import Chart, draw_trend

FIRST = ("first_contact_to_purchase", "repeat_order_90d", "unprompted_referral")
MONEY_CHECK = ("roi", "repeat_order_value", "organic_referrals", "organic_repeat_90d")
# Where less is better a target is kept by staying under it.
_LESS_IS_BETTER = frozenset(
    {"first_contact_to_purchase", "first_heard_to_purchase", "first_response", "resolution", "churn"}
)
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


def make_cards(figures: Sequence[Figure], seat: Seat, *, prefix: str = "m") -> list[Card]:
    return [_card(figure, seat, prefix) for figure in figures]


def _card(figure: Figure, seat: Seat, prefix: str) -> Card:
    trend = figure.trend[-_TREND_SHOWN:]
    known = sum(point.value is not None for point in trend)
    chart = _chart(figure, trend, seat, f"{prefix}-{figure.key}")
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
    )


def _chart(figure: Figure, trend: Sequence[TrendPoint], seat: Seat, key: str) -> Chart | None:
    if isinstance(figure.value, str | bool):
        return None
    return draw_trend(
        trend,
        key=key,
        title=name(figure.key),
        target=figure.target,
        say=lambda value: say_value(figure, value, seat),
        say_period=lambda point: dates.format_day(point.to, seat.language, with_year=False),
    )


def _state(figure: Figure) -> str:
    if figure.target is None or not isinstance(figure.value, int | float) or isinstance(figure.value, bool):
        return ""
    is_kept = (
        figure.value <= figure.target if figure.key in _LESS_IS_BETTER else figure.value >= figure.target
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
    if figure.unit in ("hours", "minutes"):
        return dates.format_duration(timedelta(**{figure.unit: value}), seat.language)
    if figure.unit == "share":
        return money.format_percent(value, seat.language, 0)
    if figure.unit in ("money", seat.business.currency):
        return money.format_rupiah_short(round(value), seat.language)
    if figure.unit == "purchases":
        return _("{number} kali").format(number=money.format_number(value, seat.language, 1))
    return money.format_number(value, seat.language, 1)


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
    }.get(code, code.replace("_", " "))
