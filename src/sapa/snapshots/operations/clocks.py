"""The derived columns of conversations: last messages, and since when the person waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Max, Q

from sapa.conversations.models import Conversation, Message
from sapa.conversations.rules import NEVER_ARRIVED
from sapa.lib.database import write
from sapa.standings.types import ConversationFact

COLUMNS = ("last_message_at", "last_in_at", "last_out_at", "waiting_since")


class Clocks(NamedTuple):
    """The derived columns of one conversation."""

    last_message_at: datetime | None
    last_in_at: datetime | None
    last_out_at: datetime | None
    waiting_since: datetime | None


def store_clocks(threads: Iterable[ConversationFact]) -> None:
    """Write the clocks of these conversations where they moved: in plain SQL, a row at a time, without a CASE for each."""
    wanted = count_clocks(threads)
    if not wanted:
        return
    adapt = connection.ops.adapt_datetimefield_value
    moved = []
    for row in Conversation.objects.filter(id__in=list(wanted)).only("id", *COLUMNS):
        clocks = wanted[row.pk]
        if clocks_of(row) != clocks:
            moved.append([*(adapt(value) if value is not None else None for value in clocks), row.pk])
    if moved:
        quote = connection.ops.quote_name
        changes = ", ".join(f"{quote(column)} = %s" for column in COLUMNS)
        table = quote(Conversation._meta.db_table)
        with write(), connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", moved)  # noqa: S608


def clocks_of(row: Conversation) -> Clocks:
    """The clocks as stored."""
    return Clocks(row.last_message_at, row.last_in_at, row.last_out_at, row.waiting_since)


def count_clocks(threads: Iterable[ConversationFact]) -> dict[int, Clocks]:
    """The clocks of conversations by id.

    Of a group a dossier holds one author's words only: its clocks are asked for. A private thread is its
    own person's, whoever else wrote in it.
    """
    clocks: dict[int, Clocks] = {}
    groups: set[int] = set()
    for thread in threads:
        if not thread.is_whole:
            if thread.is_group:
                groups.add(thread.id)
            continue
        said = [message.at for message in thread.messages if message.is_in]
        answered = [message.at for message in thread.messages if not message.is_in]
        clocks[thread.id] = Clocks(
            max(said + answered, default=None),
            max(said, default=None),
            max(answered, default=None),
            thread.waiting_since,
        )
    if groups:
        clocks.update(_count_groups(groups))
    return clocks


def _count_groups(ids: set[int]) -> dict[int, Clocks]:
    is_in = Q(direction=Message.Direction.IN)
    rows = Message.objects.filter(conversation_id__in=ids).exclude(send_status__in=NEVER_ARRIVED)
    counted = (
        rows.order_by()
        .values("conversation_id")
        .annotate(
            last=Max("happened_at"),
            last_in=Max("happened_at", filter=is_in),
            last_out=Max("happened_at", filter=~is_in),
        )
    )
    return {
        pk: Clocks(last, last_in, last_out, None)
        for pk, last, last_in, last_out in counted.values_list(
            "conversation_id", "last", "last_in", "last_out"
        )
    }
