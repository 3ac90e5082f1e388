"""The invented shop's moments: one whose plan is in its fourth day, and one that ended without certainty, as most do."""

from __future__ import annotations

from datetime import datetime, timedelta

from sapa.accounts.models import Business, Teammate
from sapa.moments.models import Trial
from sapa.moments.operations import decide_step, end_trial, make_canvas, start_trial
from sapa.moments.operations.looks import take_looks
from sapa.moments.queries import list_steps
from sapa.moments.queries.quotes import offer_quotes
from sapa.moments.types import CanvasGiven

_DAY = timedelta(days=1)


def lay_moments(business: Business, *, now: datetime) -> None:
    """One finished moment and one that runs, done by the shop's own people on the days that they would have been."""
    people = list(business.teammates.order_by("id"))
    owner, answers = people[0], people[-1]
    talk = _begin(
        business,
        _canvas(
            business,
            "Saat orang menulis chat",
            "chat",
            feeling="Ingin cepat tahu: ada, berapa, kapan sampai?",
            change="Balasan pertama memberi total dengan ongkir, bukan harga saja",
            measure="buys",
            risk="Totalnya salah hitung, lalu orang merasa dibohongi.",
            owner=answers,
            now=now - 45 * _DAY,
        ),
        by=owner,
        now=now - 45 * _DAY,
    )
    for step in list_steps(talk):
        decide_step(step=step, verdict="done", by=answers, now=now - (46 - step.day) * _DAY)
    take_looks(business=business, now=now - 14 * _DAY)
    reason = "Belum pasti membantu, tetapi tim menjawab lebih cepat. Kita pakai terus tanpa mengaku berhasil."
    end_trial(trial=talk, choice="keep", reason=reason, by=owner, now=now - 12 * _DAY)

    arrived = _begin(
        business,
        _canvas(
            business,
            "Saat barang baru sampai",
            "arrived",
            feeling="Berharap pas, dan bingung harus bertanya ke mana kalau tidak.",
            change="Sapaan dua hari setelah barang sampai, dengan cara merawatnya",
            measure="no_trouble",
            risk="Yang sedang kecewa merasa disapa mesin.",
            owner=answers,
            now=now - 3 * _DAY,
        ),
        by=owner,
        now=now - 3 * _DAY,
    )
    for step in list_steps(arrived)[:3]:
        decide_step(step=step, verdict="done", by=answers, now=now - (4 - step.day) * _DAY)


def _canvas(
    business: Business,
    name: str,
    event: str,
    *,
    feeling: str,
    change: str,
    measure: str,
    risk: str,
    owner: Teammate,
    now: datetime,
) -> CanvasGiven:
    return CanvasGiven(
        name=name,
        event=event,
        feeling=feeling,
        change=change,
        channel_id=None,
        measure=measure,
        follow_days=3,
        risk=risk,
        responsible_id=owner.pk,
        team_id=None,
        message_ids=tuple(one.message_id for one in offer_quotes(business, event, now=now)[:2]),
    )


def _begin(business: Business, given: CanvasGiven, *, by: Teammate, now: datetime) -> Trial:
    moment = make_canvas(business=business, given=given, by=by, now=now)
    trial = moment.trials.get()
    start_trial(trial=trial, by=by, now=now)
    return trial
