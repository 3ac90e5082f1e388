"""How ready people are to recommend the shop, from their own answers (S1.28)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    given = within(t.survey, t.survey.day, a)
    answers = given.filter(given.survey == "nps")
    return answers.select(
        contact=answers.contact,
        day=answers.day,
        month=answers.month,
        value=(answers.score >= 9).ifelse(1.0, (answers.score <= 6).ifelse(-1.0, 0.0)),
        left_out=a.nobody,
    )


METRIC = Metric(
    key="nps",
    question=_("Seberapa mau pelanggan merekomendasikan toko ini?"),
    statistic=Statistic.NET,
    unit="points",
    formula=_(
        "Bagian yang memberi 9–10 dikurangi bagian yang memberi 0–6, dari -100 sampai 100, atas jawaban dalam jangka ini."
    ),
    target=30.0,
    rules=("detractor", "complaint"),
    tomorrow=_("Hubungi sendiri yang memberi nilai rendah."),
    marketing=_("Memakai kata-kata pelanggan yang puas, dengan izinnya."),
    sales=_("Menanyakan alasan nilai rendah."),
    service=_("Menyelesaikan yang dikeluhkan dalam jawaban."),
    rows=rows,
    settles_after=0,
)
