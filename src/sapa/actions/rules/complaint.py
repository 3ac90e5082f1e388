"""A complaint without resolution: nobody answered it, or the answer did not settle it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sapa.actions.rules.scoring import score, soon
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.standings.types import Complaint, Dossier, ShopSettings, StandingValues, Watch

KEY = "complaint"
METRIC = "resolution"
FOLLOW_UP_AFTER = timedelta(hours=24)
OLD_AFTER = timedelta(days=14)
GIVEN_UP_AFTER = timedelta(days=60)
PRESSING, OLD = 95.0, 58.0


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    complaint = standing.complaint
    if complaint is None or watch.reached(complaint.at + GIVEN_UP_AFTER):
        return None
    waits_since = standing.waiting_since
    if complaint.answered_at is not None and waits_since is not None and waits_since > complaint.answered_at:
        again = replace(complaint, answered_at=None)
        return _candidate(dossier, again, settings.reply_due_at(waits_since), _band(waits_since, watch))
    if complaint.answered_at is None:
        due_at = (
            settings.reply_due_at(complaint.at) if complaint.kind == "message" else _soon(complaint, watch)
        )
        return _candidate(dossier, complaint, due_at, _band(complaint.at, watch))
    follow_up_at = complaint.answered_at + FOLLOW_UP_AFTER
    if not watch.reached(follow_up_at):
        return None
    return _candidate(dossier, complaint, soon(follow_up_at, complaint.learned_at, watch.now), 72)


def _band(since: datetime, watch: Watch) -> float:
    """A complaint is the most pressing of all; one that a first import brings up from weeks ago comes behind today's."""
    return OLD if watch.reached(since + OLD_AFTER) else PRESSING


def _soon(complaint: Complaint, watch: Watch) -> datetime:
    return min(max(complaint.at, complaint.learned_at), watch.now) + timedelta(hours=24)


def _candidate(dossier: Dossier, complaint: Complaint, due_at: datetime, band: float) -> Candidate:
    data: dict[str, Any] = {
        "kind": complaint.kind,
        "id": complaint.id,
        "at": complaint.at.isoformat(),
        "answered_at": complaint.answered_at.isoformat() if complaint.answered_at else None,
        "again": any(
            not said.is_in and not said.is_automatic and said.at > complaint.at for said in dossier.messages
        ),
    }
    topics = {said.id: said.intent for said in dossier.messages} if complaint.kind == "message" else {}
    data["topic"] = topics.get(complaint.id)
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"{complaint.kind}:{complaint.id}",
        score=score(band, due_at),
        due_at=due_at,
        data=data,
        evidence=({"kind": complaint.kind, "id": complaint.id, "at": complaint.at.isoformat()},),
        identity_id=complaint.identity_id or None,
    )


def sentence(told: Told) -> str:
    _ = told._
    quote = told.quote(str(told.data["kind"]))
    if told.data["answered_at"]:
        return _("Tanyakan ke {name} apakah keluhannya sudah beres").format(name=told.name)
    if quote:
        return _("Selesaikan keluhan {name}: {quote}").format(name=told.name, quote=quote)
    return _("Selesaikan keluhan {name}").format(name=told.name)


def why(told: Told) -> str:
    _ = told._
    if told.data["answered_at"]:
        return _("Keluhan {when} sudah dijawab, tetapi belum ada kabar bahwa masalahnya selesai.").format(
            when=told.when("at")
        )
    if told.data["again"]:
        return _("Keluhan {when} belum selesai dan pelanggan menulis lagi.").format(when=told.when("at"))
    return _("Keluhan {when} belum dijawab. Keluhan selalu dijawab oleh orang.").format(when=told.when("at"))
