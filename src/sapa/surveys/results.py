"""What a survey has found: figures with their intervals, who was left in peace, and the answers themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from sapa.accounts.models import Business
from sapa.readings.model import understand_many
from sapa.responses.rules import SCALES, is_content, is_unhappy
from sapa.surveys.models import Ask, Survey
from sapa.surveys.rules.figures import score_of, share_of
from sapa.surveys.types import Given, Results, Split

MOST_READ = 200
"""Newest answers with words of which the topics are read for one screen."""

_FIELDS = (
    "id", "response__score", "response__words", "answered_at", "way", "identity__contact_id",
    "identity__contact__public_id", "identity__contact__name",
)  # fmt: skip


def get_results(survey: Survey, *, since: datetime | None, until: datetime | None) -> Results:
    """The survey's figures over the people whose turn came in the window (None: always). Five queries."""
    turns = _turns(survey, since, until)
    states = dict(turns.order_by().values_list("state").annotate(n=Count("id")))
    asked = states.get(Ask.State.ASKED, 0) + states.get(Ask.State.ANSWERED, 0)
    counts = _counts(turns, survey.kind)
    answered = sum(counts.values())
    skipped = turns.filter(state=Ask.State.SKIPPED).order_by().values_list("reason").annotate(n=Count("id"))
    return Results(
        score=score_of(survey.kind, counts),
        answered=share_of(answered, asked),
        counts=counts,
        asked=asked,
        skipped=dict(sorted(skipped, key=lambda row: (-row[1], row[0]))),
        by_way=_split(survey, turns, "way"),
        by_month=_split(survey, turns, "month"),
        unhappy=sum(n for score, n in counts.items() if is_unhappy(survey.kind, score)),
    )


def count_answers(business: Business) -> dict[int, tuple[int, int]]:
    """(asked, answered) of each survey of the shop by its id."""
    rows = Ask.objects.filter(business=business).exclude(state=Ask.State.SKIPPED).order_by()
    found = rows.values_list("survey").annotate(n=Count("id"), hits=Count("response"))
    return {pk: (n, hits) for pk, n, hits in found}


def list_given(
    survey: Survey,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    mood: str = "",
    way: str = "",
    limit: int | None = MOST_READ,
) -> list[Given]:
    """The answers themselves, newest first; `mood` is unhappy or happy, "" for all."""
    found = _turns(survey, since, until).filter(response__isnull=False)
    if mood:
        scores = _scores(survey.kind, mood)
        found = found.filter(response__score__in=scores)
    if way:
        found = found.filter(way=way)
    rows = found.order_by("-answered_at", "-id").values_list(*_FIELDS)
    return [Given(*row) for row in (rows[:limit] if limit else rows.iterator(chunk_size=2000))]


def read_topics(given: Sequence[Given]) -> list[Given]:
    """The same answers with the topic that the machine reads in their words, "" where it abstains."""
    worded = [one for one in given if one.words.strip()]
    topics = {
        one.id: read.intent or ""
        for one, read in zip(worded, understand_many([one.words for one in worded]), strict=True)
    }
    return [replace(one, topic=topics.get(one.id, "")) for one in given]


def group_by_topic(given: Iterable[Given]) -> list[tuple[str, list[Given]]]:
    """Answers with words by topic, the most frequent first; those without a known topic last."""
    groups: dict[str, list[Given]] = defaultdict(list)
    for one in given:
        if one.words.strip():
            groups[one.topic].append(one)
    return sorted(groups.items(), key=lambda group: (not group[0], -len(group[1]), group[0]))


def iterate_asks(survey: Survey) -> Iterator[tuple[Ask, str]]:
    """Every turn of a survey with the person's name, oldest first: for the export."""
    rows = (
        Ask.objects.filter(survey=survey).select_related("response", "identity__contact").order_by("at", "id")
    )
    for ask in rows.iterator(chunk_size=2000):
        contact = ask.identity.contact
        yield ask, contact.name if contact else ""


def _turns(survey: Survey, since: datetime | None, until: datetime | None) -> QuerySet[Ask]:
    window = Q()
    if since is not None:
        window &= Q(at__gte=since)
    if until is not None:
        window &= Q(at__lt=until)
    return Ask.objects.filter(window, survey=survey)


def _counts(turns: QuerySet[Ask], kind: str) -> dict[int, int]:
    """Answers by score, every score of the scale among them."""
    low, high = SCALES[kind]
    given = turns.filter(response__isnull=False).order_by()
    found = dict(given.values_list("response__score").annotate(n=Count("id")))
    return {score: found.get(score, 0) for score in range(low, high + 1)}


def _split(survey: Survey, turns: QuerySet[Ask], by: str) -> tuple[Split, ...]:
    rows = turns.exclude(state=Ask.State.SKIPPED).order_by()
    if by == "month":
        rows = rows.annotate(month=TruncMonth("at", tzinfo=ZoneInfo(survey.business.timezone)))
    parts: dict[str, Counter[int]] = defaultdict(Counter)
    asked: Counter[str] = Counter()
    for part, score, n in rows.values_list(by, "response__score").annotate(n=Count("id")):
        code = f"{part:%Y-%m}" if by == "month" else str(part)
        asked[code] += n
        if score is not None:
            parts[code][score] += n
    found = (Split(code, score_of(survey.kind, parts[code]), asked[code]) for code in sorted(asked))
    return tuple(found)


def _scores(kind: str, mood: str) -> list[int]:
    low, high = SCALES[kind]
    belongs = is_unhappy if mood == "unhappy" else is_content
    return [score for score in range(low, high + 1) if belongs(kind, score)]
