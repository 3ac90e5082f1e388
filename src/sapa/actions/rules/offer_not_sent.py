"""Somebody asked for an offer (a price list, a catalogue, terms of payment) and it was not sent."""

from __future__ import annotations

import re
from datetime import timedelta

from sapa.actions.rules.look import last_link, message_evidence
from sapa.actions.rules.scoring import score
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.readings.detectors import asks_offer, offer_sent
from sapa.standings.types import ConversationFact, Dossier, MessageFact, ShopSettings, StandingValues, Watch

KEY = "offer_not_sent"
METRIC = "conversion"
DUE_AFTER = timedelta(hours=24)
OFFER_INTENTS = frozenset({"installment", "reseller_b2b"})
_TERMS = re.compile(
    r"\brp\.?\s*\d|\b\d[\d.,]*\s*(?:rb|ribu|k|jt|juta)\b|\b\d{1,3}(?:[.,]\d{3})+\b|\b\d+\s*(?:x|kali|bulan|bln)\b|\b\d+\s*%",
    re.IGNORECASE,
)


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    asked = unsent_offer(dossier)
    if asked is None:
        return None
    if watch.reached(asked.at + timedelta(days=settings.leave_after_days)):
        return None
    if not watch.reached(settings.reply_due_at(asked.at)):
        return None
    due_at = asked.at + DUE_AFTER
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"message:{asked.id}",
        score=score(82, due_at),
        due_at=due_at,
        data={
            "id": asked.id,
            "topic": asked.intent,
            "at": asked.at.isoformat(),
            "material": last_link(dossier),
        },
        evidence=(message_evidence(asked),),
        identity_id=asked.identity_id,
    )


def unsent_offer(dossier: Dossier) -> MessageFact | None:
    """The newest question for an offer in a private thread after which neither offer nor order followed."""
    bought_at = max((order.placed_at for order in dossier.orders if order.is_valid), default=None)
    for thread in dossier.conversations:
        if thread.is_group:
            continue
        asked = next((said for said in reversed(thread.messages) if wants_offer(said)), None)
        if asked is None or (bought_at is not None and bought_at >= asked.at):
            continue
        if (thread.answered_until is None or thread.answered_until < asked.at) and not was_sent(
            thread, asked
        ):
            return asked
    return None


def wants_offer(said: MessageFact) -> bool:
    """Whether a customer's message asks for something to be sent before they can decide."""
    if not said.is_in or said.closes:
        return False
    return (said.intent in OFFER_INTENTS and said.is_question) or asks_offer(said.text)


def was_sent(thread: ConversationFact, asked: MessageFact) -> bool:
    """Whether the shop sent an offer after it was asked for one; for instalments and trade, terms in words will do."""
    return any(
        offer_sent(said.text, said.media)
        or (asked.intent in OFFER_INTENTS and bool(_TERMS.search(said.text)))
        for said in thread.messages
        if not said.is_in and not said.is_automatic and said.at >= asked.at
    )


def sentence(told: Told) -> str:
    _ = told._
    if told.data["topic"] == "installment":
        return _("Kirim penawaran cicilan ke {name}").format(name=told.name)
    if told.data["topic"] == "reseller_b2b":
        return _("Kirim penawaran grosir ke {name}").format(name=told.name)
    return _("Kirim penawaran ke {name}: {asked}").format(name=told.name, asked=told.quote() or told.asked())


def why(told: Told) -> str:
    _ = told._
    line = _("Diminta {when}, belum dikirim.").format(when=told.when("at"))
    return f"{line} {told.quote()}".strip()
