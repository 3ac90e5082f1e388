"""Reads of what should be done: today, and how many actions each figure calls for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext

from sapa.accounts.models import Business, Teammate
from sapa.accounts.queries import get_calendar
from sapa.actions.deriving import Derived, derive_all, derive_many
from sapa.actions.models import Action, Decision, Escalation
from sapa.actions.operations import Chosen, make_row
from sapa.actions.operations import Row as TableRow
from sapa.actions.rules import moment_step, origin_unknown
from sapa.actions.rules.best_time import leans_on_others
from sapa.actions.types import ContactRef, TodayItem, TodayStep
from sapa.actions.wording import Unworded, Worded, load_names, load_texts, word
from sapa.contacts.models import Contact
from sapa.conversations.models import Conversation
from sapa.lib.hours import Calendar
from sapa.lib.kept import NUMBER, kept
from sapa.metrics.types import Figure
from sapa.moments.queries import list_open_steps
from sapa.standings.dossiers import CHUNK
from sapa.standings.queries import find_customers_hour, get_settings, list_due
from sapa.standings.types import ShopSettings

Row = Action | Escalation
SURVEYS = frozenset({"nps", "csat", "ces"})
"""Metrics of surveys: a low answer counts for its own only."""


def list_today(
    business: Business,
    *,
    now: datetime,
    as_of: bool = False,
    teammate: Teammate | None = None,
    limit: int | None = None,
) -> list[TodayItem]:
    """Every open action, one a contact, most pressing first; a teammate's own if one is given.

    Among a supervisor's own is what waits much too long at others' (escalations), one a contact too.
    `as_of` derives it afresh from what was known at `now` and stores nothing. Without it, contacts about whom
    something changed by time alone since the last refresh are derived in memory; a screen (`limit`) leaves that
    to the worker where they are many.
    """
    rows = _rows(business, now=now, as_of=as_of, teammate=teammate, limit=limit)
    needs_hour = any(leans_on_others(row.data) for row in rows)
    hour = find_customers_hour(business, until=now if as_of else None) if needs_hour else None
    return _word_rows(rows, now, get_calendar(business), hour)


def count_today(business: Business, *, teammate: Teammate | None = None) -> int:
    """How many actions are open: of so many the screen shows the most pressing."""
    actions = _open(business, teammate).count()
    if teammate is None:
        return actions
    return actions + _escalations(business, teammate).exclude(contact__action__owner=teammate).count()


def count_escalated(business: Business, *, teammate: Teammate) -> int:
    """In how many conversations of others somebody waits so long that this teammate should see to it."""
    return _escalations(business, teammate).count()


def list_today_steps(
    business: Business, *, now: datetime, teammate: Teammate | None = None
) -> list[TodayStep]:
    """Steps of running moments that stand in today, the earliest due first; a teammate's own if one is given."""
    zone = ZoneInfo(business.timezone)
    found = [moment_step.find(step, zone, gettext) for step in list_open_steps(business, now=now)]
    return [one for one in found if teammate is None or one.owner_id == teammate.pk]


def find_action(contact: Contact) -> Action | None:
    """The open action of a contact."""
    found: Action | None = _of_contact.first(contact=contact.pk)
    return found


@kept(contact=NUMBER)
def _of_contact(contact: Any) -> QuerySet[Action]:
    return Action.objects.select_related("contact", "owner").filter(contact_id=contact)[:1]


def get_action(business: Business, public_id: UUID | str) -> Row:
    """An open action or escalation by the id that today shows. Raises `Action.DoesNotExist`."""
    late = Escalation.objects.select_related("contact", "owner").filter(
        business=business, public_id=public_id
    )
    return late.first() or Action.objects.select_related("contact", "owner").get(
        business=business, public_id=public_id
    )


@dataclass(frozen=True, slots=True)
class Escalated:
    """A conversation that waits far beyond its target, in words, and whose it is to see to it."""

    owner_id: int
    conversation: Conversation | None
    evidence_key: str
    text: str
    why: str


def list_escalated(business: Business, *, now: datetime) -> list[Escalated]:
    """What waits far beyond its target, the most pressing first."""
    found = Escalation.objects.filter(business=business, owner__isnull=False)
    rows = list(found.select_related("contact").order_by("-score", "contact_id"))
    items = _word_rows(rows, now, get_calendar(business), None)
    threads = Conversation.objects.filter(business=business).in_bulk(
        [int(row.data["conversation"]) for row in rows]
    )
    return [
        Escalated(
            row.owner_id or 0,
            threads.get(int(row.data["conversation"])),
            row.evidence_key,
            item.text,
            item.why,
        )
        for row, item in zip(rows, items, strict=True)
    ]


def get_decision(business: Business, decision_id: int) -> Decision:
    """A decision, to take it back. Raises `Decision.DoesNotExist`."""
    return Decision.objects.select_related("contact").get(business=business, pk=decision_id)


def count_done(business: Business, *, since: datetime) -> int:
    """How many actions were done since a moment."""
    found = Decision.objects.filter(business=business, verdict=Decision.Verdict.DONE, at__gte=since)
    return found.filter(undone_at__isnull=True).count()


