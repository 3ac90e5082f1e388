"""What a repeat order is worth on average (S2.72)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import ENOUGH_FOR_MEDIAN, Metric, Statistic, first_reason, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    orders = within(t.purchase, t.purchase.day, a)
    repeats = orders.filter(orders.nth >= 2)
    return repeats.select(
        contact=repeats.contact,
        day=repeats.day,
        month=repeats.month,
        value=repeats.value.cast("float64"),
        left_out=first_reason((repeats.value.isnull(), "value_unknown")),
    )


METRIC = Metric(
    key="repeat_order_value",
    question=_("Berapa rata-rata nilai pesanan ulang?"),
    statistic=Statistic.MEAN,
    unit="money",
    formula=_(
        "Rata-rata nilai barang setelah semua potongan, tanpa ongkir, dari pesanan sah kedua dan seterusnya yang"
        " masuk dalam jangka ini."
    ),
    exclusions={"value_unknown": _("nilai tidak diketahui atau mata uang lain")},
    smallest_sample=ENOUGH_FOR_MEDIAN,
    rules=("repeat_overdue",),
    tomorrow=_("Tawarkan pelengkap dari barang yang sudah dibeli."),
    marketing=_("Menceritakan cara memakai dua barang bersama."),
    sales=_("Menawarkan pelengkap, bukan potongan."),
    service=_("Mencatat apa yang habis dan kapan."),
    rows=rows,
    settles_after=0,
    outcome="repeat",
)
