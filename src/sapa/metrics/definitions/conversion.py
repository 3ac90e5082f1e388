"""How many contacts reach the goal that the business chose: a purchase or a registration (S1.31)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.seen_day, a)
    reached = (a.registers == 1).ifelse(people.signed_up_at, people.first_order_at)
    return people.select(
        contact=people.contact,
        day=people.seen_day,
        month=people.seen_month,
        value=hit(reached <= a.now),
        left_out=a.nobody,
        part=people.origin_channel,
    )


METRIC = Metric(
    key="conversion",
    question=_("Berapa bagian orang yang datang jadi membeli?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Orang yang pertama terlihat dalam jangka ini: berapa bagian yang punya pesanan sah, atau yang mendaftar"
        " bila itu tujuan toko. Pengunjung tanpa nama dan pembeli yang disamarkan tidak dihitung."
    ),
    target=0.3,
    rules=("silent_leaver", "offer_not_sent", "hot_lead"),
    tomorrow=_("Jawab pertanyaan terakhir orang yang pergi diam-diam."),
    marketing=_("Mendatangkan orang yang memang cocok."),
    sales=_("Menutup pertanyaan terakhir sebelum orang pergi."),
    service=_("Menyiapkan jawaban untuk pertanyaan yang paling sering membuat ragu."),
    yes=_("sampai ke tujuan"),
    no=_("belum"),
    is_split=True,
    rows=rows,
    outcome="first",
)
