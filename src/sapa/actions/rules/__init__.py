"""The register of action rules: one file each. Adding one means a module here, and its name in `RULES`.

A rule has a key, the metric that it serves, and three functions: `find` looks at one contact's dossier and
standing and asks the watch for the time; `sentence` and `why` word what it found, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from sapa.actions.rules import (
    best_time,
    complaint,
    detractor,
    escalated,
    hot_lead,
    next_step,
    no_after_sale_word,
    offer_not_sent,
    origin_unknown,
    promise,
    referral,
    repeat_overdue,
    silent_leaver,
    unanswered,
)
from sapa.actions.rules.look import last_contacted_elsewhere
from sapa.actions.rules.scoring import SOFT
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.standings.types import Dossier, ShopSettings, StandingValues, Watch

REST = timedelta(hours=24)


class Words(Protocol):
    """What every rule can say of what it found."""

    KEY: str
    METRIC: str

    def sentence(self, told: Told) -> str: ...

    def why(self, told: Told) -> str: ...


class Rule(Words, Protocol):
    def find(
        self, dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
    ) -> Candidate | None: ...


class DecisionFact(NamedTuple):
    """A teammate's word on an action that still holds; `until` only for later."""

    rule: str
    evidence_key: str
    verdict: str
    until: datetime | None
    at: datetime


RULES: tuple[Rule, ...] = (
    complaint,
    unanswered,
    promise,
    offer_not_sent,
    detractor,
    hot_lead,
    referral,
    no_after_sale_word,
    repeat_overdue,
    silent_leaver,
)
_WORDED: tuple[Words, ...] = (*RULES, escalated, next_step)
WORDS: Mapping[str, Words] = {one.KEY: one for one in _WORDED}


def list_candidates(
    dossier: Dossier,
    standing: StandingValues,
    watch: Watch,
    settings: ShopSettings,
    decisions: Iterable[DecisionFact] = (),
) -> list[Candidate]:
    """What the rules find for one contact, most pressing first, without what a teammate has decided on."""
    found = [one for rule in RULES if (one := rule.find(dossier, standing, watch, settings)) is not None]
    if not found:
        return []
    held = {(one.rule, one.evidence_key) for one in decisions if _holds(one, watch)}
    met_at = last_contacted_elsewhere(dossier)
    is_resting = met_at is not None and not watch.reached(met_at + REST)
    left = [
        one
        for one in found
        if (one.rule, one.evidence_key) not in held and not (is_resting and one.score < SOFT)
    ]
    return sorted(left, key=lambda one: (-one.score, one.rule))


def find_escalation(
    dossier: Dossier,
    standing: StandingValues,
    watch: Watch,
    settings: ShopSettings,
    decisions: Iterable[DecisionFact] = (),
) -> Candidate | None:
    """What the supervisor should see to beside the contact's own action; a word on the question itself holds here too."""
    found = escalated.find(dossier, standing, watch, settings)
    if found is None:
        return None
    held = {(one.rule, one.evidence_key) for one in decisions if _holds(one, watch)}
    is_held = any((rule, found.evidence_key) in held for rule in (escalated.KEY, unanswered.KEY))
    return None if is_held else found


def choose(
    dossier: Dossier,
    standing: StandingValues,
    watch: Watch,
    settings: ShopSettings,
    decisions: Iterable[DecisionFact] = (),
) -> Candidate | None:
    """The most pressing action of a contact, None where no rule fires."""
    found = list_candidates(dossier, standing, watch, settings, decisions)
    if not found:
        return None
    first = found[0]
    more: dict[str, Any] = {}
    if origin_unknown.goes_along(first.rule, dossier, standing):
        more["also"] = [origin_unknown.KEY]
    if best_time.advises(first.rule, standing):
        more[best_time.KEY] = standing.usual_hour
    return replace(first, data={**first.data, **more}) if more else first


def _holds(decision: DecisionFact, watch: Watch) -> bool:
    if decision.verdict != "later":
        return True
    return decision.until is not None and not watch.reached(decision.until)


def tell_sentence(rule: str, told: Told) -> str:
    """The active sentence of an action."""
    words = WORDS[rule].sentence(told)
    if origin_unknown.KEY in told.data.get("also", ()):
        return f"{words}, {origin_unknown.addition(told)}"
    return words


def tell_why(rule: str, told: Told) -> str:
    """Why this, and why now."""
    return WORDS[rule].why(told)
