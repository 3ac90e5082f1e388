"""The recount: what the refresh would make now beside what is stored.

Time passes between a refresh and its recount, and must not look like a difference. Every stored row says until
when it holds (`look_again_at`): a contact past that moment is recounted as of just before it. Contacts whose
facts changed since the refresh read the log are left out: they are not wrong, only waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sapa.accounts.models import Business
from sapa.actions import operations as actions
from sapa.actions.deriving import Derived, derive_contact, load_decisions
from sapa.actions.models import Action, Escalation
from sapa.contacts.models import Change, Cursor
from sapa.conversations.models import Conversation
from sapa.promises import operations as promises
from sapa.promises.models import Promise
from sapa.readings import operations as readings
from sapa.readings.models import Correction, Reading
from sapa.snapshots.operations.clocks import clocks_of, count_clocks
from sapa.snapshots.operations.refresh import CONSUMER, escalations_of
from sapa.standings import operations as standings
from sapa.standings.dossiers import CHUNK, load_dossiers
from sapa.standings.models import Standing
from sapa.standings.queries import get_settings, iterate_contacts
from sapa.standings.types import Dossier

_JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """One stored value that is not what it should be; `stored` or `made` is None where a row is missing or too much."""

    table: str
    id: int
    column: str
    stored: Any
    made: Any


def find_differences(business: Business, *, now: datetime) -> Iterator[Difference]:
    """Every difference between what is stored and what would be derived, by contact; nothing is written."""
    settings = get_settings(business)
    waiting = _waiting(business)
    yield from _left_over(business)
    for ids in iterate_contacts(business, CHUNK):
        own = [contact_id for contact_id in ids if contact_id not in waiting]
        stored = {row.contact_id: row for row in Standing.objects.filter(contact_id__in=own)}
        dossiers = load_dossiers(business, own)
        decisions = load_decisions(own)
        made = [
            derive_contact(
                dossier,
                _moment(stored.get(dossier.contact_id), now),
                settings,
                decisions.get(dossier.contact_id, ()),
            )
            for dossier in dossiers
        ]
        yield from _standings(business, made, stored)
        chosen = {one.dossier.contact_id: actions.Chosen(one.action, one.owner_id) for one in made}
        yield from _actions(business, chosen, "action", Action)
        yield from _actions(business, escalations_of(made), "escalation", Escalation)
        yield from _promises(business, dossiers)
        yield from _phases(dossiers)
        yield from _clocks(dossiers)
        yield from _readings(business, dossiers)


def _moment(stored: Standing | None, now: datetime) -> datetime:
    if stored is None or stored.look_again_at is None or stored.look_again_at > now:
        return now
    return stored.look_again_at - _JUST_BEFORE


def _waiting(business: Business) -> set[int | None]:
    """Contacts whose changes the refresh has not read yet."""
    cursor = Cursor.objects.filter(business=business, consumer=CONSUMER).first()
    unread = Change.objects.filter(business=business, id__gt=cursor.position if cursor else 0)
    return set(unread.values_list("contact_id", flat=True))


def _left_over(business: Business) -> Iterator[Difference]:
    """Rows of contacts that no longer stand for themselves."""
    tables = (
        ("standing", Standing),
        ("action", Action),
        ("escalation", Escalation),
        ("promise", Promise),
    )
    for table, model in tables:
        rows = model._default_manager.filter(business=business, contact__merged_into__isnull=False)
        for pk, contact_id in rows.order_by("id").values_list("id", "contact_id"):
            yield Difference(table, pk, "contact", contact_id, None)


def _standings(
    business: Business, made: Sequence[Derived], stored: dict[int, Standing]
) -> Iterator[Difference]:
    for one in made:
        row = standings.make_row(business, one.standing, one.look_again_at)
        contact_id = one.dossier.contact_id
        old = stored.get(contact_id)
        if old is None:
            yield Difference("standing", contact_id, "contact", None, contact_id)
            continue
        for column in standings.list_unlike(old, row):
            yield Difference("standing", old.pk, column, getattr(old, column), row[column])


def _actions(
    business: Business, chosen: Mapping[int, actions.Chosen], name: str, table: type[actions.Row]
) -> Iterator[Difference]:
    found = table._default_manager.filter(contact_id__in=list(chosen))
    stored: dict[int, actions.Row] = {row.contact_id: row for row in found}
    for contact_id, one in chosen.items():
        row = actions.make_row(business, contact_id, one, table)
        old = stored.get(contact_id)
        if row is None or old is None:
            if row is not None or old is not None:
                yield Difference(
                    name, contact_id, "rule", old.rule if old else None, row.rule if row else None
                )
            continue
        for column in actions.list_unlike(old, row):
            yield Difference(name, old.pk, column, getattr(old, column), getattr(row, column))


def _promises(business: Business, dossiers: Sequence[Dossier]) -> Iterator[Difference]:
    ids = [dossier.contact_id for dossier in dossiers]
    stored = {
        (row.contact_id, row.message_id, row.ordinal): row
        for row in Promise.objects.filter(contact_id__in=ids)
    }
    for dossier in dossiers:
        for one in dossier.promises:
            row = promises.make_row(business, dossier.contact_id, one)
            old = stored.pop((dossier.contact_id, one.message_id, one.ordinal), None)
            if old is None:
                yield Difference("promise", one.message_id, "message", None, one.message_id)
            elif not promises.is_same(old, row):
                yield Difference("promise", old.pk, "due_at", old.due_at, row.due_at)
    for old in stored.values():
        yield Difference("promise", old.pk, "message", old.message_id, None)


def _phases(dossiers: Sequence[Dossier]) -> Iterator[Difference]:
    for dossier in dossiers:
        for touch, phase in zip(dossier.touches, dossier.phases, strict=True):
            if touch.phase != phase:
                yield Difference("touchpoint", touch.id, "phase", touch.phase, phase)


def _clocks(dossiers: Sequence[Dossier]) -> Iterator[Difference]:
    wanted = count_clocks([thread for dossier in dossiers for thread in dossier.conversations])
    for row in Conversation.objects.filter(id__in=list(wanted)):
        stored, made = clocks_of(row), wanted[row.pk]
        for column in made._fields:
            if getattr(stored, column) != getattr(made, column):
                yield Difference(
                    "conversation", row.pk, column, getattr(stored, column), getattr(made, column)
                )


def _readings(business: Business, dossiers: Sequence[Dossier]) -> Iterator[Difference]:
    """Left out while corrections wait to be learnt: what the shop taught has not reached all messages yet."""
    if Correction.objects.filter(business=business, is_learnt=False).exists():
        return
    said = [message.id for dossier in dossiers for message in dossier.messages if message.is_in]
    for start in range(0, len(said), CHUNK):
        ids = said[start : start + CHUNK]
        made = readings.recount(business=business, message_ids=ids)
        stored = {row.message_id: row for row in Reading.objects.filter(message_id__in=ids)}
        for message_id, row in made.items():
            old = stored.get(message_id)
            if old is None or not readings.is_same(old, row):
                yield Difference("reading", message_id, "intent", old.intent if old else None, row.intent)
