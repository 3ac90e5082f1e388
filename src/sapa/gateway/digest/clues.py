"""Orders that a chat names and that nothing may join to it: clues for a person to look at, handed down to `contacts`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sapa.accounts.models import Business
from sapa.contacts import operations as contacts
from sapa.contacts import queries
from sapa.contacts.types import Clue, Duplicate
from sapa.conversations.models import Message
from sapa.gateway.digest.mentions import buyer_of, find_numbered
from sapa.gateway.models import OrderMention
from sapa.lib.lookups import Ids
from sapa.orders.models import Order

FEW_BUYERS = 3
AT_ONCE = 500
MANY = 1000
CONSUMER = "suggestions"


@dataclass(slots=True)
class _Writer:
    """Who a chat is with, and the numbers in it: number → whether the customer wrote it too."""

    contact_id: int
    numbers: dict[str, bool] = field(default_factory=dict)


def refresh_suggestions(business: Business, *, alone: bool = False) -> int:
    """Replace the stored suggestions of who may be one with today's best; returns how many there are."""
    return contacts.refresh_suggestions(business, clues=list_clues(business), alone=alone)


def list_duplicates(business: Business) -> list[Duplicate]:
    """Contacts who may be one, best first, worked out from what is stored now."""
    return queries.list_duplicates(business, list_clues(business))


def follow_suggestions(business: Business, *, now: datetime) -> int:
    """Suggest for whom the change log names since the last time; returns how many suggestions were added.

    So many changes at once are an import's, which compares everybody by itself: they are passed over.
    """
    cursor = contacts.lease_cursor(business, CONSUMER, now=now)
    if cursor is None:
        return 0
    try:
        head = queries.get_head(business)
        if not cursor.position or queries.count_changes_behind(business, CONSUMER, up_to=MANY) >= MANY:
            contacts.advance_cursor(cursor, head, taken_until=now)
            return 0
        changed = queries.list_changes_after(business, cursor.position, MANY)
        ids = {contact_id for _, contact_id in changed if contact_id is not None}
        added = contacts.suggest_for(business, ids, clues=list_clues(business, ids)) if ids else 0
        if changed:
            contacts.advance_cursor(cursor, changed[-1][0], taken_until=now)
        return added
    finally:
        contacts.release_cursor(cursor)


def list_clues(business: Business, contact_ids: Collection[int] | None = None) -> list[Clue]:
    """One clue for each order of another contact that a chat (of these contacts, if given) names.

    Who shares a number is nobody's clue.
    """
    writers = _list_writers(business, contact_ids)
    orders = _find_orders(business, {number for writer in writers for number in writer.numbers})
    return [clue for writer in writers for clue in _clues_of(writer, orders)]


def _list_writers(business: Business, contact_ids: Collection[int] | None) -> list[_Writer]:
    mentions = OrderMention.objects.filter(
        business=business,
        identity__contact__isnull=False,
        identity__is_shared=False,
        identity__is_forgotten=False,
    )
    if contact_ids is not None:
        mentions = mentions.filter(identity__contact_id__among=Ids(sorted(contact_ids)))
    rows = mentions.values_list("identity_id", "identity__contact_id", "number", "message__direction")
    writers: dict[int, _Writer] = {}
    for identity_id, contact_id, number, direction in rows.distinct().iterator(chunk_size=5000):
        if contact_id is None:
            continue
        numbers = writers.setdefault(identity_id, _Writer(contact_id)).numbers
        numbers[number] = numbers.get(number, False) or direction == Message.Direction.IN
    return list(writers.values())


def _find_orders(business: Business, numbers: set[str]) -> dict[str, list[Order]]:
    found: dict[str, list[Order]] = {}
    ordered = sorted(numbers)
    for start in range(0, len(ordered), AT_ONCE):
        found |= find_numbered(business, ordered[start : start + AT_ONCE])
    return found


def _clues_of(writer: _Writer, orders: Mapping[str, Sequence[Order]]) -> Iterator[Clue]:
    named = {number: orders[number] for number in writer.numbers if number in orders}
    buyers = {buyer_of(order) for found in named.values() for order in found}
    for number, found in named.items():
        code = _code(number, found, len(buyers), is_written=writer.numbers[number])
        for order in found:
            buyer = order.identity
            if buyer.contact_id and not buyer.is_shared and buyer.contact_id != writer.contact_id:
                yield Clue(writer.contact_id, buyer.contact_id, code, number)


def _code(number: str, found: Sequence[Order], buyers: int, *, is_written: bool) -> str:
    if buyers > FEW_BUYERS:
        return "named_with_many"
    if not is_written:
        return "order_told"
    if len(found) > 1:
        return "named_one_of_several"
    return "named_with_others" if buyers > 1 else "named_order"
