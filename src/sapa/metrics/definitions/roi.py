"""Whether the work pays: three figures that rise together, month after month (S2.72, S2.73)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic

METRIC = Metric(
    key="roi",
    question=_("Apakah beli lagi, nilainya, dan ajakan naik bersama tiga bulan berturut-turut?"),
    statistic=Statistic.VERDICT,
    unit="verdict",
    formula=_(
        "Tiga bulan terakhir yang semua pembelinya sudah lewat 90 hari: bagian yang beli lagi, rata-rata nilai pesanan"
        " ulang, dan ajakan tanpa diminta harus naik tiap bulan."
    ),
    rules=("repeat_overdue", "referral", "no_after_sale_word"),
    tomorrow=_("Kerjakan dulu sapaan kepada pembeli yang belum kembali; dari situ ketiganya naik."),
    marketing=_("Mencatat asal dan yang mengajak."),
    sales=_("Menaikkan nilai pesanan ulang dengan pelengkap."),
    service=_("Menjaga yang membuat orang kembali."),
)
