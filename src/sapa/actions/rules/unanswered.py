"""A message that waits longer than the target (2 business hours unless the shop chose otherwise)."""

from __future__ import annotations

from datetime import timedelta

from sapa.actions.rules.look import main_question, message_evidence, waiting_messages
from sapa.actions.rules.scoring import score
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.lib.dates import format_duration
from sapa.standings.types import ConversationFact, Dossier, ShopSettings, StandingValues, Watch

KEY = "unanswered"
METRIC = "replied_within_target"
GIVEN_UP_AFTER = timedelta(days=30)


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    since = standing.waiting_since
    if since is None:
        return None
    due_at = settings.reply_due_at(since)
    if not watch.reached(due_at) or watch.reached(since + GIVEN_UP_AFTER):
        return None
    thread = next(thread for thread in dossier.conversations if thread.waiting_since == since)
    return _candidate(thread, standing, settings)


def _candidate(thread: ConversationFact, standing: StandingValues, settings: ShopSettings) -> Candidate:
    waiting = waiting_messages(thread)
    main = main_question(waiting)
    first = waiting[0]
    is_urgent = any(said.needs_human or said.sentiment == "negative" for said in waiting)
    due_at = settings.reply_due_at(first.at)
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"message:{first.id}",
        score=score(90 if is_urgent else 80, due_at),
        due_at=due_at,
        data={
            "id": main.id,
            "topic": main.intent,
            "since": first.at.isoformat(),
            "count": len(waiting),
            "target_minutes": settings.reply_target_minutes,
            "is_urgent": is_urgent,
        },
        evidence=tuple(message_evidence(said) for said in waiting[-3:]),
        identity_id=main.identity_id,
    )


def sentence(told: Told) -> str:
    _ = told._
    asked = told.asked()
    if not asked:
        return _("Balas {name}").format(name=told.name)
    return _("Balas {name}: {asked}").format(name=told.name, asked=asked)


def why(told: Told) -> str:
    _ = told._
    target = format_duration(timedelta(minutes=int(told.data["target_minutes"])), told.language)
    words = _("Menunggu {since} (target {target}).").format(since=told.since("since"), target=target)
    if told.data["is_urgent"]:
        words = _("Perlu dibaca orang. {why}").format(why=words)
    quote = told.quote()
    return f"{words} {quote}".strip()
