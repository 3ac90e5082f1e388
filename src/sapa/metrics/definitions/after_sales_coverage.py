"""How many buyers had a human word from us after their goods arrived (S3.6, S4)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.analytics.tables import DAY
from sapa.metrics.definition import Metric, Statistic, first_reason, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.first_order_day, a)
    has_word = people.first_spoke_after_at.notnull()
    return people.select(
        contact=people.contact,
        day=people.first_order_day,
        month=people.first_order_month,
        value=hit(has_word),
        left_out=first_reason(
            (~people.is_reachable, "not_reachable"),
            (people.received_at.isnull(), "not_received"),
            (~has_word & (people.received_at + DAY > a.now), "too_recent"),
        ),
    )


METRIC = Metric(
    key="after_sales_coverage",
    question=_("Berapa bagian pembeli kita sapa setelah barangnya sampai?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Pembeli dengan pembelian pertama dalam jangka ini yang bisa kita hubungi: berapa bagian yang mendapat kata dari"
        " orang, bukan mesin, 1 sampai 30 hari setelah salah satu pesanannya sampai (2 hari setelah memesan bila tidak"
        " diketahui)."
    ),
    exclusions={
        "not_reachable": _("tidak bisa kita hubungi"),
        "not_received": _("belum dibayar"),
        "too_recent": _("belum sehari sejak sampai"),
    },
    target=0.8,
    owner_role="supervisor",
    rules=("no_after_sale_word",),
    tomorrow=_("Sapa pembeli yang barangnya sudah sampai dan belum kita tanya kabarnya."),
    marketing=_("Menyiapkan tips memakai untuk tiap barang laris."),
    sales=_("Mencatat untuk apa barang dibeli."),
    service=_("Kata pertama setelah pembelian membantu, tidak meminta ulasan."),
    yes=_("sudah disapa"),
    no=_("belum disapa"),
    rows=rows,
    settles_after=45,
    outcome="repeat",
)
