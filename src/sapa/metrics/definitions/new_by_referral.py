"""How many new people come because somebody sent them (S1.36, S4.26)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.seen_day, a)
    arrived = t.referral.filter(t.referral.kind == "arrival").select("contact").distinct()
    sent = arrived.mutate(was_sent=True)
    found = people.left_join(sent, "contact")
    return found.select(
        contact=found.contact,
        day=found.seen_day,
        month=found.seen_month,
        value=hit(found.was_sent),
        left_out=a.nobody,
    )


METRIC = Metric(
    key="new_by_referral",
    question=_("Berapa bagian orang baru datang karena diajak orang lain?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Orang yang pertama terlihat dalam jangka ini: berapa bagian yang bercerita atau tercatat datang karena"
        " rekomendasi. Angka ini paling sedikit: tidak semua orang bercerita."
    ),
    target=0.1,
    rules=("referral", "origin_unknown"),
    tomorrow=_("Tanyakan siapa yang mengajak, lalu ucapkan terima kasih kepadanya."),
    marketing=_("Menyiapkan bahan cerita yang mudah diteruskan."),
    sales=_("Mencatat nama orang yang mengajak."),
    service=_("Menjaga pengajak sebaik pembeli baru yang dibawanya."),
    yes=_("datang karena diajak"),
    no=_("belum terlihat diajak"),
    settles_after=7,
    rows=rows,
    outcome="referral",
)
