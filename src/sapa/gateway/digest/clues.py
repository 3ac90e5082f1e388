"""Orders that a chat names and that nothing may join to it: clues for a person to look at, handed down to `contacts`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sapa.accounts.models import Business
from sapa.contacts import operations as contacts
from sapa.contacts import queries
from sapa.contacts.types import Clue, Duplicate
from sapa.conversations.models import Message
from sapa.gateway.digest.mentions import buyer_of, find_numbered
from sapa.gateway.models import OrderMention
from sapa.orders.models import Order

FEW_BUYERS = 3
AT_ONCE = 500


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


def list_clues(business: Business) -> list[Clue]:
    """One clue for each order of another contact that a chat names; who shares a number is nobody's clue."""
    writers = _list_writers(business)
    orders = _find_orders(business, {number for writer in writers for number in writer.numbers})
    return [clue for writer in writers for clue in _clues_of(writer, orders)]


def _list_writers(business: Business) -> list[_Writer]:
    mentions = OrderMention.objects.filter(
        business=business,
        identity__contact__isnull=False,
        identity__is_shared=False,
        identity__is_forgotten=False,
    )
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
