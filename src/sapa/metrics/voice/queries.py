"""What customers said in a week, by topic; and what was decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from sapa.accounts.models import Business
from sapa.analytics.windows import today
from sapa.conversations.models import Message
from sapa.metrics.models import Resolve
from sapa.metrics.shifts.rules import LEAST_BASE_WEEKS, judge_count
from sapa.metrics.voice.types import Quote, TopicLine, Voice
from sapa.readings.models import Reading
from sapa.readings.types import COURTESY_INTENTS, INTENTS
from sapa.responses.models import Response
from sapa.reviews.models import Review

BASE_WEEKS = 8
MOST_TOPICS = 7
QUOTES = 3
DOUBT = 0.05
"""Of all topics of a week together: one week in twenty calls something unusual that is none."""

_MOST_WORDS = 12
_SHORTEST = 8
_SHOWN_TOPICS = tuple(code for code in INTENTS if code not in COURTESY_INTENTS | {"other"})


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def last_full_week(business: Business, now: datetime) -> date:
    """The Monday of the newest week that has ended in the shop's zone."""
    return monday_of(today(business, now)) - timedelta(weeks=1)


def get_voice(business: Business, monday: date) -> Voice:
    """The week that begins on a Monday: seven topics at most, with the words of three people each."""
    counts = [
        _people_by_topic(business, monday - timedelta(weeks=back)) for back in range(BASE_WEEKS, -1, -1)
    ]
    this, earlier = counts[-1], _since_the_first(counts[:-1])
    named = [code for code in _SHOWN_TOPICS if code in this]
    top = sorted(named, key=lambda code: -this[code])[:MOST_TOPICS]
    unhappy = _unhappy(business, monday)
    lines = [
        _line(
            business, monday, code, this[code], [week.get(code, 0) for week in earlier], unhappy, len(named)
        )
        for code in top
    ]
    return Voice(
        from_=monday,
        to=monday + timedelta(days=6),
        people=_spoken(business, monday).values("identity__contact").distinct().count(),
        topics=tuple(lines),
        answers=tuple(_answers(business, monday)),
        reviews=tuple(_reviews(business, monday)),
    )


def _line(
    business: Business,
    monday: date,
    topic: str,
    people: int,
    earlier: Sequence[int],
    unhappy: dict[str, int],
    topics: int,
) -> TopicLine:
    verdict = judge_count(earlier, [people])
    return TopicLine(
        topic=topic,
        people=people,
        usual=sum(earlier) / len(earlier) if len(earlier) >= LEAST_BASE_WEEKS else None,
        is_unusual=verdict is not None and verdict.odds < DOUBT / topics,
        unhappy=unhappy.get(topic, 0),
        quotes=tuple(_quotes(business, monday, topic)),
    )


def _since_the_first(weeks: list[dict[str, int]]) -> list[dict[str, int]]:
    """The weeks from the first in which anybody wrote: before it there was no shop to hear."""
    for at, week in enumerate(weeks):
        if week:
            return weeks[at:]
    return []


def _span(business: Business, monday: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(business.timezone)
    return (
        datetime.combine(monday, time(), zone),
        datetime.combine(monday + timedelta(weeks=1), time(), zone),
    )


def _spoken(business: Business, monday: date) -> QuerySet[Message]:
    start, end = _span(business, monday)
    return Message.objects.filter(
        business=business,
        direction=Message.Direction.IN,
        happened_at__gte=start,
        happened_at__lt=end,
        identity__contact__isnull=False,
        is_deleted=False,
    )


def _said(business: Business, monday: date) -> QuerySet[Reading]:
    start, end = _span(business, monday)
    return Reading.objects.filter(
        business=business,
        message__direction=Message.Direction.IN,
        message__happened_at__gte=start,
        message__happened_at__lt=end,
        message__identity__contact__isnull=False,
        message__is_deleted=False,
    ).exclude(intent="")


def _people_by_topic(business: Business, monday: date) -> dict[str, int]:
    rows = _said(business, monday).values_list("intent")
    return dict(rows.annotate(n=Count("message__identity__contact", distinct=True)).order_by())


def _unhappy(business: Business, monday: date) -> dict[str, int]:
    rows = _said(business, monday).filter(sentiment="negative").values_list("intent")
    return dict(rows.annotate(n=Count("message__identity__contact", distinct=True)).order_by())


def _quotes(business: Business, monday: date, topic: str) -> list[Quote]:
    """What people wrote of a topic, the unhappy first, one message a person."""
    rows = _said(business, monday).filter(intent=topic)
    rows = rows.select_related("message__identity__contact", "message__conversation")
    ordered = sorted(rows.order_by("-message__happened_at")[:60], key=lambda one: one.sentiment != "negative")
    found: dict[int, Quote] = {}
    for row in ordered:
        message = row.message
        contact = message.identity.contact if message.identity else None
        text = " ".join(message.text.split())
        if contact is None or contact.pk in found or len(text) < _SHORTEST:
            continue
        found[contact.pk] = Quote(
            str(contact.public_id),
            contact.name,
            text,
            message.happened_at,
            str(message.conversation.public_id),
        )
    return list(found.values())[:QUOTES]


def _answers(business: Business, monday: date) -> Iterable[Quote]:
    start, end = _span(business, monday)
    rows = Response.objects.filter(business=business, happened_at__gte=start, happened_at__lt=end)
    found = rows.exclude(words="").select_related("identity__contact").order_by("score", "-happened_at", "id")
    for row in found[:_MOST_WORDS]:
        contact = row.identity.contact
        yield Quote(
            str(contact.public_id) if contact else "",
            contact.name if contact else "",
            row.words,
            row.happened_at,
            score=f"{row.survey.upper()} {row.score}",
        )


def _reviews(business: Business, monday: date) -> Iterable[Quote]:
    start, end = _span(business, monday)
    rows = Review.objects.filter(business=business, happened_at__gte=start, happened_at__lt=end)
    found = rows.exclude(text="").select_related("identity__contact").order_by("stars", "-happened_at", "id")
    for row in found[:_MOST_WORDS]:
        contact = row.identity.contact if row.identity else None
        yield Quote(
            str(contact.public_id) if contact else "",
            contact.name if contact else "",
            row.text,
            row.happened_at,
            score="" if row.stars is None else f"★ {row.stars}",
        )


def list_resolves(business: Business, monday: date) -> list[Resolve]:
    """What was decided in a week, in the order in which it was written."""
    rows = Resolve.objects.filter(business=business, week=monday, undone_at__isnull=True)
    return list(rows.select_related("owner", "by").order_by("at", "id"))


def list_unsettled(business: Business, *, before: date) -> list[Resolve]:
    """What was decided in an earlier week and not looked at again, or not helped yet; the longest due first."""
    rows = Resolve.objects.filter(business=business, week__lt=before, undone_at__isnull=True)
    open_ones = rows.filter(Q(outcome=Resolve.Outcome.OPEN) | Q(outcome=Resolve.Outcome.NOT_YET))
    return list(open_ones.select_related("owner", "by").order_by("until", "id"))


def get_resolve(business: Business, public_id: UUID | str) -> Resolve:
    """Raises `Resolve.DoesNotExist`."""
    return Resolve.objects.get(business=business, public_id=public_id, undone_at__isnull=True)
