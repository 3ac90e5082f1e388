"""How much of what comes in rests on buyers who return by themselves (S4.24)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, first_reason, within
from sapa.metrics.definitions.repeat_order_90d import masked


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """`value` of `weight`: rupiah of repeat orders without a push, of rupiah of all valid orders."""
    found = within(t.purchase, t.purchase.day, a)
    orders = found.filter(found.is_valid & ~found.is_masked)
    amount = orders.value.cast("float64")
    is_organic = (orders.nth >= 2) & ~orders.is_pushed
    return orders.select(
        contact=orders.contact,
        day=orders.day,
        month=orders.month,
        value=is_organic.fill_null(False).ifelse(amount, 0.0),
        weight=amount,
        left_out=first_reason((orders.value.isnull(), "value_unknown")),
    )


METRIC = Metric(
    key="organic_repeat_revenue",
    question=_("Berapa bagian pemasukan datang dari pembeli yang kembali sendiri?"),
    statistic=Statistic.PORTION,
    unit="share",
    formula=_(
        "Nilai barang dari pesanan sah kedua dan seterusnya yang tanpa voucher, tanpa potongan besar, dan tanpa promosi"
        " dalam 7 hari sebelumnya, dibagi nilai barang semua pesanan sah dalam jangka ini."
    ),
    exclusions={
        "value_unknown": _("nilai tidak diketahui atau mata uang lain"),
        "masked_orders": _("pesanan dengan nama pembeli disamarkan"),
    },
    target=0.3,
    rules=("repeat_overdue", "no_after_sale_word"),
    tomorrow=_("Sapa pembeli yang biasanya sudah membeli lagi, tanpa menawarkan potongan."),
    marketing=_("Membandingkan biaya promosi dengan pembeli yang kembali sendiri."),
    sales=_("Menawarkan yang cocok dengan pembelian sebelumnya."),
    service=_("Membantu memakai barang sampai berhasil."),
    yes=_("kembali sendiri"),
    no=_("baru, atau didorong promosi"),
    beside={"masked_orders": masked},
    settles_after=0,
    rows=rows,
    outcome="repeat",
)
