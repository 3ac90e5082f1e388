"""Somebody who asked, did not buy, and has fallen silent for longer than is usual for them."""

from __future__ import annotations

from datetime import timedelta

from sapa.actions.rules.look import last_link, last_question, message_evidence
from sapa.actions.rules.scoring import score, soon
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.standings.types import Dossier, ShopSettings, StandingValues, Watch

KEY = "silent_leaver"
METRIC = "conversion"
OPEN_FOR = timedelta(days=30)
GAPS = 3
LEAST_DAYS, MOST_DAYS = 7.0, 60.0


def silence_days(standing: StandingValues, settings: ShopSettings) -> float:
    """Days of silence after which this person counts as gone: three of their own gaps, else the shop's setting."""
    if standing.talk_gap_days is None:
        return float(settings.leave_after_days)
    return min(MOST_DAYS, max(LEAST_DAYS, GAPS * standing.talk_gap_days))


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    if standing.order_count or standing.last_in_at is None or standing.complaint is not None:
        return None
    asked = last_question(dossier)
    if asked is None or all(thread.is_group for thread in dossier.conversations):
        return None
    days = silence_days(standing, settings)
    gone_at = standing.last_in_at + timedelta(days=days)
    if not watch.reached(gone_at) or watch.reached(gone_at + OPEN_FOR):
        return None
    due_at = soon(gone_at, asked.learned_at, watch.now)
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"message:{asked.id}",
        score=score(30, due_at),
        due_at=due_at,
        data={
            "id": asked.id,
            "topic": asked.intent,
            "last_in_at": standing.last_in_at.isoformat(),
            "usual_days": round(standing.talk_gap_days) if standing.talk_gap_days else None,
            "material": last_link(dossier),
        },
        evidence=(message_evidence(asked),),
        identity_id=asked.identity_id,
    )


def sentence(told: Told) -> str:
    _ = told._
    return _("Sapa lagi {name}: terakhir {asked}").format(name=told.name, asked=told.asked())


def why(told: Told) -> str:
    _ = told._
    days = told.days_since("last_in_at")
    if told.data["usual_days"]:
        return _("Diam {days} hari, biasanya menulis tiap {usual} hari. Belum pernah membeli.").format(
            days=days, usual=max(1, int(told.data["usual_days"]))
        )
    return _("Diam {days} hari sejak bertanya dan belum membeli.").format(days=days)
