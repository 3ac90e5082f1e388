"""What a buyer has been worth so far on average (S1.35)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, within
from sapa.metrics.definitions.repeat_order_90d import masked


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.first_order_day, a)
    return people.select(
        contact=people.contact,
        day=people.first_order_day,
        month=people.first_order_month,
        value=people.order_value.cast("float64"),
        left_out=a.nobody,
        part=people.origin_channel,
    )


METRIC = Metric(
    key="lifetime_value",
    question=_("Berapa nilai seorang pembeli sampai hari ini?"),
    statistic=Statistic.MEAN,
    unit="money",
    formula=_(
        "Rata-rata jumlah nilai barang dari semua pesanan sah tiap pembeli yang pembelian pertamanya dalam jangka"
        " ini, setelah potongan dan tanpa ongkir."
    ),
    exclusions={"masked_orders": _("pesanan dengan nama pembeli disamarkan")},
    rules=("repeat_overdue", "no_after_sale_word"),
    tomorrow=_("Dahulukan sapaan kepada pembeli dari asal yang nilainya paling tinggi."),
    marketing=_("Membagi biaya iklan menurut nilai pembeli, bukan jumlah klik."),
    sales=_("Menawarkan pelengkap yang cocok."),
    service=_("Menjaga pembeli lama sebaik pembeli baru."),
    is_split=True,
    looks_ahead=True,
    beside={"masked_orders": masked},
    rows=rows,
    outcome="repeat",
)
