"""Somebody recommended us and has not been thanked."""

from __future__ import annotations

import re
from datetime import timedelta

from sapa.actions.rules.look import message_evidence
from sapa.actions.rules.scoring import score, soon
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.standings.rules.trust import gave_referral
from sapa.standings.types import Dossier, MessageFact, ShopSettings, StandingValues, Watch

KEY = "referral"
METRIC = "organic_referrals"
OPEN_FOR = timedelta(days=14)
_THANKS = re.compile(
    r"\b(?:terima\s*kasih|trima\s*kasih|terimakasih|trimakasih|makasih?|mksh|tq|thx|thanks|thank\s*you|matur\s*nuwun|suwun|nuhun)\b",
    re.IGNORECASE,
)


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    del settings
    if standing.complaint is not None:
        return None
    given = next((said for said in reversed(dossier.messages) if gave_referral(said)), None)
    if given is None or _was_thanked(dossier, given) or watch.reached(given.at + OPEN_FOR):
        return None
    due_at = soon(given.at, given.learned_at, watch.now)
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"message:{given.id}",
        score=score(50, due_at),
        due_at=due_at,
        data={"id": given.id, "at": given.at.isoformat()},
        evidence=(message_evidence(given),),
        identity_id=given.identity_id,
    )


def _was_thanked(dossier: Dossier, given: MessageFact) -> bool:
    return any(
        not said.is_in and not said.is_automatic and said.at >= given.at and _THANKS.search(said.text)
        for said in dossier.messages
    )


def sentence(told: Told) -> str:
    return told._("Ucapkan terima kasih ke {name}: sudah mengajak orang lain").format(name=told.name)


def why(told: Told) -> str:
    line = told._("Merekomendasikan toko {when}, belum ada ucapan terima kasih.").format(when=told.when("at"))
    return f"{line} {told.quote()}".strip()
