"""Nobody knows where this contact comes from. Never an action of its own: asked in a reply that is due anyway."""

from __future__ import annotations

from sapa.actions.rules.told import Told
from sapa.standings.types import Dossier, StandingValues

KEY = "origin_unknown"
METRIC = "organic_referrals"
ASKED_ALONG_WITH = frozenset({"unanswered", "offer_not_sent", "hot_lead", "no_after_sale_word", "referral"})


def goes_along(rule: str, dossier: Dossier, standing: StandingValues) -> bool:
    """Whether to ask it in the reply that `rule` calls for: no context known, and not asked of an old buyer."""
    return (
        rule in ASKED_ALONG_WITH
        and not standing.origin.context
        and standing.order_count <= 1
        and bool(dossier.messages)
    )


def addition(told: Told) -> str:
    """What the action's sentence gets behind it."""
    return told._("sekalian tanya tahu toko dari mana")
