"""What the shop's surveys have found, of the days that are asked for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import msgspec
from django.utils.translation import gettext as _

from sapa.api.errors import unfit
from sapa.api.paging import Page
from sapa.api.register import Asked, endpoint
from sapa.api.types import SurveyLine
from sapa.automations.asking.queries import list_running
from sapa.programs.types import Scope
from sapa.surveys.models import Survey
from sapa.surveys.queries import list_surveys
from sapa.surveys.results import get_results


class SurveyDaysAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Days of the shop's time zone, both included; without them all that ever was."""

    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None


@endpoint(
    "GET",
    "/surveys",
    Scope.READ_FIGURES,
    "The surveys, each with its figure, its range and who was not asked",
    answer=SurveyLine,
    paged=True,
    query=SurveyDaysAsked,
)
def list_survey_results(asked: Asked) -> Page[SurveyLine]:
    wanted: SurveyDaysAsked = asked.query
    if wanted.from_ and wanted.to and wanted.from_ > wanted.to:
        raise unfit(_("Hari pertama jatuh sesudah hari terakhir."), "from")
    since = _midnight(asked, wanted.from_)
    until = _midnight(asked, wanted.to + timedelta(days=1) if wanted.to and wanted.to < date.max else None)
    running = {survey.pk for survey, _switch in list_running(asked.business, now=asked.now)}
    found = [_line(one, one.pk in running, since, until) for one in list_surveys(asked.business)]
    return Page(items=tuple(found), next=None)


def _midnight(asked: Asked, day: date | None) -> datetime | None:
    return datetime.combine(day, time(), asked.zone) if day else None


def _line(survey: Survey, is_running: bool, since: datetime | None, until: datetime | None) -> SurveyLine:
    results = get_results(survey, since=since, until=until)
    return SurveyLine(
        id=str(survey.public_id),
        name=survey.name,
        kind=survey.kind,
        occasion=survey.occasion,
        is_running=is_running,
        asked=results.asked,
        answered=results.answered.hits,
        answered_share=results.answered.value,
        answered_interval=results.answered.interval,
        value=results.score.value if results.score.is_enough else None,
        interval=results.score.interval if results.score.is_enough else None,
        sample_size=results.score.n,
        unhappy=results.unhappy,
        skipped=dict(results.skipped),
    )
