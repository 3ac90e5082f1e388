"""Somebody gave a low score and nobody has got in touch since."""

from __future__ import annotations

from datetime import timedelta

from sapa.actions.rules.look import was_contacted_after
from sapa.actions.rules.scoring import score
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.responses.rules import SCALES, is_unhappy
from sapa.standings.types import Dossier, ShopSettings, StandingValues, Watch

KEY = "detractor"
METRIC = "nps"
DUE_AFTER = timedelta(hours=24)
OPEN_FOR = timedelta(days=30)


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    del standing, settings
    given = dossier.responses[-1] if dossier.responses else None
    if given is None or not is_unhappy(given.survey, given.score):
        return None
    known_at = max(given.at, given.learned_at)
    if was_contacted_after(dossier, given.at) or watch.reached(given.at + OPEN_FOR):
        return None
    due_at = min(known_at, watch.now) + DUE_AFTER
    return Candidate(
        rule=KEY,
        metric=given.survey,
        evidence_key=f"response:{given.id}",
        score=score(74, due_at),
        due_at=due_at,
        data={"id": given.id, "survey": given.survey, "score": given.score, "at": given.at.isoformat()},
        evidence=({"kind": "response", "id": given.id, "at": given.at.isoformat()},),
        identity_id=given.identity_id,
    )


def sentence(told: Told) -> str:
    _ = told._
    return _("Hubungi {name}: memberi nilai {score} dari {out_of}").format(
        name=told.name, score=told.data["score"], out_of=SCALES[str(told.data["survey"])][1]
    )


def why(told: Told) -> str:
    line = told._("Nilai rendah {when}, belum dihubungi.").format(when=told.when("at"))
    return f"{line} {told.quote('response')}".strip()
