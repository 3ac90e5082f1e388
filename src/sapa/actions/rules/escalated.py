"""Somebody who has waited far beyond the target: the supervisor should see to it (S1.12, S4.20).

It takes nothing from who should answer: their own action stays, this one stands in the supervisor's day beside it.
"""

from __future__ import annotations

from datetime import timedelta

from sapa.actions.rules.look import main_question, message_evidence, waiting_messages
from sapa.actions.rules.scoring import score
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.conversations.rules import TALK_ENDS
from sapa.conversations.service.targets import Urgency, escalates_at, target_minutes, urgency_of
from sapa.lib.dates import format_duration
from sapa.standings.types import ConversationFact, Dossier, ShopSettings, StandingValues, TeammateRef, Watch

KEY = "escalated"
METRIC = "replied_within_target"
BAND = 97.0
_TROUBLE = frozenset({"complaint", "refund_return", "claim_warranty"})
_AFTER_SALES = frozenset({"service", "after_sales"})


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    supervisor = settings.supervisor
    if supervisor is None or standing.waiting_since is None:
        return None
    if _answerer(standing, settings) == supervisor.id:
        return None  # the unanswered message itself tells them
    found = [_in_thread(thread, standing, watch, settings, supervisor) for thread in dossier.conversations]
    return max((one for one in found if one is not None), key=lambda one: one.score, default=None)


def _answerer(standing: StandingValues, settings: ShopSettings) -> int | None:
    return standing.owner_id or (settings.owner.id if settings.owner else None)


def _in_thread(
    thread: ConversationFact,
    standing: StandingValues,
    watch: Watch,
    settings: ShopSettings,
    supervisor: TeammateRef,
) -> Candidate | None:
    waiting = waiting_messages(thread)
    if not waiting or watch.reached(waiting[-1].at + TALK_ENDS):
        return None  # what is that old stands among the other things to do
    angry = any(
        said.needs_human or said.sentiment == "negative" or said.intent in _TROUBLE for said in waiting
    )
    urgency = urgency_of(complains=angry or standing.complaint is not None, is_hot=standing.is_hot)
    minutes = target_minutes(
        settings.targets,
        channel_minutes=thread.target_minutes,
        urgency=urgency,
        is_after_sales=standing.phase in _AFTER_SALES,
    )
    first = waiting[0]
    at = escalates_at(settings.calendar, first.at, minutes, settings.escalate_after_percent)
    if not watch.reached(at):
        return None
    main = main_question(waiting)
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"message:{first.id}",
        score=score(BAND, at),
        due_at=at,
        data={
            "id": main.id,
            "topic": main.intent,
            "since": first.at.isoformat(),
            "target_minutes": minutes,
            "conversation": thread.id,
            "is_urgent": urgency is Urgency.COMPLAINT,
        },
        evidence=tuple(message_evidence(said) for said in waiting[-3:]),
        identity_id=main.identity_id,
        owner_id=supervisor.id,
    )


def sentence(told: Told) -> str:
    _ = told._
    asked = told.asked()
    if not asked:
        return _("Pastikan {name} dibalas sekarang").format(name=told.name)
    return _("Pastikan {name} dibalas sekarang: {asked}").format(name=told.name, asked=asked)


def why(told: Told) -> str:
    _ = told._
    target = format_duration(timedelta(minutes=int(told.data["target_minutes"])), told.language)
    words = _("Sudah menunggu {since}, jauh lewat target {target}.").format(
        since=told.waited("since"), target=target
    )
    if told.data["is_urgent"]:
        words = _("Ini keluhan. {why}").format(why=words)
    return f"{words} {told.quote()}".strip()
