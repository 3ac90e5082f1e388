"""Reads of surveys: definitions, whose turn it is, open questions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sapa.accounts.models import Business
from sapa.conversations.models import Conversation, Message
from sapa.orders.models import Order
from sapa.orders.types import INVALID_STATUSES
from sapa.surveys.models import Ask, Survey
from sapa.surveys.types import Due, Occasion, Wording

AT_ONCE = 500
ROUNDS = 12
"""How many times a rhythm asks again: three years of quarters."""

LOOKS_BACK = timedelta(days=30)
"""How old an occasion may be and still be decided on, so that it is said why nobody was asked."""

_SLACK = timedelta(days=2)
_NAME_LENGTH = 60


def list_surveys(business: Business, *, ended: bool = False) -> list[Survey]:
    """The shop's surveys, newest first; those put away only where asked for."""
    found = Survey.objects.filter(business=business)
    if not ended:
        found = found.filter(ended_at__isnull=True)
    return list(found.order_by("-created_at", "-id"))


def get_survey(business: Business, public_id: UUID) -> Survey:
    """One survey of this shop. Raises `Survey.DoesNotExist`."""
    return Survey.objects.get(business=business, public_id=public_id)


def find_open_survey(public_id: UUID) -> Survey | None:
    """The survey whose page is open to all at this address, of whatever shop."""
    found = Survey.objects.filter(public_id=public_id, occasion=Occasion.OPEN, ended_at__isnull=True)
    return found.select_related("business").first()


def find_ask(public_id: UUID) -> Ask | None:
    """The question behind a link, of whatever shop: who holds the link was asked. Skipped ones have no page."""
    found = Ask.objects.filter(public_id=public_id).exclude(state=Ask.State.SKIPPED)
    return found.select_related("business", "survey", "response", "identity__contact").first()


def wording_of(survey: Survey, language: str) -> Wording:
    """The survey's words in one language, in its own where that one has none."""
    found = survey.words.get(language) or survey.words.get(survey.language) or {}
    return Wording(str(found.get("question", "")), str(found.get("open", "")))


def list_due(survey: Survey, *, since: datetime, now: datetime, limit: int = AT_ONCE) -> list[Due]:
    """Whose turn it is: the occasion has come, nothing was decided on it yet, and it has not passed.

    `since` is when the survey was switched on: what was due before is nobody's turn. Oldest first.
    """
    first = max(since, now - LOOKS_BACK)
    reads = {Occasion.DELIVERED: _delivered, Occasion.CLOSED: _closed, Occasion.RHYTHM: _rhythm}
    read = reads.get(Occasion(survey.occasion))
    if read is None:
        return []
    found = sorted(read(survey, first, now), key=lambda due: due.at)
    decided = Ask.objects.filter(business=survey.business_id, survey=survey, due_at__gt=first - _SLACK)
    taken = set(decided.values_list("occasion", flat=True))
    return [one for one in found if one.occasion not in taken][:limit]


def _orders(survey: Survey) -> QuerySet[Order]:
    found = Order.objects.filter(business=survey.business_id).exclude(status__in=INVALID_STATUSES)
    return found.select_related("identity")


def _delivered(survey: Survey, first: datetime, now: datetime) -> Iterable[Due]:
    delay = timedelta(hours=survey.delay_hours)
    found = _orders(survey).filter(delivered_at__gt=first - delay, delivered_at__lte=now - delay)
    for order in found.order_by("delivered_at", "id"):
        if order.delivered_at is not None:
            yield _due(order, f"order:{order.pk}", order.delivered_at + delay)


def _closed(survey: Survey, first: datetime, now: datetime) -> Iterable[Due]:
    """Talks that a teammate ended and in which the person had written; opened again, a talk is no occasion."""
    delay = timedelta(hours=survey.delay_hours)
    heard = Message.objects.filter(conversation=OuterRef("pk"), direction=Message.Direction.IN)
    found = Conversation.objects.filter(
        Exists(heard.filter(source=Message.Source.LIVE)),
        business=survey.business_id,
        is_group=False,
        merged_into=None,
        identity__isnull=False,
        closed_at__gt=first - delay,
        closed_at__lte=now - delay,
    )
    for thread in found.select_related("identity").order_by("closed_at", "id"):
        if thread.closed_at is not None and thread.identity is not None:
            occasion = f"closed:{thread.pk}:{int(thread.closed_at.timestamp())}"
            at = thread.closed_at + delay
            yield Due(thread.identity.pk, thread.identity.contact_id, occasion, at, thread.pk)


def _rhythm(survey: Survey, first: datetime, now: datetime) -> Iterable[Due]:
    """Each person's first valid order, and every so many days after it."""
    earlier = Order.objects.filter(
        business=survey.business_id,
        identity__contact=OuterRef("identity__contact"),
        placed_at__lt=OuterRef("placed_at"),
    ).exclude(status__in=INVALID_STATUSES)
    steps = [timedelta(days=survey.every_days * number) for number in range(1, ROUNDS + 1)]
    due = Q()
    for step in steps:
        due |= Q(placed_at__gt=first - step, placed_at__lte=now - step)
    found = _orders(survey).filter(due, ~Exists(earlier), identity__contact__isnull=False)
    for order in found.order_by("placed_at", "id"):
        for number, step in enumerate(steps, 1):
            if first < order.placed_at + step <= now:
                yield _due(order, f"rhythm:{order.pk}:{number}", order.placed_at + step)


def _due(order: Order, occasion: str, at: datetime) -> Due:
    name = next((str(one.get("name") or "") for one in order.items if one.get("name")), "")
    product = " ".join(name.split())[:_NAME_LENGTH]
    return Due(order.identity_id, order.identity.contact_id, occasion, at, product=product)


def find_last_asked(business: Business, *, contact_id: int | None, identity_id: int) -> datetime | None:
    """When this person was last asked anything by any survey, whichever of their addresses it was."""
    whose = Q(identity=identity_id)
    if contact_id is not None:
        whose |= Q(identity__contact=contact_id)
    asked = Ask.objects.filter(whose, business=business).exclude(state=Ask.State.SKIPPED)
    found: datetime | None = asked.order_by("-at").values_list("at", flat=True).first()
    return found


def list_listening(business: Business, *, now: datetime) -> list[Ask]:
    """Questions asked in a chat in which something was written since anybody looked."""
    found = Ask.objects.filter(
        business=business,
        conversation__isnull=False,
        closes_at__gt=now,
        conversation__last_in_at__gt=F("heard_at"),
    ).exclude(state=Ask.State.SKIPPED)
    rows = found.select_related("business", "survey", "conversation", "message", "response", "identity")
    return list(rows.order_by("at", "id")[:AT_ONCE])


def list_heard(ask: Ask) -> list[Message]:
    """What was said in its chat after the question, by both, oldest first."""
    said = Message.objects.filter(conversation=ask.conversation_id, happened_at__gte=ask.at, is_deleted=False)
    said = said.exclude(pk=ask.message_id or 0)
    return list(said.order_by("happened_at", "rank", "id")[:AT_ONCE])
