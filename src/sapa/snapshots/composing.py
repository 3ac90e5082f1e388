"""One contact thought through becomes the sheet in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sapa.accounts.models import Business
from sapa.actions.deriving import Derived
from sapa.actions.models import Action
from sapa.actions.rules import next_step
from sapa.actions.rules.best_time import leans_on_others
from sapa.actions.rules.told import shorten
from sapa.actions.types import Candidate
from sapa.actions.wording import Unworded, load_texts, shown_name, word
from sapa.contacts.types import SHOWN_KINDS
from sapa.promises.ledger import PromiseFact, is_open
from sapa.snapshots.history import tell_history
from sapa.snapshots.preferences import tell_preferences
from sapa.snapshots.trust import tell_trust_why
from sapa.snapshots.types import (
    ContactLine,
    IdentityLine,
    OrdersSum,
    OriginLine,
    PromiseLine,
    Snapshot,
    SnapshotAction,
)
from sapa.standings.types import Dossier, IdentityFact, ShopSettings


def compose(
    business: Business,
    derived: Derived,
    now: datetime,
    settings: ShopSettings,
    stored: Action | None = None,
    *,
    find_hour: Callable[[], int | None] | None = None,
) -> Snapshot:
    """The sheet as of `now`; `stored` is the open action, whose id screens act upon.

    `find_hour` finds when the shop's customers write; it is asked where the person's own habit is wanted and not known.
    """
    dossier, standing = derived.dossier, derived.standing
    name = contact_name(dossier)
    zone = settings.zone
    origin = standing.origin
    valid = dossier.valid_orders
    return Snapshot(
        contact=ContactLine(dossier.public_id, name, identity_lines(dossier.identities)),
        origin=OriginLine(
            origin.channel or None, origin.context or None, origin.at.astimezone(zone) if origin.at else None
        ),
        history=tell_history(dossier, standing, now, settings),
        trust=standing.trust,
        trust_why=tell_trust_why(standing.trust_why, now, settings),
        action=_action(derived, name, now, settings, stored, find_hour),
        preferences=tell_preferences(dossier),
        orders=OrdersSum(
            count=len(valid),
            total=standing.order_total,
            currency=valid[-1].currency if valid else business.currency,
            last_at=valid[-1].placed_at.astimezone(zone) if valid else None,
        ),
        open_promises=_promises(dossier, now, settings),
        as_of=now.astimezone(zone),
    )


def contact_name(dossier: Dossier) -> str:
    """The name, else the address by which people know them."""
    return shown_name(dossier.name, ((one.kind, one.value) for one in dossier.identities))


def identity_lines(identities: tuple[IdentityFact, ...]) -> tuple[IdentityLine, ...]:
    """What people know somebody by, each once: keys, and names of chats that are the only key there is."""
    return tuple(
        dict.fromkeys(
            identity_line(one.kind, one.value, one.name)
            for one in identities
            if one.kind in SHOWN_KINDS and one.value
        )
    )


def identity_line(kind: str, value: str, name: str) -> IdentityLine:
    """One identity as shown: of a record of a file the name in it, not the key by which we find it again."""
    return IdentityLine(kind, name if kind == "external" and name else value)


def _action(
    derived: Derived,
    name: str,
    now: datetime,
    settings: ShopSettings,
    stored: Action | None,
    find_hour: Callable[[], int | None] | None,
) -> SnapshotAction:
    chosen = derived.action or next_step.step(derived.dossier, derived.standing, now, settings)
    unworded = Unworded(chosen.rule, chosen.data, chosen.evidence)
    hour = find_hour() if find_hour is not None and leans_on_others(chosen.data) else None
    texts = load_texts([unworded])
    worded = word(unworded, name=name, texts=texts, now=now, calendar=settings.calendar, customers_hour=hour)
    return SnapshotAction(
        text=worded.text,
        owner=_owner_name(derived, settings),
        due_at=chosen.due_at.astimezone(settings.zone),
        why=worded.why,
        rule=chosen.rule,
        evidence=tuple(one.text for one in worded.evidence if one.text),
        material=worded.material,
        id=str(stored.public_id) if stored is not None and _is_same(stored, chosen) else None,
        best_time=worded.best_time,
    )


def _is_same(stored: Action, chosen: Candidate) -> bool:
    return (stored.rule, stored.evidence_key) == (chosen.rule, chosen.evidence_key)


def _owner_name(derived: Derived, settings: ShopSettings) -> str:
    owner_id = derived.owner_id
    return next((mate.name for mate in settings.teammates if mate.id == owner_id), "")


def _promises(dossier: Dossier, now: datetime, settings: ShopSettings) -> tuple[PromiseLine, ...]:
    texts = {said.id: said.text for said in dossier.messages if not said.is_in}
    still_open = sorted((one for one in dossier.promises if is_open(one, now)), key=lambda one: one.due_at)
    return tuple(
        PromiseLine(
            text=_words(one, texts.get(one.message_id, "")),
            kind=one.kind,
            made_at=one.made_at.astimezone(settings.zone),
            due_at=one.due_at.astimezone(settings.zone),
            is_late=one.due_at < now,
            id=f"{one.message_id}-{one.ordinal}",
        )
        for one in still_open
    )


def _words(promise: PromiseFact, text: str) -> str:
    return shorten(text[promise.start : promise.end], 160)