def list_figures(
    business: Business,
    *,
    from_: date | None,
    to: date | None,
    now: datetime,
    as_of: bool = False,
    keys: Collection[str] | None = None,
) -> list[Figure]:
    """The figures (those of some `keys` only), each with the number of open actions of the rules that it calls for."""
    # Ibis and DuckDB stay out of what only shows today.
    from sapa.metrics.definitions import METRICS
    from sapa.metrics.queries import get_metric, list_metric_figures

    wanted = METRICS if keys is None else keys
    figures = list_metric_figures(business, from_=from_, to=to, now=now, as_of=as_of, keys=wanted)
    counts = count_by_rule(business, now=now, as_of=as_of)
    return [
        replace(
            figure,
            tomorrow=replace(
                figure.tomorrow,
                actions=sum(
                    number
                    for (rule, metric), number in counts.items()
                    if rule in get_metric(figure.key).rules
                    and (metric not in SURVEYS or metric == figure.key)
                ),
            ),
        )
        for figure in figures
    ]


def count_by_rule(business: Business, *, now: datetime, as_of: bool = False) -> dict[tuple[str, str], int]:
    """Open actions by rule and by the metric that they serve; what is asked along with another counts beside it."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in _rows(business, now=now, as_of=as_of, teammate=None, limit=None):
        counts[(row.rule, row.metric)] += 1
        counts.update((rule, origin_unknown.METRIC) for rule in row.data.get("also", ()))
    return dict(counts)


def _unsaved(
    business: Business, derived: Derived, chosen: Chosen, settings: ShopSettings, table: type[TableRow]
) -> TableRow | None:
    """What was derived in memory for one contact, as an unsaved row."""
    dossier = derived.dossier
    row = make_row(business, dossier.contact_id, chosen, table)
    if row is None:
        return None
    row.contact = Contact(id=dossier.contact_id, public_id=dossier.public_id, name=dossier.name)
    if chosen.owner_id is not None:
        names = {mate.id: mate.name for mate in settings.teammates}
        row.owner = Teammate(id=chosen.owner_id, name=names.get(chosen.owner_id, ""))
    return row


def _open(business: Business, teammate: Teammate | None) -> QuerySet[Action, Any]:
    rows = Action.objects.filter(business=business)
    if teammate is not None:
        rows = rows.filter(owner=teammate)
    return rows.order_by("-score", "contact_id")


def _escalations(business: Business, teammate: Teammate) -> QuerySet[Escalation, Any]:
    return Escalation.objects.filter(business=business, owner=teammate).order_by("-score", "contact_id")


def _rows(
    business: Business, *, now: datetime, as_of: bool, teammate: Teammate | None, limit: int | None
) -> list[Row]:
    """Open actions as rows, most pressing first."""
    settings = get_settings(business)
    if as_of:
        fresh = _derived_rows(derive_all(business, now=now, settings=settings), business, settings, teammate)
        return _one_a_contact(fresh)[:limit]
    due = list_due(business, now=now, limit=CHUNK + 1 if limit is not None else None)
    if limit is not None and len(due) > CHUNK:
        due = []
    rows = _stored_rows(business, teammate, limit, now if due else None)
    for start in range(0, len(due), CHUNK):
        derived = derive_many(business, due[start : start + CHUNK], now=now, settings=settings)
        rows.extend(_derived_rows(derived, business, settings, teammate))
    return _one_a_contact(rows)[:limit]


def _stored_rows(
    business: Business, teammate: Teammate | None, limit: int | None, unless_due: datetime | None
) -> list[Row]:
    """What is stored, without the contacts about whom something changed by time alone at `unless_due`."""
    tables: list[QuerySet[Any, Any]] = [_open(business, teammate)]
    if teammate is not None:
        tables.append(_escalations(business, teammate))
    rows: list[Row] = []
    for table in tables:
        found = table.select_related("contact", "owner")
        if unless_due is not None:
            found = found.exclude(contact__standing__look_again_at__lte=unless_due)
        rows.extend(found[:limit])
    return rows


def _derived_rows(
    found: Iterable[Derived], business: Business, settings: ShopSettings, teammate: Teammate | None
) -> list[Row]:
    rows: list[Row] = []
    for derived in found:
        late = derived.escalation
        if teammate is None or derived.owner_id == teammate.pk:
            chosen = Chosen(derived.action, derived.owner_id)
            own = _unsaved(business, derived, chosen, settings, Action)
            rows += [own] if own is not None else []
        if teammate is not None and late is not None and late.owner_id == teammate.pk:
            beside = _unsaved(business, derived, Chosen(late, late.owner_id), settings, Escalation)
            rows += [beside] if beside is not None else []
    return rows


def _one_a_contact(rows: Iterable[Row]) -> list[Row]:
    """Most pressing first; of two about one contact the more pressing."""
    found: dict[int, Row] = {}
    for row in sorted(rows, key=_most_pressing):
        found.setdefault(row.contact_id, row)
    return list(found.values())


def _most_pressing(row: Row) -> tuple[float, int]:
    return -row.score, row.contact_id


def _word_rows(
    rows: Sequence[Row], now: datetime, calendar: Calendar, customers_hour: int | None
) -> list[TodayItem]:
    unworded = [Unworded(row.rule, row.data, row.evidence) for row in rows]
    texts = load_texts(unworded)
    names = load_names([row.contact_id for row in rows if not row.contact.name])
    zone = ZoneInfo(calendar.timezone)
    items = []
    for row, one in zip(rows, unworded, strict=True):
        name = names.get(row.contact_id, row.contact.name)
        worded = word(one, name=name, texts=texts, now=now, calendar=calendar, customers_hour=customers_hour)
        items.append(_item(row, worded, name, zone))
    return items


def _item(row: Row, worded: Worded, name: str, zone: ZoneInfo) -> TodayItem:
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
        best_time=worded.best_time,
    )
