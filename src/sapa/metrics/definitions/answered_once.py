"""How many talks needed one question only: the clarity of what we say (S0.5, S1.4)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sapa.analytics.tables import HOUR
from sapa.metrics.definition import Metric, Statistic, first_reason, hit, within


def rows(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    talks = within(t.talk, t.talk.day, a)
    asked = t.reply.select(thread=t.reply.conversation, asked_at=t.reply.asked_at)
    turns = talks.join(
        asked,
        [
            talks.conversation == asked.thread,
            asked.asked_at >= talks.opened_at,
            asked.asked_at <= talks.last_at,
        ],
    )
    counted = turns.group_by("conversation", "opened_at").aggregate(turns=turns.count())
    found = talks.inner_join(counted, ["conversation", "opened_at"])
    return found.select(
        contact=found.contact,
        day=found.day,
        month=found.month,
        value=hit(found.turns == 1),
        left_out=first_reason(
            (found.last_at + 72 * HOUR > a.now, "still_open"),
            (found.answered_at.isnull(), "unanswered"),
        ),
        part=found.channel,
    )


METRIC = Metric(
    key="answered_once",
    question=_("Berapa bagian percakapan cukup dengan satu jawaban?"),
    statistic=Statistic.SHARE,
    unit="share",
    formula=_(
        "Percakapan yang dibuka dalam jangka ini, sudah dijawab orang, dan sudah 72 jam sepi: berapa bagian yang"
        " pelanggannya bertanya satu kali saja. Beberapa pesan berturut-turut adalah satu pertanyaan."
    ),
    exclusions={"still_open": _("masih berjalan"), "unanswered": _("belum dibalas")},
    target=0.5,
    owner_role="supervisor",
    rules=("unanswered", "complaint"),
    tomorrow=_("Lengkapi balasan siap untuk pertanyaan yang paling sering diulang."),
    marketing=_("Menulis harga, ukuran, dan ongkir di tempat orang pertama melihat."),
    sales=_("Menjawab pertanyaan berikutnya sekaligus."),
    service=_("Menulis jawaban yang jelas, lalu menanyakan apakah sudah cukup."),
    yes=_("cukup satu jawaban"),
    no=_("bertanya lagi"),
    settles_after=5,
    is_split=True,
    rows=rows,
)
