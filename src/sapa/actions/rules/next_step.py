"""Where no rule fires: the next honest step. Stands on the sheet only, never in today."""

from __future__ import annotations

from datetime import datetime

from sapa.actions.rules.look import main_question, order_evidence, waiting_messages
from sapa.actions.rules.scoring import WITHIN
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.standings.types import Dossier, OrderFact, ShopSettings, StandingValues

KEY = "next_step"
METRIC = ""


def step(dossier: Dossier, standing: StandingValues, now: datetime, settings: ShopSettings) -> Candidate:
    """Answer what waits, tell of a parcel under way, ask how goods are in use, ask the origin, or thank."""
    if standing.waiting_since is not None and settings.reply_due_at(standing.waiting_since) > now:
        due_at = min(settings.reply_due_at(standing.waiting_since), now + WITHIN)
        return _candidate("answer", due_at, _what_waits(dossier, standing.waiting_since))
    order = next((one for one in reversed(dossier.orders) if one.is_valid), None)
    data = {"order": order.id} if order else {}
    return _candidate(_code(standing, order, now), now + WITHIN, data, order)


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
    code: str, due_at: datetime, data: dict[str, object], order: OrderFact | None = None
) -> Candidate:
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"next:{code}",
        score=0.0,
        due_at=due_at,
        data={"code": code, **data},
        evidence=(order_evidence(order),) if order else (),
    )


def _(text: str) -> str:
    return text


SENTENCES: dict[str, tuple[str, str]] = {
    "answer": (_("Balas {name}"), _("Pesannya belum dijawab dan masih dalam target.")),
    "tell_progress": (_("Kabari {name} sampai mana pesanannya"), _("Pesanannya sedang berjalan.")),
    "ask_use": (_("Tanya {name} bagaimana barangnya dipakai"), _("Pesanannya sudah sampai.")),
    "ask_origin": (_("Tanya {name} tahu toko dari mana"), _("Asal pelanggan ini belum diketahui.")),
    "thank": (_("Ucapkan terima kasih ke {name}"), _("Sudah membeli dan tidak ada yang tertunda.")),
    "offer_help": (_("Tanya {name} apa yang bisa dibantu"), _("Tidak ada yang tertunda.")),
}


def sentence(told: Told) -> str:
    words = told._(SENTENCES[str(told.data["code"])][0]).format(name=told.name)
    asked = told.asked() if told.data["code"] == "answer" else ""
    return f"{words}: {asked}" if asked else words


def why(told: Told) -> str:
    return told._(SENTENCES[str(told.data["code"])][1])
