"""Storing what should be done, and what teammates decide about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import sapa.lib.lookups  # noqa: F401  (id__among)
from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.actions.models import Action, Decision, Escalation
from sapa.actions.types import Candidate
from sapa.contacts.models import Contact, Identity
from sapa.contacts.operations import note_changes
from sapa.lib.database import write
from sapa.timeline.models import Touchpoint
from sapa.timeline.operations import Happening, record_touchpoints

COLUMNS = (
    "rule",
    "evidence_key",
    "identity_id",
    "data",
    "evidence",
    "metric",
    "score",
    "due_at",
    "owner_id",
)
Row = TypeVar("Row", Action, Escalation)
_WRITTEN = [column.removesuffix("_id") for column in COLUMNS]
_TOUCHPOINT = {
    Decision.Verdict.DONE.value: "action.done",
    Decision.Verdict.NOT_NEEDED.value: "action.not_needed",
}


class Chosen(NamedTuple):
    """The action of one contact (None: no rule fires) and who owns it."""

    action: Candidate | None
    owner_id: int | None


def store_actions(*, business: Business, chosen: Mapping[int, Chosen], table: type[Row]) -> int:
    """Make the open actions (or escalations: `table`) of these contacts what was chosen. Returns how many rows changed.

    A row stays the same row while its rule and evidence do.
    """
    found = table._default_manager.filter(contact_id__among=list(chosen))
    stored: dict[int, Row] = {row.contact_id: row for row in found}
    fresh: list[Row] = []
    moved: list[Row] = []
    gone: list[int] = []
    for contact_id, one in chosen.items():
        old = stored.get(contact_id)
        new = make_row(business, contact_id, one, table) if one.action is not None else None
        if new is None:
            gone.extend([old.pk] if old else [])
        elif old is not None and (old.rule, old.evidence_key) == (new.rule, new.evidence_key):
            if list_unlike(old, new):
                new.pk, new.public_id = old.pk, old.public_id
                moved.append(new)
        else:
            gone.extend([old.pk] if old else [])
            fresh.append(new)
    if fresh or moved or gone:
        with write():
            table._default_manager.filter(pk__in=gone).delete()
            table._default_manager.bulk_create(fresh)
            table._default_manager.bulk_update(moved, _WRITTEN)
    return len(fresh) + len(moved) + len(gone)


def make_row(business: Business, contact_id: int, chosen: Chosen, table: type[Row]) -> Row | None:
    """An open action or escalation as its row, unsaved; None where there is none."""
    action = chosen.action
    if action is None:
        return None
    return table(
        public_id=action_id(contact_id, action),
        business=business,
        contact_id=contact_id,
        rule=action.rule,
        evidence_key=action.evidence_key,
        identity_id=action.identity_id,
        data=dict(action.data),
        evidence=[dict(one) for one in action.evidence],
        metric=action.metric,
        score=action.score,
        due_at=action.due_at,
        owner_id=chosen.owner_id,
    )


def action_id(contact_id: int, action: Candidate) -> UUID:
    """The public id of an action: the same matter keeps it through every refresh and rebuild."""
    return uuid5(NAMESPACE_URL, f"{contact_id}/{action.rule}/{action.evidence_key}")


def list_unlike(stored: Row, made: Row) -> list[str]:
    """The columns in which a stored action differs from one made anew."""
    return [column for column in COLUMNS if getattr(stored, column) != getattr(made, column)]


def forget_actions(*, contact_ids: Sequence[int]) -> None:
    """Drop the open actions of contacts that no longer stand for themselves."""
    with write():
        Action.objects.filter(contact_id__in=contact_ids).delete()
        Escalation.objects.filter(contact_id__in=contact_ids).delete()


def decide(
    *,
    business: Business,
    contact: Contact,
    rule: str,
    evidence_key: str,
    verdict: str,
    until: datetime | None = None,
    by: Teammate | None,
    now: datetime,
) -> Decision:
    """A teammate has done an action, puts it off until `until`, or needs it not.

    Done and not needed are touchpoints; the action leaves today at once, the next one of the contact comes with
    the refresh. Raises ValueError for another word, and for later without a moment to come.
    """
    if verdict not in Decision.Verdict.values:
        raise ValueError(f"{verdict} is no word on an action")
    if verdict == Decision.Verdict.LATER and (until is None or until <= now):
        raise ValueError("later needs a moment to come")
    with write():
        open_action = _find_open(contact, rule, evidence_key)
        identity = open_action.identity if open_action else None
        decision = Decision.objects.create(
            business=business,
            contact=contact,
            identity=identity,
            rule=rule,
            evidence_key=evidence_key,
            verdict=verdict,
            until=until if verdict == Decision.Verdict.LATER else None,
            data=dict(open_action.data) if open_action else {},
            by=by,
            at=now,
        )
        if open_action is not None:
            metric = open_action.metric
            open_action.delete()
        else:
            metric = ""
        _record(decision, metric, identity)
        _audit(decision, "decided", by, now)
        note_changes(business, [contact.pk])
    return decision


def _find_open(contact: Contact, rule: str, evidence_key: str) -> Action | Escalation | None:
    wanted = {"contact": contact, "rule": rule, "evidence_key": evidence_key}
    return Action.objects.filter(**wanted).first() or Escalation.objects.filter(**wanted).first()


def undo_decision(*, business: Business, decision: Decision, by: Teammate | None, now: datetime) -> None:
    """Take a decision back: its touchpoint goes, and the action returns with the refresh if its rule still fires."""
    with write():
        decision.undone_at = now
        decision.save(update_fields=["undone_at"])
        Touchpoint.objects.filter(
            business=business, source_kind="decision", source_key=str(decision.pk)
        ).delete()
        _audit(decision, "undid_decision", by, now)
        note_changes(business, [decision.contact_id])


def _record(decision: Decision, metric: str, identity: Identity | None) -> None:
    kind = _TOUCHPOINT.get(decision.verdict)
    party = identity or decision.contact.identities.order_by("id").first()
    if kind is None or party is None:
        return
    record_touchpoints(
        business=decision.business,
        happenings=[
            Happening(
                identity_id=party.pk,
                kind=kind,
                at=decision.at,
                source_kind="decision",
                source_key=str(decision.pk),
                measures={"rule": decision.rule, "metric": metric},
            )
        ],
        now=decision.at,
    )


def _audit(decision: Decision, verb: str, by: Teammate | None, now: datetime) -> None:
    record_audit(
        business=decision.business,
        by=by,
        verb=verb,
        object_kind="decision",
        object_id=str(decision.pk),
        data={"rule": decision.rule, "verdict": decision.verdict, "contact": decision.contact_id},
        now=now,
    )
