"""Rows about people, notes, reviews, survey answers and behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.contacts.operations import describe_many
from sapa.contacts.operations.names import tell_current_names
from sapa.contacts.operations.statements import DescriptionGiven
from sapa.conversations.models import Note
from sapa.conversations.operations import record_notes
from sapa.gateway.digest.work import Digestion, Fact, FactKind
from sapa.gateway.types import Behaved, NoteTaken, PersonDescribed, ResponseGiven, ReviewPosted
from sapa.responses.models import Response
from sapa.responses.operations import record_responses
from sapa.reviews.models import Review
from sapa.reviews.operations import record_reviews
from sapa.timeline.operations import record_touchpoints, replace_touchpoints


def take_descriptions(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, PersonDescribed] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    rows = describe_many(
        business=work.business,
        given=[
            DescriptionGiven(
                identity_id=work.identified[i].identity_id,
                at=event.at or work.now,
                city=event.city,
                address=event.address,
                note=event.note,
                preferences=event.preferences,
            )
            for i, event in events.items()
        ],
    )
    told = {work.identified[i].identity_id: e.person.name for i, e in events.items() if e.is_current_name}
    work.touched |= tell_current_names(business=work.business, names=told)
    for (i, event), (pk, is_new) in zip(events.items(), rows, strict=True):
        work.settle(i, Fact(FactKind.DESCRIPTION, pk, is_new), is_new=not work.identified[i].is_met)
        work.tell_origin(i, event.origin, event.at, f"row:{work.identified[i].identity_id}")


def take_notes(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, NoteTaken] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    rows = record_notes(
        [
            Note(
                business=work.business,
                identity_id=work.identified[i].identity_id,
                dedupe_key=event.dedupe_key,
                act=event.act,
                text=event.text,
                outcome=event.outcome,
                happened_at=event.at,
                learned_at=work.now,
            )
            for i, event in events.items()
        ]
    )
    happenings = []
    for (i, event), (pk, is_new) in zip(events.items(), rows, strict=True):
        work.settle(i, Fact(FactKind.NOTE, pk, is_new))
        work.tell_origin(i, event.origin, event.at, f"note:{pk}")
        happenings.append(work.happening(i, f"note.{event.act}", event.at, ("note", str(pk)), {}))
    record_touchpoints(business=work.business, happenings=happenings, now=work.now)


def take_reviews(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, ReviewPosted] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    rows = record_reviews(
        [
            Review(
                business=work.business,
                channel_id=work.channel_id(i),
                identity_id=work.identified[i].identity_id,
                dedupe_key=event.dedupe_key,
                stars=event.stars,
                text=event.text,
                happened_at=event.at,
                learned_at=work.now,
            )
            for i, event in events.items()
        ]
    )
    happenings = []
    for i, (review, is_new) in zip(events, rows, strict=True):
        work.settle(i, Fact(FactKind.REVIEW, review.pk, is_new))
        source = ("review", str(review.pk))
        happenings.append(
            work.happening(i, "review.posted", review.happened_at, source, {"stars": review.stars})
        )
    replace_touchpoints(
        business=work.business,
        source_kind="review",
        happenings=happenings,
        source_keys=[str(review.pk) for review, _ in rows],
        now=work.now,
    )


def take_responses(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, ResponseGiven] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    rows = record_responses(
        [
            Response(
                business=work.business,
                channel_id=work.channel_id(i),
                identity_id=work.identified[i].identity_id,
                dedupe_key=event.dedupe_key,
                survey=event.survey,
                score=event.score,
                words=event.words,
                happened_at=event.at,
                learned_at=work.now,
            )
            for i, event in events.items()
        ]
    )
    happenings = []
    for (i, event), (pk, is_new) in zip(events.items(), rows, strict=True):
        work.settle(i, Fact(FactKind.RESPONSE, pk, is_new))
        measures = {"survey": event.survey, "score": event.score}
        happenings.append(work.happening(i, "survey.answered", event.at, ("response", str(pk)), measures))
    record_touchpoints(business=work.business, happenings=happenings, now=work.now)


def take_behaviour(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, Behaved] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    happenings = [
        work.happening(i, event.kind, event.at, ("event", event.dedupe_key), event.measures)
        for i, event in events.items()
    ]
    rows = record_touchpoints(business=work.business, happenings=happenings, now=work.now)
    for i, (pk, is_new) in zip(events, rows, strict=True):
        work.settle(i, Fact(FactKind.TOUCHPOINT, pk, is_new))
