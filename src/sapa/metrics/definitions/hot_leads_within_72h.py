"""How many of those who showed that they want to buy did so within 72 hours (S2.41)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.analytics.tables import HOUR
from sapa.metrics.definition import Metric, Statistic, first_reason, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.seen_day, a)
    leads = people.filter(people.hot_at.notnull())
    return leads.select(
        contact=leads.contact,
        day=leads.seen_day,
        month=leads.seen_month,
        value=hit(leads.first_order_at <= leads.hot_at + 72 * HOUR),
        left_out=first_reason(
            (leads.first_order_at < leads.hot_at, "bought_before"),
            (leads.hot_at + 72 * HOUR > a.now, "too_recent"),
        ),
    )


METRIC = Metric(
    key="hot_leads_within_72h",
    question=_("Berapa bagian orang yang sudah tertarik membeli dalam tiga hari?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Orang yang mengklik iklan, mengisi formulir, atau bertanya hendak membeli, minimal 72 jam lalu: berapa"
        " bagian yang pesanan sah pertamanya masuk dalam 72 jam."
    ),
    exclusions={
        "too_recent": _("belum 72 jam"),
        "bought_before": _("sudah pernah membeli"),
    },
    target=0.5,
    rules=("hot_lead", "offer_not_sent", "unanswered"),
    tomorrow=_("Telepon atau balas orang yang tertarik sebelum tiga hari lewat."),
    marketing=_("Iklan yang menyebut harga dan cara bayar dengan jujur."),
    sales=_("Penawaran terkirim pada hari yang sama."),
    service=_("Jawaban ongkir, stok, dan ukuran yang siap pakai."),
    yes=_("membeli dalam tiga hari"),
    no=_("belum membeli dalam tiga hari"),
    rows=rows,
    settles_after=4,
    outcome="first",
)
