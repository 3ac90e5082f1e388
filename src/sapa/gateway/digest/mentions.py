"""Order numbers that customers write join their chat to a masked order (property 5 of the design)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def note_mentions(*, business: Business, messages: Sequence[Message]) -> list[str]:
    """Keep what may be an order number in these new customer messages: the order may come later."""
    rows = [
        OrderMention(business=business, message=message, identity_id=message.identity_id, number=number)
        for message in messages
        if message.identity_id is not None
        for number in written_numbers(message.text)
    ]
    with write():
        insert_many(rows)
    return [row.number for row in rows]


def join_named_orders(*, business: Business, numbers: Sequence[str], now: datetime) -> set[int | None]:
    """Link chats and orders over these numbers where a chat names one buyer's orders only.

    Returns the contacts touched. A chat that names orders of several buyers (a reseller's) joins none.
    """
    if not OrderMention.objects.filter(business=business).exists():
        return set()
    writers = set(
        OrderMention.objects.filter(business=business, number__in=numbers).values_list(
            "identity_id", flat=True
        )
    )
    if not writers:
        return set()
    pairs: list[tuple[int, int, Link.Reason, dict[str, object]]] = []
    for writer in writers:
        orders = _orders_named_by(business, writer)
        if orders and len({_buyer(order) for order in orders}) == 1:
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
    written = OrderMention.objects.filter(business=business, identity=identity_id)
    numbers = set(written.values_list("number", flat=True))
    named = Q(number__in=numbers) | Q(other_number__in=numbers)
    by_number: dict[str, dict[int, Order]] = {}
    for order in Order.objects.filter(named, business=business).select_related("identity"):
        for number in numbers & {order.number.upper(), order.other_number.upper()}:
            by_number.setdefault(number, {})[order.pk] = order
    alone = [found for found in by_number.values() if len(found) == 1]
    return list({pk: order for found in alone for pk, order in found.items()}.values())


def _buyer(order: Order) -> str:
    """Who bought, as far as it is known: the contact, else the masked name, else this order alone."""
    if order.identity.contact_id:
        return f"contact:{order.identity.contact_id}"
    return f"masked:{order.buyer_hint}" if order.buyer_hint else f"order:{order.pk}"
