"""How many first buyers come back within 90 days, of those who have had 90 days to do so (S2.43)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.analytics.tables import DAY
from sapa.metrics.definition import Metric, Statistic, first_reason, hit, within


def buyers(t: SimpleNamespace, a: SimpleNamespace, value: Any) -> Any:
    """The first buyers of the window with `value(people)`; those without 90 days behind them are left out."""
    people = within(t.cust, t.cust.first_order_day, a)
    return people.select(
        contact=people.contact,
        day=people.first_order_day,
        month=people.first_order_month,
        value=hit(value(people)),
        left_out=first_reason((people.first_order_at + 90 * DAY > a.now, "too_recent")),
    )


def is_repeat(people: Any) -> Any:
    return people.second_order_at <= people.first_order_at + 90 * DAY


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    return buyers(t, a, is_repeat)


def masked(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """Orders whose buyer is hidden by the marketplace: nobody can say whether they came back."""
    orders = within(t.purchase, t.purchase.day, a)
    hidden = orders.filter(orders.is_masked & orders.is_valid)
    return hidden.aggregate(n=hidden.count())


METRIC = Metric(
    key="repeat_order_90d",
    question=_("Berapa bagian pembeli kembali membeli dalam 90 hari?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Pembeli yang pesanan sah pertamanya ada dalam jangka ini dan sudah lewat 90 hari: berapa bagian yang"
        " pesanan sah keduanya masuk dalam 90 hari. Pesanan batal atau dikembalikan tidak dihitung."
    ),
    exclusions={
        "too_recent": _("belum 90 hari sejak pembelian pertama"),
        "masked_orders": _("pesanan dengan nama pembeli disamarkan"),
    },
    target=0.2,
    rules=("repeat_overdue", "no_after_sale_word"),
    tomorrow=_("Sapa pembeli yang biasanya sudah membeli lagi."),
    marketing=_("Menjanjikan yang memang diterima pembeli."),
    sales=_("Mencatat ukuran, warna, dan kebiasaan untuk tawaran berikut."),
    service=_("Menyapa setelah barang sampai, sebelum ada keluhan."),
    yes=_("kembali"),
    no=_("belum kembali"),
    beside={"masked_orders": masked},
    rows=rows,
    settles_after=91,
    outcome="repeat",
)
