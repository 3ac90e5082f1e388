"""Reads of what should be done: today, and how many actions each figure calls for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from sapa.accounts.models import Business, Teammate
from sapa.actions.deriving import Derived, derive_all
from sapa.actions.models import Action, Decision
from sapa.actions.operations import action_id
from sapa.actions.rules import origin_unknown
from sapa.actions.types import ContactRef, TodayItem
from sapa.actions.wording import Unworded, load_names, load_texts, word
from sapa.contacts.models import Contact
from sapa.metrics.types import Figure
from sapa.standings.queries import get_settings
from sapa.standings.types import ShopSettings


def list_today(
    business: Business,
    *,
    now: datetime,
    as_of: bool = False,
    teammate: Teammate | None = None,
    limit: int | None = None,
) -> list[TodayItem]:
    """Every open action, one a contact, most pressing first; a teammate's own if one is given.

    `as_of` derives it afresh from what was known at `now` and stores nothing.
    """
    if as_of:
        rows = _derived_rows(business, now, teammate)
    else:
        rows = list(_open(business, teammate).select_related("contact", "owner")[:limit])
    return _word_rows(rows[:limit], now, ZoneInfo(business.timezone))


def count_today(business: Business, *, teammate: Teammate | None = None) -> int:
    """How many actions are open: of so many the screen shows the most pressing."""
    return _open(business, teammate).count()


def find_action(contact: Contact) -> Action | None:
    """The open action of a contact."""
    return Action.objects.select_related("contact", "owner").filter(contact=contact).first()


def get_action(business: Business, public_id: UUID | str) -> Action:
    """An open action by the id that today shows. Raises `Action.DoesNotExist`."""
    return Action.objects.select_related("contact", "owner").get(business=business, public_id=public_id)


def get_decision(business: Business, decision_id: int) -> Decision:
    """A decision, to take it back. Raises `Decision.DoesNotExist`."""
    return Decision.objects.select_related("contact").get(business=business, pk=decision_id)


def count_done(business: Business, *, since: datetime) -> int:
    """How many actions were done since a moment."""
    found = Decision.objects.filter(business=business, verdict=Decision.Verdict.DONE, at__gte=since)
    return found.filter(undone_at__isnull=True).count()


def list_figures(
    business: Business, *, from_: date | None, to: date | None, now: datetime, as_of: bool = False
) -> list[Figure]:
    """The figures, each with the number of open actions that serve it."""
    from sapa.metrics.queries import list_metric_figures

    figures = list_metric_figures(business, from_=from_, to=to, now=now, as_of=as_of)
    counts = count_by_metric(business, now=now, as_of=as_of)
    return [
        replace(figure, tomorrow=replace(figure.tomorrow, actions=counts.get(figure.key, 0)))
        for figure in figures
    ]


def count_by_metric(business: Business, *, now: datetime, as_of: bool = False) -> dict[str, int]:
    """Open actions by the metric that they serve; what is asked along with another counts for its own too."""
    counts: Counter[str] = Counter()
    if as_of:
        for one in derive_all(business, now=now, settings=get_settings(business)):
            if one.action is not None:
                counts[one.action.metric] += 1
                counts[origin_unknown.METRIC] += origin_unknown.KEY in one.action.data.get("also", ())
        return dict(counts)
    rows = Action.objects.filter(business=business)
    counts.update(dict(rows.order_by().values_list("metric").annotate(number=Count("id"))))
    counts[origin_unknown.METRIC] += rows.filter(data__has_key="also").count()
    return dict(counts)


def row_of(business: Business, derived: Derived, settings: ShopSettings) -> Action | None:
    """The action of a contact derived in memory, as an unsaved row."""
    action = derived.action
    if action is None:
        return None
    dossier = derived.dossier
    names = {mate.id: mate.name for mate in settings.teammates}
    owner_id = derived.standing.owner_id
    row = Action(
        public_id=action_id(dossier.contact_id, action),
        business=business,
        contact=Contact(id=dossier.contact_id, public_id=dossier.public_id, name=dossier.name),
        rule=action.rule,
        evidence_key=action.evidence_key,
        identity_id=action.identity_id,
        data=dict(action.data),
        evidence=[dict(one) for one in action.evidence],
        metric=action.metric,
        score=action.score,
        due_at=action.due_at,
    )
    if owner_id is not None:
        row.owner = Teammate(id=owner_id, name=names.get(owner_id, ""))
    return row


def _open(business: Business, teammate: Teammate | None) -> QuerySet[Action, Any]:
    rows = Action.objects.filter(business=business)
    if teammate is not None:
        rows = rows.filter(owner=teammate)
    return rows.order_by("-score", "id")


def _derived_rows(business: Business, now: datetime, teammate: Teammate | None) -> list[Action]:
    settings = get_settings(business)
    rows = [
        row
        for derived in derive_all(business, now=now, settings=settings)
        if (row := row_of(business, derived, settings)) is not None
    ]
    if teammate is not None:
        rows = [row for row in rows if row.owner_id == teammate.pk]
    return sorted(rows, key=lambda row: (-row.score, row.contact_id))


def _word_rows(rows: Sequence[Action], now: datetime, zone: ZoneInfo) -> list[TodayItem]:
    unworded = [Unworded(row.rule, row.data, row.evidence) for row in rows]
    texts = load_texts(unworded)
    names = load_names([row.contact_id for row in rows if not row.contact.name])
    return [
        _item(row, one, names.get(row.contact_id, row.contact.name), texts, now, zone)
        for row, one in zip(rows, unworded, strict=True)
    ]


def _item(row: Action, one: Unworded, name: str, texts: Any, now: datetime, zone: ZoneInfo) -> TodayItem:
    worded = word(one, name=name, texts=texts, now=now, zone=zone)
    return TodayItem(
        id=str(row.public_id),
        contact=ContactRef(id=str(row.contact.public_id), name=name),
        text=worded.text,
        why=worded.why,
        rule=row.rule,
        metric=row.metric,
        owner=row.owner.name if row.owner else "",
        due_at=row.due_at.astimezone(zone),
        evidence=worded.evidence,
        score=round(row.score, 3),
    )
