"""How long people wait for the answers after the first, in business hours (S1.21)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import ENOUGH_FOR_MEDIAN, Metric, Statistic, first_reason, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    asked = within(t.reply, t.reply.day, a)
    following = asked.filter(~asked.is_first)
    return following.select(
        contact=following.contact,
        day=following.day,
        month=following.month,
        value=following.minutes,
        left_out=first_reason(
            (following.minutes.isnull() & following.needs_none, "no_answer_needed"),
            (following.minutes.isnull(), "unanswered"),
        ),
        part=following.channel,
    )


METRIC = Metric(
    key="next_response",
    question=_("Berapa lama pelanggan menunggu balasan berikutnya?"),
    statistic=Statistic.MEDIAN,
    unit="minutes",
    formula=_(
        "Nilai tengah menit jam buka dari pertanyaan sampai dijawab orang, untuk semua pertanyaan sesudah yang pertama"
        " dalam percakapan."
    ),
    exclusions={
        "unanswered": _("belum dibalas"),
        "no_answer_needed": _("ditandai tidak perlu dibalas"),
    },
    smallest_sample=ENOUGH_FOR_MEDIAN,
    target=60.0,
    is_better_low=True,
    owner_role="supervisor",
    rules=("unanswered", "escalated"),
    tomorrow=_("Selesaikan percakapan yang sudah dimulai sebelum membuka yang baru."),
    marketing=_("Tidak membuka promosi saat percakapan kemarin belum selesai."),
    sales=_("Menunggui percakapan sampai pembeli mendapat keputusan."),
    service=_("Menyerahkan percakapan dengan catatan saat giliran habis."),
    settles_after=3,
    is_split=True,
    rows=rows,
)
