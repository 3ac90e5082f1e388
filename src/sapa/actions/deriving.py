"""From dossiers to what should be done: the whole chain in memory, for the refresh and for readings as of a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from sapa.accounts.models import Business
from sapa.actions.models import Decision
from sapa.actions.rules import DecisionFact, choose, find_escalation
from sapa.actions.types import Candidate
from sapa.lib.kept import MANY, MOMENT, kept
from sapa.standings.asking import END
from sapa.standings.dossiers import CHUNK, load_dossiers
from sapa.standings.facts import survivors
from sapa.standings.queries import iterate_contacts
from sapa.standings.rules import derive
from sapa.standings.types import Dossier, ShopSettings, StandingValues, Watch


@dataclass(frozen=True, slots=True)
class Derived:
    """One contact thought through: `look_again_at` is when any of it may change by time alone.

    `escalation` is what the supervisor should see to beside the action.
    """

    dossier: Dossier
    standing: StandingValues
    action: Candidate | None
    escalation: Candidate | None
    look_again_at: datetime | None

    @property
    def owner_id(self) -> int | None:
        """Whose the action is: the rule's choice, else of whoever answers the contact."""
        own = self.action.owner_id if self.action else None
        return self.standing.owner_id if own is None else own


def derive_contact(
    dossier: Dossier, now: datetime, settings: ShopSettings, decisions: Sequence[DecisionFact]
) -> Derived:
    """Standing and action of one contact as of `now`."""
    watch = Watch(now)
    standing = derive(dossier, watch, settings)
    action = choose(dossier, standing, watch, settings, decisions)
    escalation = find_escalation(dossier, standing, watch, settings, decisions)
    return Derived(dossier, standing, action, escalation, watch.next_at)


def derive_many(
    business: Business,
    contact_ids: Sequence[int],
    *,
    now: datetime,
    settings: ShopSettings,
    until: datetime | None = None,
) -> list[Derived]:
    """Those of at most `CHUNK` contacts that stand for themselves; `until` cuts their facts."""
    dossiers = load_dossiers(business, contact_ids, until=until)
    decisions = load_decisions([dossier.contact_id for dossier in dossiers], until=until)
    return [
        derive_contact(dossier, now, settings, decisions.get(dossier.contact_id, ())) for dossier in dossiers
    ]


def derive_all(business: Business, *, now: datetime, settings: ShopSettings) -> Iterator[Derived]:
    """Every contact as of `now`, from facts up to then; nothing is stored."""
    for ids in iterate_contacts(business, CHUNK):
        yield from derive_many(business, ids, now=now, settings=settings, until=now)


def load_decisions(
    contact_ids: Sequence[int], *, until: datetime | None = None
) -> Mapping[int, list[DecisionFact]]:
    """Decisions that stand, by contact. They follow the identity of their evidence through merge and un-merge."""
    heirs = survivors(contact_ids)
    before = until or END
    rows = [*_by_identity(ids=contact_ids, until=before), *_by_contact(ids=list(heirs), until=before)]
    decisions: dict[int, list[DecisionFact]] = {}
    for identity_contact_id, contact_id, *values in rows:
        owner_id = identity_contact_id or heirs[contact_id]
        decisions.setdefault(owner_id, []).append(DecisionFact._make(values))
    return decisions


@kept(ids=MANY, until=MOMENT)
def _by_identity(ids: Any, until: Any) -> QuerySet[Any, Any]:
    return _standing(Decision.objects.filter(identity__contact_id__among=ids), until)


@kept(ids=MANY, until=MOMENT)
def _by_contact(ids: Any, until: Any) -> QuerySet[Any, Any]:
    found = Decision.objects.filter(contact_id__among=ids, identity__contact_id__isnull=True)
    return _standing(found, until)


def _standing(found: QuerySet[Decision], until: Any) -> QuerySet[Any, Any]:
    standing = found.filter(Q(undone_at__isnull=True) | Q(undone_at__gt=until), at__lte=until)
    return standing.values_list(
        "identity__contact_id", "contact_id", "rule", "evidence_key", "verdict", "until", "at"
    )
