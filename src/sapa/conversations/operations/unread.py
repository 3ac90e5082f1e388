"""What a teammate wants to come back to: marked unread, for themselves alone, until they open it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.conversations.models import Conversation, Unread
from sapa.conversations.operations.stirs import note_stirs
from sapa.lib.database import write


def mark_unread(
    *, business: Business, conversations: Sequence[Conversation], teammate: Teammate, now: datetime
) -> AuditEntry | None:
    """This teammate comes back to these; None where all of them are marked already."""
    with write():
        known = _known(teammate, (one.pk for one in conversations))
        fresh = [one.pk for one in conversations if one.pk not in known]
        _put(business, teammate, fresh, now)
        return _record(business, teammate, fresh, "conversation.marked_unread", now)


def mark_read(
    *, business: Business, conversations: Sequence[Conversation], teammate: Teammate, now: datetime
) -> AuditEntry | None:
    """This teammate has read these; None where none of them was marked."""
    with write():
        known = _known(teammate, (one.pk for one in conversations))
        Unread.objects.filter(business=business, teammate=teammate, conversation__in=known).delete()
        return _record(business, teammate, sorted(known), "conversation.marked_read", now)


def see(*, business: Business, conversations: Iterable[Conversation], teammate: Teammate) -> None:
    """Opened: nothing of it is unread any more."""
    with write():
        ids = [one.pk for one in conversations]
        Unread.objects.filter(business=business, teammate=teammate, conversation__in=ids).delete()


def undo_unread(
    *, business: Business, entry_data: Mapping[str, Any], was_put: bool, by: Teammate, now: datetime
) -> None:
    """A mark is taken back, or put again, for the teammate whose it was. Raises LookupError for somebody else."""
    ids = [int(pk) for pk in entry_data["conversations"]]
    if entry_data["teammate"] != by.pk:
        raise LookupError("what somebody has read is their own")
    with write():
        if was_put:
            Unread.objects.filter(business=business, teammate=by, conversation__in=ids).delete()
        else:
            threads = Conversation.objects.filter(business=business, pk__in=ids).values_list("id", flat=True)
            _put(business, by, sorted(set(threads) - _known(by, ids)), now)
        _record(business, by, ids, "conversation.put_back", now)


def _known(teammate: Teammate, ids: Iterable[int]) -> set[int]:
    found = Unread.objects.filter(teammate=teammate, conversation__in=list(ids))
    return set(found.values_list("conversation_id", flat=True))


def _put(business: Business, teammate: Teammate, ids: Iterable[int], now: datetime) -> None:
    Unread.objects.bulk_create(
        Unread(business=business, conversation_id=pk, teammate=teammate, at=now) for pk in ids
    )


def _record(
    business: Business, teammate: Teammate, ids: Sequence[int], verb: str, now: datetime
) -> AuditEntry | None:
    if not ids:
        return None
    note_stirs(business=business, conversation_ids=list(ids), what="state", now=now)
    return record_audit(
        business=business,
        by=teammate,
        verb=verb,
        object_kind="conversation",
        object_id=str(ids[0]),
        data={"conversations": list(ids), "teammate": teammate.pk},
        now=now,
    )
