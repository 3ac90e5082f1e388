"""How many referrals nobody asked for (S2.72): given by buyers, and people who say that they came by one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, first_reason, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    given = within(t.referral, t.referral.day, a)
    return given.select(
        contact=given.contact,
        day=given.day,
        month=given.month,
        value=1.0,
        left_out=first_reason((given.is_prompted, "prompted")),
    )


METRIC = Metric(
    key="organic_referrals",
    question=_("Berapa ajakan kepada orang lain yang datang tanpa diminta?"),
    statistic=Statistic.COUNT,
    unit="count",
    formula=_(
        "Ajakan, cerita puas, tautan, sebutan di grup, dan ulasan bagus dari pembeli tanpa kita minta, sekali"
        " sehari untuk tiap orang, ditambah orang baru yang bilang datang karena rekomendasi."
    ),
    exclusions={"prompted": _("kita minta dalam 7 hari sebelumnya")},
    smallest_sample=0,
    rules=("referral", "origin_unknown"),
    tomorrow=_("Ucapkan terima kasih kepada yang mengajak, dan tanyakan siapa yang mengajak orang baru."),
    marketing=_("Mencatat dari siapa orang baru tahu toko ini."),
    sales=_("Bertanya “tahu dari siapa?” dalam balasan yang memang akan dikirim."),
    service=_("Menjaga janji, karena itu yang diceritakan orang."),
    rows=rows,
    settles_after=0,
    outcome="referral",
)
