"""How many talks end with nothing left open and stay closed (S1.6)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.analytics.tables import DAY, HOUR
from sapa.metrics.definition import Metric, Statistic, first_reason, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    talks = within(t.talk, t.talk.day, a)
    came_back = (talks.reopened_at <= talks.last_at + 7 * DAY).fill_null(False)
    return talks.select(
        contact=talks.contact,
        day=talks.day,
        month=talks.month,
        value=hit(talks.is_settled & ~came_back),
        left_out=first_reason((talks.last_at + 72 * HOUR > a.now, "still_open")),
        part=talks.channel,
    )


METRIC = Metric(
    key="resolution",
    question=_("Berapa bagian percakapan selesai sekali jalan?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Percakapan yang dibuka dalam jangka ini dan sudah 72 jam sepi: berapa bagian yang pesan terakhir pelanggannya"
        " dijawab orang dan tidak dibuka lagi dalam 7 hari."
    ),
    exclusions={"still_open": _("masih berjalan")},
    target=0.8,
    owner_role="supervisor",
    rules=("complaint", "unanswered"),
    tomorrow=_("Selesaikan keluhan yang masih terbuka."),
    marketing=_("Memperbaiki keterangan yang paling sering ditanyakan ulang."),
    sales=_("Menjawab pertanyaan berikutnya sekaligus."),
    service=_("Memastikan beres sebelum menutup percakapan."),
    yes=_("selesai sekali jalan"),
    no=_("belum selesai atau dibuka lagi"),
    is_split=True,
    rows=rows,
    settles_after=11,
)
