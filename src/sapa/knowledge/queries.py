"""Reads of the shop's answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from sapa.accounts.models import Business
from sapa.knowledge.models import Answer
from sapa.knowledge.types import TopicAsked
from sapa.lib.kept import NUMBER, kept
from sapa.readings.models import Reading

PAGE = 200
_MOST_USED = 8
_NEWEST_READINGS = 5_000


def list_answers(business: Business, *, search: str = "", limit: int = PAGE) -> list[Answer]:
    """The answers on the list, the most used first; of a search those whose shortcut begins with it come before the others."""
    words = search.strip().lstrip("/")
    if not words and limit <= _MOST_USED:
        return _most_used(business=business.pk)[:limit]
    found = _listed(business).order_by("-uses", "id")
    if words:
        begins = list(found.filter(shortcut__istartswith=words)[:limit])
        known = [one.pk for one in begins]
        others = found.filter(Q(text__icontains=words) | Q(question__icontains=words)).exclude(pk__in=known)
        return begins + list(others[: limit - len(begins)])
    return list(found[:limit])


@kept(business=NUMBER)
def _most_used(business: Any) -> QuerySet[Answer]:
    found = Answer.objects.filter(business_id=business, removed_at__isnull=True)
    return found.order_by("-uses", "id")[:_MOST_USED]


def get_answer(business: Business, public_id: UUID | str) -> Answer:
    """One answer on the list. Raises `Answer.DoesNotExist`."""
    return _listed(business).get(public_id=public_id)


def list_named(business: Business, public_ids: Iterable[UUID]) -> list[Answer]:
    """Those of these answers that are on the list."""
    return list(_listed(business).filter(public_id__in=list(public_ids)).order_by("id"))


def list_most_asked(business: Business, *, limit: int = 3) -> list[TopicAsked]:
    """What customers asked about most, of the newest 5,000 messages that were read."""
    newest = Reading.objects.filter(business=business).order_by("-message_id")
    rows = newest.values_list("intent", "is_question")[:_NEWEST_READINGS]
    asked = Counter(intent for intent, is_question in rows if intent and is_question)
    answered = set(_listed(business).exclude(topic="").values_list("topic", flat=True))
    return [TopicAsked(topic, count, topic in answered) for topic, count in asked.most_common(limit)]


def _listed(business: Business) -> QuerySet[Answer]:
    return Answer.objects.filter(business=business, removed_at__isnull=True)
