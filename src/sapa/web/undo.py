"""Taking deeds back: one address for the toast and for the trail, one reversed operation for each sort of deed."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist

from sapa.accounts.models import AuditEntry, Teammate
from sapa.accounts.operations import (
    add_teammate,
    change_business,
    change_role,
    mark_undone,
    remove_teammate,
    restore_hours,
)
from sapa.accounts.queries import list_teammates
from sapa.accounts.types import AccountError, Act
from sapa.actions.operations import undo_decision
from sapa.actions.queries import get_decision
from sapa.channels.models import Channel
from sapa.channels.operations import disconnect_channel, reconnect_channel
from sapa.channels.queries import get_settings as get_channel_settings
from sapa.channels.types import ChannelError
from sapa.contacts.operations import mark_shared, undo_statement, unmerge
from sapa.contacts.operations.aparts import lift_apart
from sapa.contacts.queries import get_apart, get_identity, get_statement
from sapa.conversations.operations import (
    part_threads,
    put_back_view,
    take_back_remark,
    take_back_team_remark,
    undo_labelling,
    undo_mark,
    undo_split,
    undo_state,
    undo_unread,
)
from sapa.conversations.queries import get_mark
from sapa.gateway.digest.stated import take_back_origin
from sapa.gateway.dispatch import set_prices
from sapa.imports.operations.by_hand import take_back_written_down
from sapa.knowledge.operations import put_back_answer
from sapa.lib.database import write
from sapa.programs.operations import switch_off, switch_on
from sapa.programs.queries import list_listeners
from sapa.promises.operations import undo_promise_statement
from sapa.promises.queries import get_statement as get_promise_statement
from sapa.readings.operations import undo_correction
from sapa.readings.queries import get_correction
from sapa.web.access import Seat
from sapa.web.undo_figures import FIGURES
from sapa.web.undo_moments import MOMENTS
from sapa.web.undo_not import NO_WAY_BACK
from sapa.web.undo_service import SERVICE

Undo = Callable[[Seat, AuditEntry], None]


class NotUndoableError(Exception):
    """This deed cannot be taken back, or was taken back before."""


def can_undo(entry: AuditEntry, seat: Seat) -> bool:
    """Whether the reader may take this entry back now."""
    known = UNDO.get((entry.object_kind, entry.verb))
    needed = NEEDED.get((entry.object_kind, entry.verb), ())
    if known is None or any(name not in entry.data for name in needed):
        return False
    return entry.undone_at is None and seat.may(known[0])


def undo(seat: Seat, entry: AuditEntry) -> None:
    """Reverse what an entry tells. Raises NotUndoableError, or AccountError with the reason."""
    if not can_undo(entry, seat):
        raise NotUndoableError
    _act, reverse = UNDO[(entry.object_kind, entry.verb)]
    with write():
        if not mark_undone(entry=entry, now=seat.now):
            raise NotUndoableError
        try:
            reverse(seat, entry)
        except (LookupError, ObjectDoesNotExist) as error:
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


def _shared(seat: Seat, entry: AuditEntry) -> None:
    identity = get_identity(seat.business, int(entry.object_id))
    was_put = entry.verb == "identity.shared"
    if identity.is_shared != was_put:
        raise NotUndoableError
    mark_shared(
        business=seat.business, identity=identity, is_shared=not was_put, by=seat.teammate, now=seat.now
    )


def _correction(seat: Seat, entry: AuditEntry) -> None:
    correction = get_correction(seat.business, int(entry.object_id))
    undo_correction(business=seat.business, correction=correction, now=seat.now)


def _promise(seat: Seat, entry: AuditEntry) -> None:
    statement = get_promise_statement(seat.business, int(entry.object_id))
    undo_promise_statement(business=seat.business, statement=statement, now=seat.now)


def _origin(seat: Seat, entry: AuditEntry) -> None:
    take_back_origin(business=seat.business, origin_id=int(entry.object_id), by=seat.teammate, now=seat.now)


def _note(seat: Seat, entry: AuditEntry) -> None:
    take_back_remark(business=seat.business, note_id=int(entry.object_id), by=seat.teammate, now=seat.now)


def _state(seat: Seat, entry: AuditEntry) -> None:
    undo_state(business=seat.business, entry_data=entry.data, by=seat.teammate, now=seat.now)


def _labelling(seat: Seat, entry: AuditEntry) -> None:
    undo_labelling(
        business=seat.business,
        entry_data=entry.data,
        was_put=entry.verb == "conversation.labelled",
        by=seat.teammate,
        now=seat.now,
    )


def _unread(seat: Seat, entry: AuditEntry) -> None:
    undo_unread(
        business=seat.business,
        entry_data=entry.data,
        was_put=entry.verb == "conversation.marked_unread",
        by=seat.teammate,
        now=seat.now,
    )


def _view(seat: Seat, entry: AuditEntry) -> None:
    put_back_view(
        business=seat.business,
        view_id=int(entry.object_id),
        verb=entry.verb,
        entry_data=entry.data,
        by=seat.teammate,
        now=seat.now,
    )


def _split(seat: Seat, entry: AuditEntry) -> None:
    undo_split(
        business=seat.business,
        conversation_id=int(entry.object_id),
        entry_data=entry.data,
        by=seat.teammate,
        now=seat.now,
    )


def _joined(seat: Seat, entry: AuditEntry) -> None:
    part_threads(
        business=seat.business,
        conversation_id=int(entry.object_id),
        entry_data=entry.data,
        by=seat.teammate,
        now=seat.now,
    )


def _team_remark(seat: Seat, entry: AuditEntry) -> None:
    take_back_team_remark(
        business=seat.business, remark_id=int(entry.object_id), by=seat.teammate, now=seat.now
    )


def _answer(seat: Seat, entry: AuditEntry) -> None:
    put_back_answer(
        business=seat.business,
        answer_id=int(entry.object_id),
        verb=entry.verb,
        entry_data=entry.data,
        by=seat.teammate,
        now=seat.now,
    )


def _written_down(seat: Seat, entry: AuditEntry) -> None:
    take_back_written_down(
        business=seat.business, identity_id=int(entry.object_id), by=seat.teammate, now=seat.now
    )


def _settings(seat: Seat, entry: AuditEntry) -> None:
    """Only what still stands as this deed left it: what was changed again since has its own way back."""
    if any(getattr(seat.business, name) != value for name, value in entry.data["after"].items()):
        raise NotUndoableError
    change_business(business=seat.business, values=dict(entry.data["before"]), by=seat.teammate, now=seat.now)


def _hours(seat: Seat, entry: AuditEntry) -> None:
    before, after = entry.data["before"], entry.data["after"]
    if not restore_hours(business=seat.business, before=before, after=after, by=seat.teammate, now=seat.now):
        raise NotUndoableError


def _mate(seat: Seat, entry: AuditEntry) -> Teammate:
    everyone = list_teammates(seat.business, everyone=True)
    mate = next((one for one in everyone if one.pk == int(entry.object_id)), None)
    if mate is None:
        raise NotUndoableError
    return mate


def _role(seat: Seat, entry: AuditEntry) -> None:
    mate = _mate(seat, entry)
    change_role(teammate=mate, role=str(entry.data.get("from", mate.role)), by=seat.teammate, now=seat.now)


def _addition(seat: Seat, entry: AuditEntry) -> None:
    remove_teammate(teammate=_mate(seat, entry), by=seat.teammate, now=seat.now)


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


def _channel(seat: Seat, entry: AuditEntry) -> Channel:
    return Channel.objects.select_related("business").get(business=seat.business, pk=int(entry.object_id))


def _connection(seat: Seat, entry: AuditEntry) -> None:
    channel = _channel(seat, entry)
    if not channel.is_live:
        raise NotUndoableError
    disconnect_channel(channel=channel, by=seat.teammate, now=seat.now)


def _disconnection(seat: Seat, entry: AuditEntry) -> None:
    channel = _channel(seat, entry)
    if channel.is_live:
        raise NotUndoableError
    try:
        reconnect_channel(channel=channel, by=seat.teammate, now=seat.now)
    except ChannelError as error:
        raise AccountError(str(error)) from error


def _prices(seat: Seat, entry: AuditEntry) -> None:
    channel = _channel(seat, entry)
    if not channel.is_live or (get_channel_settings(channel).get("prices") or {}) != entry.data["prices"]:
        raise NotUndoableError
    set_prices(channel=channel, prices=entry.data["before"], by=seat.teammate, now=seat.now)


def _listener(seat: Seat, entry: AuditEntry) -> None:
    found = (one for one in list_listeners(seat.business) if one.pk == int(entry.object_id))
    listener = next(found, None)
    reverse = switch_on if entry.verb == "listener.switched_off" else switch_off
    if listener is None or not reverse(listener=listener, by=seat.teammate, now=seat.now):
        raise NotUndoableError


UNDO: dict[tuple[str, str], tuple[Act, Undo]] = {
    ("decision", "decided"): (Act.WORK, _decision),
    ("mark", "conversation.marked"): (Act.WORK, _mark),
    ("conversation", "conversation.assigned"): (Act.WORK, _state),
    ("conversation", "conversation.closed"): (Act.WORK, _state),
    ("conversation", "conversation.reopened"): (Act.WORK, _state),
    ("conversation", "conversation.settled"): (Act.WORK, _state),
    ("conversation", "conversation.snoozed"): (Act.WORK, _state),
    ("conversation", "conversation.unsnoozed"): (Act.WORK, _state),
    ("conversation", "conversation.merged"): (Act.WORK, _state),
    ("conversation", "conversation.marked_unread"): (Act.WORK, _unread),
    ("conversation", "conversation.marked_read"): (Act.WORK, _unread),
    ("view", "view.saved"): (Act.WORK, _view),
    ("view", "view.moved"): (Act.WORK, _view),
    ("view", "view.dropped"): (Act.WORK, _view),
    ("conversation", "conversation.split"): (Act.WORK, _split),
    ("conversation", "conversation.joined"): (Act.WORK, _joined),
    ("conversation", "conversation.labelled"): (Act.WORK, _labelling),
    ("conversation", "conversation.unlabelled"): (Act.WORK, _labelling),
    ("remark", "remark.written"): (Act.WORK, _team_remark),
    ("answer", "answer.written"): (Act.WORK, _answer),
    ("answer", "answer.changed"): (Act.WORK, _answer),
    ("answer", "answer.removed"): (Act.WORK, _answer),
    ("statement", "contact.stated"): (Act.STATE, _statement),
    ("link", "contacts.merged"): (Act.MERGE, _merge),
    ("apart", "contacts.kept_apart"): (Act.MERGE, _apart),
    ("identity", "identity.shared"): (Act.MERGE, _shared),
    ("identity", "identity.not_shared"): (Act.MERGE, _shared),
    ("correction", "reading.corrected"): (Act.WORK, _correction),
    ("promise_statement", "promise.stated"): (Act.WORK, _promise),
    ("origin", "origin.stated"): (Act.STATE, _origin),
    ("note", "note.written"): (Act.WORK, _note),
    ("row", "written_down"): (Act.WORK, _written_down),
    ("listener", "listener.switched_off"): (Act.SETTINGS, _listener),
    ("listener", "listener.switched_on"): (Act.SETTINGS, _listener),
    ("business", "changed"): (Act.SETTINGS, _settings),
    ("business", "set_hours"): (Act.SETTINGS, _hours),
    ("channel", "connected_channel"): (Act.SETTINGS, _connection),
    ("channel", "disconnected_channel"): (Act.SETTINGS, _disconnection),
    ("channel", "set_prices"): (Act.SETTINGS, _prices),
    ("teammate", "added"): (Act.TEAM, _addition),
    ("teammate", "changed_role"): (Act.TEAM, _role),
    ("teammate", "removed"): (Act.TEAM, _removal),
    **SERVICE,
    **MOMENTS,
    **FIGURES,
}

# What the entry itself must hold: older entries of the same verb were written without it.
NEEDED: dict[tuple[str, str], tuple[str, ...]] = {
    ("business", "changed"): ("before", "after"),
    ("business", "set_hours"): ("before", "after"),
    ("channel", "connected_channel"): ("is_new",),
    ("channel", "set_prices"): ("prices", "before"),
    ("marker", "unmarked"): ("day", "label"),
    ("road", "believed"): ("before",),
    ("target", "set"): ("before",),
}

__all__ = ["NO_WAY_BACK", "AccountError", "NotUndoableError", "can_undo", "undo"]
