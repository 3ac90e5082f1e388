"""How satisfied people say they are (S1.29)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    given = within(t.survey, t.survey.day, a)
    asked = t.ev.filter(t.ev.kind.cast("string") == "survey.answered")
    phases = asked.group_by("contact", "happened_at").aggregate(phase=asked.phase.min())
    answers = given.filter(given.survey == "csat").left_join(phases, ["contact", "happened_at"])
    return answers.select(
        contact=answers.contact,
        day=answers.day,
        month=answers.month,
        value=hit(answers.score >= 4),
        left_out=a.nobody,
        part=answers.phase,
    )


METRIC = Metric(
    key="csat",
    question=_("Seberapa puas pelanggan?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Bagian jawaban 4 dan 5 dari skala 5, atas jawaban dalam jangka ini. Dirinci menurut tahap hubungan saat dijawab."
    ),
    target=0.85,
    rules=("detractor", "complaint"),
    tomorrow=_("Hubungi sendiri yang memberi nilai 1 atau 2."),
    marketing=_("Menyesuaikan janji iklan dengan yang diterima."),
    sales=_("Menjelaskan barang apa adanya."),
    service=_("Menyelesaikan yang dikeluhkan dalam jawaban."),
    yes=_("puas"),
    no=_("belum puas"),
    rows=rows,
    settles_after=0,
    is_split=True,
)
