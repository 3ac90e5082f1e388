"""A message that waits longer than the target (2 business hours unless the shop chose otherwise)."""

from __future__ import annotations

from datetime import timedelta

from sapa.actions.rules.look import main_question, message_evidence, waiting_messages
from sapa.actions.rules.scoring import score
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.conversations.rules import TALK_ENDS
from sapa.lib.dates import format_duration
from sapa.standings.rules.talk import asks
from sapa.standings.types import ConversationFact, Dossier, MessageFact, ShopSettings, StandingValues, Watch

KEY = "unanswered"
METRIC = "replied_within_target"
GIVEN_UP_AFTER = timedelta(days=30)
OLD_AFTER = timedelta(days=14)
URGENT = 90.0


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    if standing.waiting_since is None:
        return None
    found = [_in_thread(thread, watch, settings) for thread in dossier.conversations]
    return max((one for one in found if one is not None), key=lambda one: one.score, default=None)


def _in_thread(thread: ConversationFact, watch: Watch, settings: ShopSettings) -> Candidate | None:
    since = thread.waiting_since
    if since is None or not watch.reached(settings.reply_due_at(since, thread.target_minutes)):
        return None
    waiting = waiting_messages(thread)
    if watch.reached(waiting[-1].at + GIVEN_UP_AFTER):
        return None
    minutes = settings.reply_target_minutes if thread.target_minutes is None else thread.target_minutes
    return _candidate(waiting, _band(waiting, watch), settings, minutes)


def _band(waiting: list[MessageFact], watch: Watch) -> float:
    """Fresh questions come first; what has waited past the end of the talk sinks, praise and remarks lie lower."""
    if any(said.needs_human or said.sentiment == "negative" for said in waiting):
        return URGENT
    has_ended = watch.reached(waiting[-1].at + TALK_ENDS)
    is_old = watch.reached(waiting[-1].at + OLD_AFTER)
    if any(map(asks, waiting)):
        return 34 if is_old else 66 if has_ended else 80
    return 32 if has_ended else 52


def _candidate(
    waiting: list[MessageFact], band: float, settings: ShopSettings, target_minutes: int
) -> Candidate:
    main = main_question(waiting)
    first = waiting[0]
    is_urgent = band == URGENT
    due_at = settings.reply_due_at(first.at, target_minutes)
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"message:{first.id}",
        score=score(band, due_at),
        due_at=due_at,
        data={
            "id": main.id,
            "topic": main.intent,
            "since": first.at.isoformat(),
            "count": len(waiting),
            "target_minutes": target_minutes,
            "is_urgent": is_urgent,
            "is_praise": main.intent == "testimonial",
        },
        evidence=tuple(message_evidence(said) for said in waiting[-3:]),
        identity_id=main.identity_id,
    )


def sentence(told: Told) -> str:
    _ = told._
    asked = told.asked()
    if told.data["is_praise"]:
        return _("Ucapkan terima kasih ke {name}: {asked}").format(name=told.name, asked=asked)
    if not asked:
        return _("Balas {name}").format(name=told.name)
    return _("Balas {name}: {asked}").format(name=told.name, asked=asked)


def why(told: Told) -> str:
    _ = told._
    target = format_duration(timedelta(minutes=int(told.data["target_minutes"])), told.language)
    words = _("Menunggu {since} (target {target}).").format(since=told.waited("since"), target=target)
    if told.data["is_urgent"]:
        words = _("Perlu dibaca orang. {why}").format(why=words)
    quote = told.quote()
    return f"{words} {quote}".strip()
