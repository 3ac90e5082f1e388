"""Story kits: words to pass on, with a link of ours and a code, and what came of them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, Sum, TextField
from django.db.models.functions import Cast

from sapa.accounts.models import Business
from sapa.conversations.models import Message
from sapa.metrics.models import KitVisit, StoryKit
from sapa.metrics.referrals.types import Kit, Somebody
from sapa.orders.models import Order
from sapa.orders.types import INVALID_STATUSES


def find_kit(shop: str, code: str) -> StoryKit | None:
    """The kit behind a link: by the shop's slug and the code; None where it was ended or never was."""
    found = StoryKit.objects.filter(business__slug=shop, code=code.upper(), ended_at__isnull=True)
    return found.select_related("business").first()


def get_kit(business: Business, public_id: UUID | str) -> StoryKit:
    """Raises `StoryKit.DoesNotExist`."""
    return StoryKit.objects.select_related("advocate", "business").get(business=business, public_id=public_id)


def list_kits(business: Business) -> list[Kit]:
    """Every kit with what came of it, newest first."""
    kits = StoryKit.objects.filter(business=business).select_related("advocate", "business")
    return [read_kit(kit) for kit in kits.order_by("-made_at", "-id")]


def read_kit(kit: StoryKit) -> Kit:
    """One kit with its counts: an order belongs to it by its voucher code, a chat by naming the code."""
    business = kit.business
    visits = KitVisit.objects.filter(business=business, kit=kit).aggregate(n=Sum("number"))["n"] or 0
    said = Message.objects.filter(
        business=business,
        direction=Message.Direction.IN,
        happened_at__gte=kit.made_at,
        text__iregex=rf"(^|[^a-zA-Z0-9]){kit.code}([^a-zA-Z0-9]|$)",
    )
    # Orders keep their codes as a list in JSON, which SQLite cannot search but as text.
    named = Order.objects.annotate(codes=Cast("voucher_codes", TextField())).filter(
        Q(codes__icontains=f'"{kit.code}"'), business=business, placed_at__gte=kit.made_at
    )
    orders = named.exclude(status__in=INVALID_STATUSES)
    own = orders.filter(currency=business.currency)
    return Kit(
        id=kit.public_id,
        code=kit.code,
        text=kit.text,
        target=kit.target,
        advocate=Somebody(str(kit.advocate.public_id), kit.advocate.name) if kit.advocate else None,
        is_over=kit.ended_at is not None,
        visits=int(visits),
        chats=said.values("conversation").distinct().count(),
        orders=orders.count(),
        value=int(own.aggregate(total=Sum("goods_total"))["total"] or 0),
    )
