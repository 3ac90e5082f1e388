"""How often a buyer is expected to buy in the next twelve months, where a model of purchases stands its trial."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic

METRIC = Metric(
    key="expected_purchases",
    question=_("Berapa kali lagi seorang pembeli kira-kira membeli dalam 12 bulan?"),
    statistic=Statistic.EXPECTED,
    unit="purchases",
    formula=_(
        "Rata-rata perkiraan pembelian 52 minggu ke depan dari semua pembeli yang sudah ada, menurut seberapa sering"
        " dan kapan terakhir tiap orang membeli (Pareto/NBD). Diuji dahulu pada minggu-minggu terakhir; di bawah 200"
        " pembeli tidak disebut."
    ),
    rules=("repeat_overdue", "no_after_sale_word"),
    tomorrow=_("Sapa lebih dahulu yang perkiraannya paling tinggi."),
    marketing=_("Mengajak kembali yang masih mungkin, bukan semua orang."),
    sales=_("Menyiapkan barang untuk pembeli tetap."),
    service=_("Menjaga yang paling sering kembali."),
    looks_ahead=True,
)
