"""How alike we answer everywhere: the share of first answers near the shop's own pace, by channel (S0.14, S1.4)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.metrics.definition import Metric, Statistic, first_reason, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    talks = within(t.talk, t.talk.day, a)
    usual = talks.minutes.median()
    is_near = (talks.minutes <= 2 * usual) | (talks.minutes <= 15.0)
    return talks.select(
        contact=talks.contact,
        day=talks.day,
        month=talks.month,
        value=hit(is_near),
        left_out=first_reason(
            (talks.minutes.isnull() & talks.needs_none, "no_answer_needed"),
            (talks.minutes.isnull(), "unanswered"),
        ),
        part=talks.channel,
    )


METRIC = Metric(
    key="consistent_response",
    question=_("Apakah setiap saluran dilayani sama baiknya?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Bagian balasan pertama yang paling lama dua kali waktu balas biasa toko dalam jangka yang sama; 15 menit"
        " ke bawah selalu termasuk. Dirinci menurut saluran, supaya terlihat siapa yang menunggu lebih lama."
    ),
    exclusions={
        "unanswered": _("belum dibalas"),
        "no_answer_needed": _("ditandai tidak perlu dibalas"),
    },
    target=0.8,
    owner_role="supervisor",
    rules=("unanswered", "escalated"),
    tomorrow=_("Balas dulu saluran yang paling lambat, dan tunjuk siapa yang menjaganya."),
    marketing=_("Mengarahkan orang ke saluran yang memang dijaga."),
    sales=_("Membalas marketplace secepat membalas chat."),
    service=_("Membagi jaga untuk tiap saluran."),
    yes=_("dibalas dalam waktu biasa"),
    no=_("menunggu lebih lama dari biasa"),
    settles_after=3,
    is_split=True,
    rows=rows,
)
