"""How long it takes from the first contact to the first purchase (S2.41)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.analytics.tables import HOUR
from sapa.metrics.definition import ENOUGH_FOR_MEDIAN, Metric, Statistic, first_reason, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.seen_day, a)
    return people.select(
        contact=people.contact,
        day=people.seen_day,
        month=people.seen_month,
        value=(people.first_order_at - people.contact_at) / HOUR,
        left_out=first_reason(
            (people.first_order_at.isnull(), "not_bought_yet"),
            (people.order_came_first, "order_came_first"),
            (people.contact_at.isnull(), "no_contact_before"),
            (people.contact_at > people.first_order_at, "no_contact_before"),
        ),
    )


METRIC = Metric(
    key="first_contact_to_purchase",
    question=_("Berapa lama dari kontak pertama sampai pembelian pertama?"),
    statistic=Statistic.MEDIAN,
    unit="hours",
    formula=_(
        "Nilai tengah jam dari klik iklan, formulir, chat, telepon, atau kunjungan pertama sampai pesanan sah"
        " pertama, untuk pelanggan yang pertama terlihat dalam jangka ini."
    ),
    exclusions={
        "not_bought_yet": _("belum membeli"),
        "order_came_first": _("langsung memesan, tanpa sentuhan sebelumnya"),
        "no_contact_before": _("tidak menghubungi kita sebelum memesan"),
    },
    smallest_sample=ENOUGH_FOR_MEDIAN,
    target=72.0,
    is_better_low=True,
    rules=("hot_lead", "offer_not_sent", "unanswered"),
    tomorrow=_("Hubungi orang yang tertarik dan hampir tiga hari belum membeli."),
    marketing=_("Mendatangkan orang dengan asal yang jelas, supaya jawaban pertama langsung kena."),
    sales=_("Menjawab cepat dan mengirim penawaran yang diminta."),
    service=_("Menjelaskan cara bayar dan kirim sebelum ditanya dua kali."),
    rows=rows,
    outcome="first",
)
