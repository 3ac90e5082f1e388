"""How easy people find it to reach what they came for, whatever it was (S1.32)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    given = within(t.survey, t.survey.day, a)
    answers = given.filter(given.survey == "ces")
    return answers.select(
        contact=answers.contact,
        day=answers.day,
        month=answers.month,
        value=answers.score.cast("float64"),
        left_out=a.nobody,
    )


METRIC = Metric(
    key="ces",
    question=_("Seberapa mudah pelanggan mencapai tujuannya?"),
    statistic=Statistic.MEAN,
    unit="score",
    formula=_("Rata-rata nilai dari 1 (sulit) sampai 7 (mudah), atas jawaban dalam jangka ini."),
    target=5.5,
    rules=("detractor", "complaint"),
    tomorrow=_("Permudah satu langkah yang paling sering dikeluhkan."),
    marketing=_("Menaruh harga, stok, dan ongkir di tempat orang mencarinya."),
    sales=_("Mengurangi tanya-jawab sebelum bisa bayar."),
    service=_("Tidak meminta pelanggan mengulang ceritanya."),
    rows=rows,
    settles_after=0,
)
