"""People who wanted to buy and did not within 72 hours, by what held them up (S2.42)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.analytics.tables import HOUR
from sapa.metrics.definition import Metric, Statistic, first_reason, within

PRICE = ("price", "promo", "shipping_cost")
PAYMENT = ("payment", "installment")
OTHER = ("stock", "size_fit", "product_info", "ingredients", "order")


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """`part` is the cause: our late answer before all, else the topic of the last question."""
    people = within(t.cust, t.cust.seen_day, a)
    leads = people.filter(people.hot_at.notnull())
    waits = t.talk.filter(~t.talk.needs_none)
    is_late = (waits.answered_at > waits.deadline_at).fill_null(waits.deadline_at < a.now)
    late = waits.filter(is_late).group_by("contact").aggregate(late_at=waits.opened_at.min())
    found = leads.left_join(late, "contact")
    is_ours = found.late_at <= found.hot_at + 72 * HOUR
    return found.select(
        contact=found.contact,
        day=found.seen_day,
        month=found.seen_month,
        value=1.0,
        left_out=first_reason(
            (found.first_order_at < found.hot_at, "bought_before"),
            (found.first_order_at <= found.hot_at + 72 * HOUR, "bought_in_time"),
            (found.hot_at + 72 * HOUR > a.now, "too_recent"),
        ),
        part=first_reason(
            (is_ours, "response"),
            (found.topic.isin(PRICE), "price"),
            (found.topic.isin(PAYMENT), "payment"),
            (found.topic.notnull(), "other_question"),
        ),
    )


METRIC = Metric(
    key="slow_leads",
    question=_("Berapa orang yang tertarik tidak jadi membeli dalam tiga hari, dan karena apa?"),
    statistic=Statistic.COUNT,
    unit="count",
    formula=_(
        "Orang yang sudah tertarik minimal 72 jam lalu dan belum membeli dalam 72 jam itu. Sebabnya: balasan kita lewat"
        " batas waktu; bila tidak, hal yang terakhir ditanyakan: harga dan ongkir, pembayaran, atau yang lain."
    ),
    exclusions={
        "bought_before": _("sudah pernah membeli"),
        "bought_in_time": _("membeli dalam tiga hari"),
        "too_recent": _("belum 72 jam"),
    },
    smallest_sample=0,
    is_better_low=True,
    rules=("hot_lead", "offer_not_sent", "unanswered"),
    tomorrow=_("Balas dulu mereka yang menunggu kita, lalu jawab harga dan cara bayar dengan jelas."),
    marketing=_("Menyebut harga dan ongkir di tempat orang tertarik."),
    sales=_("Menawarkan cara bayar yang paling mudah."),
    service=_("Membalas sebelum batas waktunya lewat."),
    settles_after=3,
    is_split=True,
    rows=rows,
    outcome="first",
)
