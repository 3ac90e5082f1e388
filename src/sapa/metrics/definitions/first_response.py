"""How long people wait for the first answer, in business hours (S1.13)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import ENOUGH_FOR_MEDIAN, Metric, Statistic, first_reason, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    talks = within(t.talk, t.talk.day, a)
    return talks.select(
        contact=talks.contact,
        day=talks.day,
        month=talks.month,
        value=talks.minutes,
        left_out=first_reason(
            (talks.minutes.isnull() & talks.needs_none, "no_answer_needed"),
            (talks.minutes.isnull(), "unanswered"),
        ),
        part=talks.channel,
    )


METRIC = Metric(
    key="first_response",
    question=_("Berapa lama pelanggan menunggu balasan pertama?"),
    statistic=Statistic.MEDIAN,
    unit="minutes",
    formula=_(
        "Nilai tengah menit jam buka dari pesan pertama pelanggan sampai balasan pertama dari orang, untuk percakapan"
        " yang dibuka dalam jangka ini. Percakapan selesai setelah 72 jam tanpa pesan; ucapan terima kasih dan stiker"
        " tidak membuka percakapan, jawaban otomatis bukan balasan."
    ),
    exclusions={
        "unanswered": _("belum dibalas"),
        "no_answer_needed": _("ditandai tidak perlu dibalas"),
    },
    smallest_sample=ENOUGH_FOR_MEDIAN,
    target=120.0,
    is_better_low=True,
    owner_role="supervisor",
    rules=("unanswered",),
    tomorrow=_("Balas dulu yang paling lama menunggu."),
    marketing=_("Menyebut jam buka di setiap tempat orang bisa menghubungi."),
    sales=_("Membalas pertanyaan membeli sebelum yang lain."),
    service=_("Menyiapkan jawaban untuk pertanyaan yang sering datang."),
    is_split=True,
    rows=rows,
    settles_after=3,
)
