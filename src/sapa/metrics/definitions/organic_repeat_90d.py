"""How many first buyers come back within 90 days without a push (S2.44)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic
from sapa.metrics.definitions.repeat_order_90d import buyers, is_repeat, masked


def is_organic(people: Any) -> Any:
    return is_repeat(people) & ~people.second_is_pushed


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    return buyers(t, a, is_organic)


METRIC = Metric(
    key="organic_repeat_90d",
    question=_("Berapa bagian pembeli kembali tanpa didorong diskon atau promosi?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Seperti beli lagi dalam 90 hari, tetapi pesanan kedua tanpa voucher atau kode, tidak jauh di bawah harga"
        " normal, dan tidak dalam 7 hari setelah pesan promosi kepada orang itu."
    ),
    exclusions={
        "too_recent": _("belum 90 hari sejak pembelian pertama"),
        "masked_orders": _("pesanan dengan nama pembeli disamarkan"),
    },
    target=0.12,
    rules=("no_after_sale_word", "repeat_overdue"),
    tomorrow=_("Sapa pembeli dengan bantuan memakai barangnya, bukan dengan potongan harga."),
    marketing=_("Mengurangi promosi kepada orang yang memang akan kembali."),
    sales=_("Menawarkan yang cocok dengan pembelian pertama."),
    service=_("Membantu memakai barang sampai berhasil."),
    yes=_("kembali tanpa dorongan"),
    no=_("belum kembali tanpa dorongan"),
    beside={"masked_orders": masked},
    rows=rows,
    settles_after=91,
    outcome="repeat",
)
