"""How many buyers are still with us: one minus churn, over the same people (S1.30)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic
from sapa.metrics.definitions.churn import buyers


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    return buyers(t, a, gone=False)


METRIC = Metric(
    key="retention",
    question=_("Berapa bagian pembeli masih bersama kita?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_("Satu dikurangi bagian pembeli yang sudah pergi, atas orang-orang yang sama."),
    target=0.4,
    rules=("repeat_overdue", "no_after_sale_word"),
    tomorrow=_("Sapa pembeli yang mendekati batas kebiasaannya."),
    marketing=_("Bercerita kepada pembeli lama, bukan hanya mencari yang baru."),
    sales=_("Mengingat apa yang dibeli tiap orang."),
    service=_("Satu kata setelah barang sampai, untuk setiap pembeli."),
    yes=_("masih dalam kebiasaannya"),
    no=_("sudah lama diam"),
    rows=rows,
    outcome="repeat",
)
