"""How long a talk takes until a teammate closes it, in business hours (S1.21)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import ENOUGH_FOR_MEDIAN, Metric, Statistic, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    closed = within(t.closing, t.closing.day, a)
    return closed.select(
        contact=closed.contact,
        day=closed.day,
        month=closed.month,
        value=closed.minutes,
        left_out=a.nobody,
        part=closed.channel,
    )


METRIC = Metric(
    key="resolution_time",
    question=_("Berapa lama sampai sebuah percakapan kita selesaikan?"),
    statistic=Statistic.MEDIAN,
    unit="minutes",
    formula=_(
        "Nilai tengah menit jam buka dari pesan pertama sampai percakapan ditutup seorang teman tim, untuk yang ditutup"
        " dalam jangka ini."
    ),
    smallest_sample=ENOUGH_FOR_MEDIAN,
    is_better_low=True,
    owner_role="supervisor",
    rules=("unanswered", "complaint"),
    tomorrow=_("Tutup percakapan yang sudah selesai, dan tanyakan yang masih menggantung."),
    marketing=_("Menyiapkan keterangan yang paling lama dicari."),
    sales=_("Memberi kepastian dalam satu percakapan."),
    service=_("Menutup setelah beres, tidak sebelumnya."),
    settles_after=0,
    is_split=True,
    rows=rows,
)
