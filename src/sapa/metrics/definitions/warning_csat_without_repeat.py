"""A warning: people say that they are more satisfied, and still do not come back (S2.74)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic

METRIC = Metric(
    key="warning_csat_without_repeat",
    question=_("Apakah kepuasan naik sementara beli lagi tidak?"),
    statistic=Statistic.VERDICT,
    unit="flag",
    formula=_(
        "Dari bulan pertama ke bulan terakhir, dalam tiga bulan terakhir yang semua pembelinya sudah lewat 90 hari:"
        " bagian yang puas naik paling sedikit satu poin, bagian yang beli lagi naik kurang dari satu poin."
    ),
    rules=("repeat_overdue", "no_after_sale_word"),
    tomorrow=_("Tanyakan kepada pembeli yang puas tetapi belum kembali: apa yang kurang?"),
    marketing=_("Tidak merayakan nilai kepuasan sendirian."),
    sales=_("Mencari alasan orang puas tidak kembali."),
    service=_("Menyapa orang puas yang diam."),
)
