"""A hot lead who nears 72 hours without having bought."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sapa.actions.rules.look import hot_since, last_link, last_question, message_evidence
from sapa.actions.rules.scoring import score
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.standings.types import Dossier, ShopSettings, StandingValues, Watch

KEY = "hot_lead"
METRIC = "hot_leads_within_72h"
HOURS = 72
OPENS_AFTER = timedelta(hours=24)


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    if not standing.is_hot:
        return None
    since = hot_since(dossier, timedelta(days=settings.leave_after_days))
    if since is None or not watch.reached(since + OPENS_AFTER):
        return None
    due_at = since + timedelta(hours=HOURS)
    if watch.reached(due_at):
        return None
    asked = last_question(dossier)
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"hot:{since.isoformat()}",
        score=score(62, due_at),
        due_at=due_at,
        data={
            "id": asked.id if asked else None,
            "topic": asked.intent if asked else None,
            "since": since.isoformat(),
            "material": last_link(dossier),
        },
        evidence=(message_evidence(asked) if asked else _first_sign(dossier, since),),
        identity_id=asked.identity_id if asked else dossier.touches[-1].identity_id,
    )


def _first_sign(dossier: Dossier, since: datetime) -> dict[str, Any]:
    sign = next(touch for touch in dossier.touches if touch.at == since)
    return {"kind": "touchpoint", "id": sign.id, "at": since.isoformat()}


def sentence(told: Told) -> str:
    _ = told._
    asked = told.asked()
    if not asked:
        return _("Hubungi {name}: tertarik, belum membeli").format(name=told.name)
    return _("Hubungi {name}: {asked}, belum membeli").format(name=told.name, asked=asked)


def why(told: Told) -> str:
    _ = told._
    hours = int((told.now - told.at("since")).total_seconds() // 3600)
    return _("Prospek panas: sudah {hours} dari {limit} jam sejak mulai tertarik.").format(
        hours=hours, limit=HOURS
    )
