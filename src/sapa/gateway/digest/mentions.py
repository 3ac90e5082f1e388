"""Order numbers that customers write join their chat to a masked order (property 5 of the design)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from sapa.accounts.models import Business
from sapa.contacts.models import Link
from sapa.contacts.operations import link_identities
from sapa.conversations.models import Message
from sapa.gateway.models import OrderMention
from sapa.lib.database import write
from sapa.lib.inserting import insert_many
from sapa.orders.models import Order
from sapa.orders.rules import written_numbers

_FROM_CUSTOMER = Message.Direction.IN


def note_mentions(*, business: Business, messages: Sequence[tuple[Message, int]]) -> list[str]:
    """Keep what may be an order number in these new messages, each with its customer: the order may come later.

    Returns the numbers that customers wrote. What the shop wrote joins nothing; it may speak for a suggestion.
    """
    rows = [
        OrderMention(business=business, message=message, identity_id=identity_id, number=number)
        for message, identity_id in messages
        for number in written_numbers(message.text)
    ]
    with write():
        insert_many(rows)
    return [row.number for row in rows if row.message.direction == _FROM_CUSTOMER]


def join_named_orders(*, business: Business, numbers: Sequence[str], now: datetime) -> set[int | None]:
    """Link chats and orders over these numbers where a chat names one buyer's orders only.

    Returns the contacts touched. A chat that names orders of several buyers (a reseller's) joins none.
    """
    if not numbers or not OrderMention.objects.filter(business=business).exists():
        return set()
    writers = set(
        OrderMention.objects.filter(
            business=business, number__in=numbers, message__direction=_FROM_CUSTOMER
        ).values_list("identity_id", flat=True)
    )
    if not writers:
        return set()
    pairs: list[tuple[int, int, Link.Reason, dict[str, object]]] = []
    for writer in writers:
        orders = _orders_named_by(business, writer)
        if orders and len({buyer_of(order) for order in orders}) == 1:
            pairs += [
                (writer, order.identity_id, Link.Reason.ORDER_NUMBER, {"order": order.pk}) for order in orders
            ]
    link_identities(business=business, pairs=pairs, now=now)
    identities = {end for a, b, _, _ in pairs for end in (a, b)}
    return set(business.identities.filter(pk__in=identities).values_list("contact_id", flat=True))


def drop_unnamed_links(*, business: Business, identity_ids: Iterable[int]) -> set[int]:
    """Take away the links over order numbers at these identities that no message and no order speak for any more.

    Links that a teammate took back stay. Returns the identities at both ends.
    """
    ids = set(identity_ids)
    links = Link.objects.filter(
        Q(a__in=ids) | Q(b__in=ids),
        business=business,
        reason=Link.Reason.ORDER_NUMBER,
        removed_at__isnull=True,
    )
    gone = [link for link in links if not _is_named(business, link)]
    with write():
        Link.objects.filter(pk__in=[link.pk for link in gone]).delete()
    return {end for link in gone for end in (link.a_id, link.b_id)}


def _is_named(business: Business, link: Link) -> bool:
    named = {order.pk for end in (link.a_id, link.b_id) for order in _orders_named_by(business, end)}
    return link.evidence.get("order") in named


def _orders_named_by(business: Business, identity_id: int) -> list[Order]:
    """The orders whose numbers this identity wrote; a number that several channels know names none."""
    written = OrderMention.objects.filter(
        business=business, identity=identity_id, message__direction=_FROM_CUSTOMER
    )
    numbers = set(written.values_list("number", flat=True))
    alone = [found for found in find_numbered(business, numbers).values() if len(found) == 1]
    return list({order.pk: order for found in alone for order in found}.values())


def find_numbered(business: Business, numbers: Collection[str]) -> dict[str, list[Order]]:
    """The orders that bear each of these numbers (in capitals), with their buyer's identity.

    Asked channel by channel, as the index goes: else every order of the shop is read.
    """
    channels = list(business.channels.values_list("id", flat=True))
    orders = Order.objects.filter(business=business).select_related("identity")
    named = [
        *orders.filter(channel__in=channels, number__in=numbers),
        *orders.filter(other_number__in=numbers).exclude(other_number=""),
    ]
    found: dict[str, dict[int, Order]] = {}
    for order in named:
        for number in {order.number.upper(), order.other_number.upper()}.intersection(numbers):
            found.setdefault(number, {})[order.pk] = order
    return {number: list(each.values()) for number, each in found.items()}


def buyer_of(order: Order) -> str:
    """Who bought, as far as it is known: the contact, else the masked name, else this order alone."""
    if order.identity.contact_id:
        return f"contact:{order.identity.contact_id}"
    return f"masked:{order.buyer_hint}" if order.buyer_hint else f"order:{order.pk}"
