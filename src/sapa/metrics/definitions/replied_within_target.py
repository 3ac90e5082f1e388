"""How many talks got their first answer within the target (S2.63)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, first_reason, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    talks = within(t.talk, t.talk.day, a)
    return talks.select(
        contact=talks.contact,
        day=talks.day,
        month=talks.month,
        value=hit(talks.answered_at <= talks.deadline_at),
        left_out=first_reason(
            (talks.answered_at.isnull() & talks.needs_none, "no_answer_needed"),
            (talks.answered_at.isnull() & (talks.deadline_at > a.now), "still_in_time"),
        ),
        part=talks.channel,
    )


METRIC = Metric(
    key="replied_within_target",
    question=_("Berapa bagian percakapan dibalas tepat waktu?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Percakapan yang dibuka dalam jangka ini: berapa bagian yang dibalas orang dalam batas waktu balas, menurut jam"
        " buka. Yang belum dibalas dihitung terlambat begitu batasnya lewat."
    ),
    exclusions={
        "still_in_time": _("belum dibalas, batasnya belum lewat"),
        "no_answer_needed": _("ditandai tidak perlu dibalas"),
    },
    target=0.9,
    owner_role="supervisor",
    rules=("unanswered",),
    tomorrow=_("Balas yang hampir lewat batas waktunya."),
    marketing=_("Tidak menjadwalkan promosi saat tidak ada yang bisa membalas."),
    sales=_("Membalas pertanyaan membeli sebelum yang lain."),
    service=_("Membagi giliran membalas pada jam ramai."),
    yes=_("dibalas tepat waktu"),
    no=_("terlambat atau belum dibalas"),
    is_split=True,
    rows=rows,
    settles_after=3,
)
