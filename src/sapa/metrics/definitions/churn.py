"""How many buyers have gone quiet against their own rhythm (S1.30)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, hit, within


def buyers(t: SimpleNamespace, a: SimpleNamespace, *, gone: bool) -> Any:
    people = within(t.cust, t.cust.first_order_day, a)
    patience = (people.rhythm * 2).fill_null(a.churn_after.cast("float64"))
    is_gone = (a.now - people.last_order_at).cast("float64") > patience
    return people.select(
        contact=people.contact,
        day=people.first_order_day,
        month=people.first_order_month,
        value=hit(is_gone if gone else ~is_gone),
        left_out=a.nobody,
    )


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    return buyers(t, a, gone=True)


METRIC = Metric(
    key="churn",
    question=_("Berapa bagian pembeli sudah pergi?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Pembeli yang diam lebih lama dari dua kali jarak biasanya antar pesanan (sejak tiga pesanan; sebelum itu"
        " lebih lama dari batas hari di pengaturan), dibagi semua pembeli dengan pembelian pertama dalam jangka ini."
    ),
    target=0.6,
    is_better_low=True,
    rules=("repeat_overdue", "complaint"),
    tomorrow=_("Sapa pembeli tetap yang lewat dari kebiasaannya."),
    marketing=_("Tidak menjanjikan lebih dari yang diterima."),
    sales=_("Menyapa sesuai kebiasaan tiap orang, bukan sesuai kalender toko."),
    service=_("Menyelesaikan keluhan sebelum pesanan berikutnya."),
    yes=_("sudah lama diam"),
    no=_("masih dalam kebiasaannya"),
    rows=rows,
    outcome="repeat",
)
