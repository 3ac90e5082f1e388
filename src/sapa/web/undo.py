"""Taking deeds back: one address for the toast and for the trail, one reversed operation for each sort of deed."""

from __future__ import annotations

from collections.abc import Callable

from sapa.accounts.models import AuditEntry, Teammate
from sapa.accounts.operations import add_teammate, change_business, change_role, mark_undone
from sapa.accounts.queries import list_teammates
from sapa.accounts.types import AccountError, Act
from sapa.actions.operations import undo_decision
from sapa.actions.queries import get_decision
from sapa.contacts.models import Link
from sapa.contacts.operations import undo_statement, unmerge
from sapa.contacts.operations.aparts import lift_apart
from sapa.contacts.queries import get_apart, get_statement
from sapa.conversations.operations import undo_mark
from sapa.conversations.queries import get_mark
from sapa.lib.database import write
from sapa.promises.operations import undo_promise_statement
from sapa.promises.queries import get_statement as get_promise_statement
from sapa.readings.operations import undo_correction
from sapa.readings.queries import get_correction
from sapa.web.access import Seat

Undo = Callable[[Seat, AuditEntry], None]


class NotUndoableError(Exception):
    """This deed cannot be taken back, or was taken back before."""


def can_undo(entry: AuditEntry, seat: Seat) -> bool:
    """Whether the reader may take this entry back now."""
    known = _UNDO.get((entry.object_kind, entry.verb))
    return bool(known and entry.undone_at is None and seat.may(known[0]))


def undo(seat: Seat, entry: AuditEntry) -> None:
    """Reverse what an entry tells. Raises NotUndoableError, or AccountError with the reason."""
    if not can_undo(entry, seat):
        raise NotUndoableError
    _act, reverse = _UNDO[(entry.object_kind, entry.verb)]
    with write():
        if not mark_undone(entry=entry, now=seat.now):
            raise NotUndoableError
        try:
            reverse(seat, entry)
        except (LookupError, Link.DoesNotExist) as error:
            raise NotUndoableError from error


def _decision(seat: Seat, entry: AuditEntry) -> None:
    decision = get_decision(seat.business, int(entry.object_id))
    undo_decision(business=seat.business, decision=decision, by=seat.teammate, now=seat.now)


def _mark(seat: Seat, entry: AuditEntry) -> None:
    mark = get_mark(seat.business, int(entry.object_id))
    since = str(entry.data.get("since", ""))
    undo_mark(business=seat.business, mark=mark, since=since, by=seat.teammate, now=seat.now)


def _statement(seat: Seat, entry: AuditEntry) -> None:
    statement = get_statement(seat.business, int(entry.object_id))
    undo_statement(business=seat.business, statement=statement, by=seat.teammate, now=seat.now)


def _merge(seat: Seat, entry: AuditEntry) -> None:
    unmerge(business=seat.business, link_id=int(entry.object_id), by=seat.teammate, now=seat.now)


def _apart(seat: Seat, entry: AuditEntry) -> None:
    apart = get_apart(seat.business, int(entry.object_id))
    lift_apart(business=seat.business, apart=apart, by=seat.teammate, now=seat.now)


def _correction(seat: Seat, entry: AuditEntry) -> None:
    correction = get_correction(seat.business, int(entry.object_id))
    undo_correction(business=seat.business, correction=correction, now=seat.now)


def _promise(seat: Seat, entry: AuditEntry) -> None:
    statement = get_promise_statement(seat.business, int(entry.object_id))
    undo_promise_statement(business=seat.business, statement=statement, now=seat.now)


def _settings(seat: Seat, entry: AuditEntry) -> None:
    change_business(
        business=seat.business, values=dict(entry.data.get("before", {})), by=seat.teammate, now=seat.now
    )


def _mate(seat: Seat, entry: AuditEntry) -> Teammate:
    everyone = list_teammates(seat.business, everyone=True)
    mate = next((one for one in everyone if one.pk == int(entry.object_id)), None)
    if mate is None:
        raise NotUndoableError
    return mate


def _role(seat: Seat, entry: AuditEntry) -> None:
    mate = _mate(seat, entry)
    change_role(teammate=mate, role=str(entry.data.get("from", mate.role)), by=seat.teammate, now=seat.now)


def _removal(seat: Seat, entry: AuditEntry) -> None:
    mate = _mate(seat, entry)
    add_teammate(
        business=seat.business,
        email=mate.user.email,
        name=mate.name,
        role=mate.role,
        by=seat.teammate,
        now=seat.now,
    )


_UNDO: dict[tuple[str, str], tuple[Act, Undo]] = {
    ("decision", "decided"): (Act.WORK, _decision),
    ("mark", "conversation.marked"): (Act.WORK, _mark),
    ("statement", "contact.stated"): (Act.STATE, _statement),
    ("link", "contacts.merged"): (Act.MERGE, _merge),
    ("apart", "contacts.kept_apart"): (Act.MERGE, _apart),
    ("correction", "reading.corrected"): (Act.WORK, _correction),
    ("promise_statement", "promise.stated"): (Act.WORK, _promise),
    ("business", "changed"): (Act.SETTINGS, _settings),
    ("teammate", "changed_role"): (Act.TEAM, _role),
    ("teammate", "removed"): (Act.TEAM, _removal),
}

__all__ = ["AccountError", "NotUndoableError", "can_undo", "undo"]
