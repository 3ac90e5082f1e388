"""Where no rule fires: the next honest step. Stands on the sheet only, never in today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sapa.actions.rules.look import main_question, message_evidence, order_evidence, waiting_messages
from sapa.actions.rules.scoring import WITHIN
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.standings.rules.glad import find_glad_answers
from sapa.standings.types import Dossier, MessageFact, OrderFact, ShopSettings, StandingValues

KEY = "next_step"
METRIC = ""


def step(dossier: Dossier, standing: StandingValues, now: datetime, settings: ShopSettings) -> Candidate:
    """Answer what waits, thank for a glad answer, tell of a parcel under way, ask how goods are in use, ask the origin."""
    if standing.waiting_since is not None and settings.reply_due_at(standing.waiting_since) > now:
        due_at = min(settings.reply_due_at(standing.waiting_since), now + WITHIN)
        return _candidate("answer", due_at, _what_waits(dossier, standing.waiting_since))
    order = next((one for one in reversed(dossier.orders) if one.is_valid), None)
    glad = _glad_answer(dossier, now - timedelta(days=settings.leave_after_days))
    if glad is not None:
        return _candidate("thank_glad", now + WITHIN, {"id": glad.id}, [message_evidence(glad)])
    data = {"order": order.id} if order else {}
    return _candidate(
        _code(standing, order, now), now + WITHIN, data, [order_evidence(order)] if order else []
    )


def _glad_answer(dossier: Dossier, since: datetime) -> MessageFact | None:
    """The glad answer to a question of ours with which a talk ended since then, if nobody has said a word to it."""
    for thread in dossier.conversations:
        last = thread.messages[-1]
        is_answered = thread.answered_until is not None and thread.answered_until >= last.at
        if not thread.is_whole or is_answered or not last.is_in or last.at < since:
            continue
        if last.id in find_glad_answers(thread.messages):
            return last
    return None


def _what_waits(dossier: Dossier, since: datetime) -> dict[str, object]:
    thread = next(one for one in dossier.conversations if one.waiting_since == since)
    main = main_question(waiting_messages(thread))
    return {"since": since.isoformat(), "id": main.id, "topic": main.intent}


def _code(standing: StandingValues, order: OrderFact | None, now: datetime) -> str:
    if order is not None and (order.received_at is None or order.received_at > now):
        return "tell_progress"
    if order is not None and standing.phase == "after_sales":
        return "ask_use"
    if not standing.origin.context:
        return "ask_origin"
    if order is not None:
        return "thank"
    return "offer_help"


def _candidate(
    code: str, due_at: datetime, data: dict[str, object], evidence: Sequence[dict[str, Any]] = ()
) -> Candidate:
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"next:{code}",
        score=0.0,
        due_at=due_at,
        data={"code": code, **data},
        evidence=tuple(evidence),
    )


def _(text: str) -> str:
    return text


SENTENCES: dict[str, tuple[str, str]] = {
    "answer": (_("Balas {name}"), _("Pesannya belum dijawab dan masih dalam target.")),
    "tell_progress": (_("Kabari {name} sampai mana pesanannya"), _("Pesanannya sedang berjalan.")),
    "ask_use": (_("Tanya {name} bagaimana barangnya dipakai"), _("Pesanannya sudah sampai.")),
    "ask_origin": (_("Tanya {name} tahu toko dari mana"), _("Asal pelanggan ini belum diketahui.")),
    "thank_glad": (
        _("Ucapkan terima kasih ke {name}"),
        _("Jawabannya senang, dan ia tidak menunggu apa-apa."),
    ),
    "thank": (_("Ucapkan terima kasih ke {name}"), _("Sudah membeli dan tidak ada yang tertunda.")),
    "offer_help": (_("Tanya {name} apa yang bisa dibantu"), _("Tidak ada yang tertunda.")),
}


def sentence(told: Told) -> str:
    words = told._(SENTENCES[str(told.data["code"])][0]).format(name=told.name)
    asked = {"answer": told.asked, "thank_glad": told.quote}.get(str(told.data["code"]), str)()
    return f"{words}: {asked}" if asked else words


def why(told: Told) -> str:
    return told._(SENTENCES[str(told.data["code"])][1])
