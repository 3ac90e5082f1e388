"""What came back: rate and score with their range, who was left in peace, and every answer with its person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import segno
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.automations.asking.queries import is_running, list_running
from sapa.lib import dates
from sapa.surveys.models import Ask, Survey
from sapa.surveys.queries import list_surveys
from sapa.surveys.results import (
    count_answers,
    get_results,
    group_by_topic,
    iterate_asks,
    list_given,
    read_topics,
)
from sapa.surveys.rules.figures import ENOUGH
from sapa.surveys.types import Given, Occasion, Results, Split
from sapa.web import sheets, survey_words
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.answers import attachment
from sapa.web.labels import intent_label
from sapa.web.periods import Period, read_period
from sapa.web.views.surveys.finding import find

SHOWN = 60
MOODS = ("unhappy", "happy")


@dataclass(frozen=True, slots=True)
class Line:
    """One survey in the list."""

    survey: Survey
    kind: str
    when: str
    is_on: bool
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Part:
    """The figure of one way or month as it is read."""

    name: str
    value: str
    range: str
    answered: int
    asked: int


@screen()
def surveys(request: SeatedRequest, seat: Seat) -> HttpResponse:
    running = {survey.pk for survey, _switch in list_running(seat.business, now=seat.now)}
    counts = count_answers(seat.business)
    lines = [
        Line(
            survey,
            survey_words.kind_word(survey.kind),
            survey_words.when_words(survey),
            survey.pk in running,
            *counts.get(survey.pk, (0, 0)),
        )
        for survey in list_surveys(seat.business)
    ]
    return render(request, "web/surveys.html", {"lines": lines})


@screen()
def survey(request: SeatedRequest, seat: Seat, survey_id: UUID) -> HttpResponse:
    found = find(seat, survey_id)
    period = read_period(request, seat, default=90)
    since, until = _bounds(period, seat)
    results = get_results(found, since=since, until=until)
    mood = request.GET.get("mood", "")
    given = list_given(found, since=since, until=until, mood=mood if mood in MOODS else "")
    context = {
        "survey": found,
        "kind_word": survey_words.kind_word(found.kind),
        "when": survey_words.when_words(found),
        "is_running": is_running(found, now=seat.now),
        "period": period,
        "results": results,
        "enough": ENOUGH,
        "out_of": survey_words.out_of(found.kind),
        "mood": mood if mood in MOODS else "",
        "query": f"days={period.days}" if period.days else "",
        **_figures(found, results, seat),
        **_answers(given, seat),
        **_link(request, found),
    }
    return render(request, "web/survey.html", context)


def _bounds(period: Period, seat: Seat) -> tuple[datetime | None, datetime | None]:
    """The window's two ends as moments of the shop; answers of today count."""
    if period.from_ is None or period.to is None:
        return None, None
    first = datetime.combine(period.from_, time(), seat.zone)
    return first, datetime.combine(period.to + timedelta(days=1), time(), seat.zone)


def _figures(found: Survey, results: Results, seat: Seat) -> dict[str, object]:
    kind, language = found.kind, seat.language
    most = max(results.counts.values(), default=0) or 1
    ways = [_part(found, one, survey_words.way_word(one.code), seat) for one in results.by_way]
    months = [_part(found, one, survey_words.say_month(one.code, language), seat) for one in results.by_month]
    return {
        "score": survey_words.describe(kind, results.score, language),
        "rate_range": _percent_range(results),
        "counts": [(score, n, round(100 * n / most)) for score, n in results.counts.items()],
        "skipped": [(survey_words.reason_word(code), n) for code, n in results.skipped.items()],
        "skipped_total": sum(results.skipped.values()),
        "ways": ways if len(ways) > 1 else [],
        "months": months if len(months) > 1 else [],
    }


def _part(found: Survey, one: Split, name: str, seat: Seat) -> Part:
    told = survey_words.describe(found.kind, one.score, seat.language)
    return Part(name, told["value"], told["range"], one.score.n, one.asked)


def _percent_range(results: Results) -> str:
    if results.answered.interval is None:
        return ""
    low, high = (round(100 * bound) for bound in results.answered.interval)
    return _("%(low)s sampai %(high)s") % {"low": f"{low}%", "high": f"{high}%"}


def _answers(given: list[Given], seat: Seat) -> dict[str, object]:
    read = read_topics(given)
    groups = [
        (intent_label(topic, seat.language) or _("Lainnya"), rows) for topic, rows in group_by_topic(read)
    ]
    wordless = [one for one in read if not one.words.strip()]
    return {"groups": groups, "wordless": wordless[:SHOWN], "given_total": len(read)}


def _link(request: SeatedRequest, found: Survey) -> dict[str, object]:
    if found.occasion != Occasion.OPEN:
        return {"link": ""}
    return {"link": request.build_absolute_uri(reverse("public_survey", args=[found.public_id]))}


@screen()
def survey_code(request: SeatedRequest, seat: Seat, survey_id: UUID) -> HttpResponse:
    """The QR code of the open page, as a picture to print."""
    found = find(seat, survey_id)
    address = request.build_absolute_uri(reverse("public_survey", args=[found.public_id]))
    rows = [bytes(row) for row in segno.make(address, error="m").matrix_iter(border=4)]
    dark = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    size = len(rows)
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{dark}"/></svg>'
    )
    return HttpResponse(drawn, content_type="image/svg+xml")


@screen(Act.EXPORT)
def survey_export(request: SeatedRequest, seat: Seat, survey_id: UUID) -> HttpResponseBase:
    found = find(seat, survey_id)
    answer = StreamingHttpResponse(
        sheets.write_csv(_rows(found, seat)), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = attachment(f"survei-{found.slug}.csv")
    return answer


def _rows(found: Survey, seat: Seat) -> Iterator[sheets.Row]:
    yield (_("Waktu"), _("Pelanggan"), _("Keadaan"), _("Lewat"), _("Nilai"), _("Kata-kata"), _("Dijawab"))
    for ask, name in iterate_asks(found):
        given = ask.response
        yield (
            dates.format_absolute(ask.at, seat.zone, seat.language),
            name,
            _state(ask),
            survey_words.way_word(ask.way) if ask.way else "",
            given.score if given else "",
            given.words if given else "",
            dates.format_absolute(ask.answered_at, seat.zone, seat.language) if ask.answered_at else "",
        )


def _state(ask: Ask) -> str:
    if ask.state == Ask.State.SKIPPED:
        return _("tidak ditanya: %(why)s") % {"why": survey_words.reason_word(ask.reason)}
    return _("menjawab") if ask.response_id else _("ditanya")
