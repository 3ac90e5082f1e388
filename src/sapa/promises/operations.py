"""Storing promises found in messages, and what teammates say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sapa.lib.lookups  # noqa: F401  (id__among)
from sapa.accounts.models import Business, Teammate
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Message
from sapa.lib.database import write
from sapa.promises.ledger import PromiseFact
from sapa.promises.models import Promise, PromiseStatement

_COLUMNS = ("kind", "start", "end", "made_at", "due_at", "done_at", "is_dismissed")


def store_promises(*, business: Business, found: Mapping[int, Sequence[PromiseFact]]) -> int:
    """Make the stored promises of these contacts what was found in their messages. Returns how many rows changed."""
    stored: dict[tuple[int, int, int], Promise] = {
        (row.contact_id, row.message_id, row.ordinal): row
        for row in Promise.objects.filter(contact_id__among=list(found))
    }
    fresh: list[Promise] = []
    moved: list[Promise] = []
    for contact_id, promises in found.items():
        for one in promises:
            old = stored.pop((contact_id, one.message_id, one.ordinal), None)
            new = make_row(business, contact_id, one)
            if old is None:
                fresh.append(new)
            elif not is_same(old, new):
                new.pk = old.pk
                moved.append(new)
    if fresh or moved or stored:
        with write():
            Promise.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
            Promise.objects.bulk_create(fresh)
            Promise.objects.bulk_update(moved, _COLUMNS)
    return len(fresh) + len(moved) + len(stored)


def make_row(business: Business, contact_id: int, one: PromiseFact) -> Promise:
    """A promise as its row, unsaved."""
    return Promise(
        business=business,
        contact_id=contact_id,
        message_id=one.message_id,
        ordinal=one.ordinal,
        kind=one.kind,
        start=one.start,
        end=one.end,
        made_at=one.made_at,
        due_at=one.due_at,
        done_at=one.done_at,
        is_dismissed=one.is_dismissed,
    )


def is_same(a: Promise, b: Promise) -> bool:
    """Whether two rows say the same."""
    return all(getattr(a, column) == getattr(b, column) for column in _COLUMNS)


def state_promise(
    *,
    business: Business,
    message: Message,
    ordinal: int,
    verdict: str,
    by: Teammate | None,
    now: datetime,
) -> PromiseStatement:
    """A teammate says of a promise that it was kept now, or that it is none. Raises ValueError for another word."""
    if verdict not in PromiseStatement.Verdict.values:
        raise ValueError(f"{verdict} is no word on a promise")
    with write():
        statement = PromiseStatement.objects.create(
            business=business, message=message, ordinal=ordinal, verdict=verdict, by=by, at=now
        )
        _note(business, message)
    return statement


def undo_promise_statement(*, business: Business, statement: PromiseStatement, now: datetime) -> None:
    """Take a word on a promise back."""
    with write():
        statement.undone_at = now
        statement.save(update_fields=["undone_at"])
        _note(business, statement.message)


def _note(business: Business, message: Message) -> None:
    party = message.conversation.identity
    note_changes(business, [party.contact_id if party else None])
