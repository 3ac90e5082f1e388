"""Who asks, who works here, which channels there are, what was bought."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sapa.accounts.queries import list_teammates
from sapa.actions.types import ContactRef
from sapa.api.paging import Number, Page, PageAsked, make_page, read_cursor
from sapa.api.register import Asked, endpoint
from sapa.api.types import ChannelLine, Me, OrderLine, ShopLine, Team, TeamLine, TeammateLine
from sapa.channels import queries as channels
from sapa.channels.models import Channel
from sapa.contacts.models import Identity
from sapa.contacts.queries import get_contact
from sapa.conversations.queries import list_labels, list_teams
from sapa.orders import queries as orders
from sapa.orders.models import Order
from sapa.programs.queries import has_scope
from sapa.programs.types import Scope


class OrdersAsked(PageAsked, forbid_unknown_fields=True, kw_only=True):
    contact: UUID | None = None


def local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment in the shop's zone."""
    return moment.astimezone(zone) if moment is not None else None


def contact_of(identity: Identity | None) -> ContactRef | None:
    """The contact behind an identity, where one is known."""
    contact = identity.contact if identity is not None else None
    return ContactRef(id=str(contact.public_id), name=contact.name) if contact is not None else None


@endpoint("GET", "/me", None, "Whose token this is and what it may", answer=Me)
def get_me(asked: Asked) -> Me:
    shop, token = asked.business, asked.token
    return Me(
        business=ShopLine(str(shop.public_id), shop.slug, shop.name, shop.timezone, shop.currency),
        token=token.name,
        made_by=asked.by.name,
        scopes=tuple(scope for scope in Scope if has_scope(token, scope)),
        expires_at=local(token.expires_at, asked.zone),
    )


@endpoint("GET", "/team", Scope.READ_TALK, "Teammates, teams and labels, to be named elsewhere", answer=Team)
def get_team(asked: Asked) -> Team:
    shop = asked.business
    return Team(
        teammates=tuple(TeammateLine(str(o.public_id), o.name, o.role) for o in list_teammates(shop)),
        teams=tuple(TeamLine(str(one.public_id), one.name) for one in list_teams(shop)),
        labels=tuple(TeamLine(str(one.public_id), one.name) for one in list_labels(shop)),
    )


@endpoint(
    "GET",
    "/channels",
    Scope.READ_TALK,
    "The channels and whether they work",
    answer=ChannelLine,
    paged=True,
)
def list_channels(asked: Asked) -> Page[ChannelLine]:
    found = channels.list_channels(asked.business)
    return Page(items=tuple(_channel(one, asked.zone) for one in found), next=None)


@endpoint("GET", "/channels/{channel_id}", Scope.READ_TALK, "One channel", answer=ChannelLine)
def get_channel(asked: Asked) -> ChannelLine:
    return _channel(channels.get_channel(asked.business, asked.ids["channel_id"]), asked.zone)


def _channel(channel: Channel, zone: ZoneInfo) -> ChannelLine:
    is_broken = channel.broken_since is not None
    return ChannelLine(
        id=str(channel.public_id),
        kind=channel.kind,
        name=channel.name,
        state="import_only" if not channel.is_live else "broken" if is_broken else "live",
        connected_at=local(channel.connected_at, zone),
        broken_since=local(channel.broken_since, zone),
        why=channel.broken_why or None,
    )


@endpoint(
    "GET",
    "/orders",
    Scope.READ_CUSTOMERS,
    "Orders, those that Sapa learned of last first",
    answer=OrderLine,
    paged=True,
    query=OrdersAsked,
)
def list_orders(asked: Asked) -> Page[OrderLine]:
    wanted: OrdersAsked = asked.query
    contact = get_contact(asked.business, wanted.contact) if wanted.contact else None
    rows = orders.list_orders(
        asked.business,
        contact_id=contact.pk if contact else None,
        before_id=read_cursor(wanted.after, Number),
        limit=wanted.limit + 1,
    )
    return make_page(rows, wanted.limit, _place, lambda row: _order(row, asked.zone))


@endpoint("GET", "/orders/{order_id}", Scope.READ_CUSTOMERS, "One order", answer=OrderLine)
def get_order(asked: Asked) -> OrderLine:
    return _order(orders.get_order(asked.business, asked.ids["order_id"]), asked.zone)


def _place(order: Order) -> int:
    return order.pk


def _order(order: Order, zone: ZoneInfo) -> OrderLine:
    return OrderLine(
        id=str(order.public_id),
        number=order.number,
        channel=order.channel.kind,
        contact=contact_of(order.identity),
        status=order.status,
        placed_at=order.placed_at.astimezone(zone),
        paid_at=local(order.paid_at, zone),
        shipped_at=local(order.shipped_at, zone),
        delivered_at=local(order.delivered_at, zone),
        ended_at=local(order.ended_at, zone),
        goods_total=order.goods_total,
        currency=order.currency,
        items=tuple(order.items),
        tracking_number=order.tracking_number or None,
    )
