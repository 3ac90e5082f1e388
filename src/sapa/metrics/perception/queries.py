"""Where what we measure and what people feel do not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics.queries import open_copy
from sapa.analytics.windows import Window, parameters
from sapa.contacts.models import Contact
from sapa.metrics.perception import questions  # noqa: F401 - registers what is asked here
from sapa.metrics.perception.types import ChannelGap, Gap, Perception, Recovery
from sapa.responses.models import Response

_MICROS = 1_000_000
Row = Mapping[str, Any]


def get_perception(business: Business, *, from_: date | None, to: date | None, now: datetime) -> Perception:
    """Answers of the days `from_` to `to` (both included, None is open) beside what was done before each."""
    copy, given = open_copy(business), parameters(business, Window(from_, to), now)
    gaps = _gaps(business, copy.ask("perception.gaps", given))
    return Perception(
        counts={
            (bool(row["is_late"]), str(row["rated"])): int(row["n"])
            for row in copy.ask("perception.counts", given)
        },
        low_though_on_time=tuple(gap for gap in gaps if not gap.is_late),
        high_though_late=tuple(gap for gap in gaps if gap.is_late),
        channels=tuple(
            ChannelGap(str(row["channel"]), int(row["n"]), int(row["late"] or 0), int(row["low"] or 0))
            for row in copy.ask("perception.channels", given)
        ),
        recovery=_recovery(copy.ask("perception.recovered", given), copy.ask("perception.calm", given)),
    )


def _recovery(rows: Sequence[Row], calm: Sequence[Row]) -> Recovery:
    by = {bool(row["is_solved"]): (int(row["came"] or 0), int(row["n"])) for row in rows}
    [at_ease] = calm
    return Recovery(
        by.get(True, (0, 0)), by.get(False, (0, 0)), (int(at_ease["came"] or 0), int(at_ease["n"]))
    )


def _gaps(business: Business, rows: Sequence[Row]) -> list[Gap]:
    people = Contact.objects.filter(business=business).in_bulk({int(row["contact"]) for row in rows})
    moments = [datetime.fromtimestamp(int(row["happened_at"]) / _MICROS, UTC) for row in rows]
    said = Response.objects.filter(
        business=business, identity__contact__in=people, happened_at__in=moments
    ).values_list("identity__contact", "survey", "happened_at", "words")
    words = {(contact, survey, round(at.timestamp() * _MICROS)): text for contact, survey, at, text in said}
    return [
        Gap(
            contact=str(people[row["contact"]].public_id),
            name=people[row["contact"]].name,
            survey=str(row["survey"]),
            score=int(row["score"]),
            at=at,
            words=words.get((row["contact"], row["survey"], int(row["happened_at"])), ""),
            is_late=bool(row["is_late"]),
        )
        for row, at in zip(rows, moments, strict=True)
        if row["contact"] in people
    ]
