"""How many buyers recommend the shop without being asked (S2.45, S2.46): a lower bound."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.first_order_day, a)
    return people.select(
        contact=people.contact,
        day=people.first_order_day,
        month=people.first_order_month,
        value=hit(people.referred_at <= a.now),
        left_out=a.nobody,
    )


METRIC = Metric(
    key="unprompted_referral",
    question=_("Berapa bagian pembeli mengajak orang lain tanpa diminta?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Pembeli yang menyebut toko atau mengirim tautan di grup, memberi cerita puas, mengajak teman, atau"
        " menulis ulasan bagus tanpa kita minta dalam 7 hari sebelumnya, dibagi semua pembeli dalam jangka ini."
        " Angka ini paling sedikit: obrolan di grup orang lain tidak terlihat."
    ),
    target=0.1,
    rules=("referral",),
    tomorrow=_("Ucapkan terima kasih kepada yang mengajak orang lain."),
    marketing=_("Menyediakan bahan yang enak dibagikan."),
    sales=_("Bertanya siapa yang merekomendasikan, lalu mencatatnya."),
    service=_("Menyelesaikan masalah sampai layak diceritakan."),
    yes=_("mengajak orang lain"),
    no=_("belum terlihat mengajak"),
    rows=rows,
    outcome="referral",
)
