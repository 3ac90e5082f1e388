"""How long it takes from the first time somebody hears of the shop to the first purchase (S2.28)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.analytics.tables import HOUR
from sapa.metrics.definition import ENOUGH_FOR_MEDIAN, Metric, Statistic, first_reason, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.seen_day, a)
    return people.select(
        contact=people.contact,
        day=people.seen_day,
        month=people.seen_month,
        value=(people.first_order_at - people.seen_at) / HOUR,
        left_out=first_reason(
            (people.first_order_at.isnull(), "not_bought_yet"),
            (people.order_came_first, "order_came_first"),
        ),
    )


METRIC = Metric(
    key="first_heard_to_purchase",
    question=_("Berapa lama dari pertama kali dengar sampai pembelian pertama?"),
    statistic=Statistic.MEDIAN,
    unit="hours",
    formula=_(
        "Nilai tengah jam dari sentuhan paling awal, termasuk asal yang diceritakan sendiri, sampai pesanan sah"
        " pertama, untuk pelanggan yang pertama terlihat dalam jangka ini."
    ),
    exclusions={
        "not_bought_yet": _("belum membeli"),
        "order_came_first": _("langsung memesan, tanpa sentuhan sebelumnya"),
    },
    smallest_sample=ENOUGH_FOR_MEDIAN,
    target=168.0,
    is_better_low=True,
    rules=("origin_unknown", "silent_leaver"),
    tomorrow=_("Tanyakan “tahu dari mana?” dalam balasan yang memang akan dikirim."),
    marketing=_("Menyamakan penjelasan produk di semua tempat orang mencari."),
    sales=_("Menawarkan langkah berikut sejak sapaan pertama."),
    service=_("Menyiapkan jawaban siap pakai untuk grup dan komunitas."),
    rows=rows,
    outcome="first",
)
