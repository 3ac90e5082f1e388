"""What a message that just came does to its thread: who waits, until when the shop may answer, what opens again.

The clocks are derived; the refresh counts them anew from all messages a moment later. They are moved here as well so
that an open inbox shows the message at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db import connection

from sapa.accounts.models import Business
from sapa.conversations.models import Conversation
from sapa.lib.database import write

_NONE: Mapping[int, Conversation] = MappingProxyType({})
_CLOCKS = ("last_message_at", "last_in_at", "last_out_at", "waiting_since", "window_closes_at")


@dataclass(frozen=True, slots=True)
class LiveSaid:
    """One utterance that came live (`is_in`), or that the shop wrote in the provider's own app.

    `opens`: it wants an answer, which a thank-you or a sticker does not. `window` is how long from then on the channel
    lets the shop answer freely, None where it has no such rule.
    """

    conversation_id: int
    at: datetime
    is_in: bool
    opens: bool
    is_automatic: bool = False
    window: timedelta | None = None


def move_clocks(
    *,
    business: Business,
    said: Sequence[LiveSaid],
    now: datetime,
    loaded: Mapping[int, Conversation] = _NONE,
) -> list[int]:
    """Move the clocks of these threads and open what must be open; answers the ids of the threads that they are shown in.

    `loaded` are threads as the caller read them in this transaction: SQLite lets nobody else write meanwhile.
    """
    if not said:
        return []
    with write():
        threads = _load(business, {one.conversation_id for one in said}, loaded)
        for one in sorted(said, key=_at):
            _move(threads[one.conversation_id], one)
        _store(threads.values())
        shown = {pk: row.merged_into_id or pk for pk, row in threads.items()}
        opened = {shown[one.conversation_id] for one in said if one.is_in and one.opens}
        closed = {pk for pk in opened if not _is_open(threads.get(pk))}
        if closed:
            rows = Conversation.objects.filter(business=business, id__in=closed)
            rows.exclude(closed_at=None, snoozed_until=None).update(closed_at=None, snoozed_until=None)
        return list(dict.fromkeys([*shown, *shown.values()]))


def _load(business: Business, ids: set[int], loaded: Mapping[int, Conversation]) -> dict[int, Conversation]:
    if connection.vendor == "sqlite" and ids <= loaded.keys():
        return {pk: loaded[pk] for pk in ids}
    rows = Conversation.objects.filter(business=business, id__in=ids)
    shown = rows.only("id", "is_group", "merged_into_id", "closed_at", "snoozed_until", *_CLOCKS)
    return {row.pk: row for row in shown}


def _is_open(thread: Conversation | None) -> bool:
    """Known to be open. Where others write beside us a teammate may close it this very moment: then nothing is known."""
    if thread is None or connection.vendor != "sqlite":
        return False
    return thread.closed_at is None and thread.snoozed_until is None


def _at(one: LiveSaid) -> datetime:
    return one.at


def _move(thread: Conversation, one: LiveSaid) -> None:
    thread.last_message_at = _later(thread.last_message_at, one.at)
    if not one.is_in:
        thread.last_out_at = _later(thread.last_out_at, one.at)
        if not one.is_automatic and (thread.last_in_at is None or one.at >= thread.last_in_at):
            thread.waiting_since = None
        return
    answered = thread.last_out_at is not None and thread.last_out_at >= one.at
    if one.opens and not answered and not thread.is_group:
        thread.waiting_since = min(thread.waiting_since or one.at, one.at)
    thread.last_in_at = _later(thread.last_in_at, one.at)
    if one.window is not None:
        thread.window_closes_at = _later(thread.window_closes_at, one.at + one.window)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)


def _store(threads: Iterable[Conversation]) -> None:
    """A row at a time in plain SQL: Django's `bulk_update` writes a CASE for each value."""
    quote, adapt = connection.ops.quote_name, connection.ops.adapt_datetimefield_value
    changes = ", ".join(f"{quote(column)} = %s" for column in _CLOCKS)
    table = quote(Conversation._meta.db_table)
    values = [
        [*(adapt(value) if (value := getattr(row, column)) else None for column in _CLOCKS), row.pk]
        for row in threads
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", values)  # noqa: S608
