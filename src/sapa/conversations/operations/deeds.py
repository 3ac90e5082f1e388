"""A deed on one or many conversations: changed, written into the trail as one entry, told to open screens, put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Conversation
from sapa.conversations.operations.stirs import note_stirs
from sapa.lib.database import write

COLUMNS = ("assignee_id", "team_id", "snoozed_until", "closed_at", "merged_into_id")
_MOMENTS = ("snoozed_until", "closed_at")


def hold(business: Business, conversations: Iterable[Conversation]) -> list[Conversation]:
    """The rows as they stand now, kept from others until the transaction ends."""
    ids = [one.pk for one in conversations]
    found = Conversation.objects.select_for_update(of=("self",)).select_related("identity")
    return list(found.filter(business=business, pk__in=ids).order_by("id"))


def change(
    *,
    business: Business,
    rows: Sequence[Conversation],
    values: Mapping[str, Any],
    verb: str,
    by: Teammate | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> AuditEntry | None:
    """Set columns of held rows, in the caller's transaction; None where nothing changes.

    The entry stands under the first row; `before` and `after` in its data are what `put_back` needs.
    """
    moved = [row for row in rows if any(getattr(row, name) != value for name, value in values.items())]
    if not moved and not data:
        return None
    touched = moved or list(rows)
    before = {str(row.pk): {name: _plain(getattr(row, name)) for name in values} for row in moved}
    for row in moved:
        for name, value in values.items():
            setattr(row, name, value)
    Conversation.objects.bulk_update(moved, [name.removesuffix("_id") for name in values])
    note_stirs(business=business, conversation_ids=[row.pk for row in touched], what="state", now=now)
    return record_audit(
        business=business,
        by=by,
        verb=verb,
        object_kind="conversation",
        object_id=str(touched[0].pk),
        data={
            "before": before,
            "after": {name: _plain(value) for name, value in values.items()},
            **(data or {}),
        },
        now=now,
    )


def put_back(
    *, business: Business, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> list[Conversation]:
    """What a deed changed is as before, in those rows that still stand as it left them; answers them.

    Raises LookupError where none does.
    """
    before, after = entry_data["before"], entry_data["after"]
    with write():
        rows = hold(business, [Conversation(pk=int(pk)) for pk in before])
        standing = [row for row in rows if all(_plain(getattr(row, n)) == v for n, v in after.items())]
        if before and not standing:
            raise LookupError("these conversations have changed since")
        for row in standing:
            for name, value in before[str(row.pk)].items():
                setattr(row, name, datetime.fromisoformat(value) if value and name in _MOMENTS else value)
        Conversation.objects.bulk_update(standing, [name.removesuffix("_id") for name in after] or ["title"])
        note_stirs(business=business, conversation_ids=[row.pk for row in standing], what="state", now=now)
        if standing:
            record_audit(
                business=business,
                by=by,
                verb="conversation.put_back",
                object_kind="conversation",
                object_id=str(standing[0].pk),
                now=now,
            )
        return standing


def note_people(business: Business, rows: Iterable[Conversation]) -> None:
    """What is derived of the people in these conversations is worked out again."""
    contacts = {row.identity.contact_id for row in rows if row.identity}
    if contacts:
        note_changes(business, contacts)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
