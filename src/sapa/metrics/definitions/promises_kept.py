"""How many of our promises we kept in time (S0.8, S3.4)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, first_reason, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    made = within(t.prom, t.prom.day, a)
    return made.select(
        contact=made.contact,
        day=made.day,
        month=made.month,
        value=hit(made.done_at <= made.due_at),
        left_out=first_reason(
            (made.is_dismissed, "no_promise"),
            (made.due_at > a.now, "not_due_yet"),
        ),
        part=made.done_at.isnull().ifelse("broken", (made.done_at > made.due_at).ifelse("late", "kept")),
    )


METRIC = Metric(
    key="promises_kept",
    question=_("Berapa bagian janji kita tepat waktu?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Janji yang dibuat dalam jangka ini dan sudah jatuh tempo: berapa bagian yang kabar selesainya disampaikan"
        " sebelum jatuh tempo. Terlambat berarti selesai sesudahnya; ingkar berarti tidak selesai."
    ),
    exclusions={
        "not_due_yet": _("belum jatuh tempo"),
        "no_promise": _("ditandai bukan janji"),
    },
    target=0.95,
    owner_role="supervisor",
    rules=("promise",),
    tomorrow=_("Tepati janji yang jatuh tempo hari ini, dan kabari yang terlambat."),
    marketing=_("Tidak menjanjikan waktu yang tidak dipegang gudang."),
    sales=_("Menyebut waktu yang pasti bisa ditepati."),
    service=_("Mengabari sebelum ditanya."),
    yes=_("ditepati"),
    no=_("terlambat atau ingkar"),
    is_split=True,
    rows=rows,
    settles_after=15,
)
