"""Reads of what lets surveys ask."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business
from sapa.automations.models import Automation
from sapa.automations.queries import find_automation
from sapa.moments.models import Moment
from sapa.moments.queries import find_moment, may_automate
from sapa.surveys.models import Survey
from sapa.surveys.queries import list_surveys

KIND = "survey:"


def kind_of(survey: Survey) -> str:
    """The kind of the survey's automation, and the code of its moment."""
    return f"{KIND}{survey.slug}"


def find_switch(survey: Survey) -> Automation | None:
    return find_automation(survey.business, kind_of(survey))


def find_moment_of(survey: Survey) -> Moment | None:
    return find_moment(survey.business, kind_of(survey))


def is_running(survey: Survey, *, now: datetime) -> bool:
    """Whether it asks now: switched on, and permitted by its moment."""
    switch = find_switch(survey)
    return switch is not None and _runs(survey, switch, now)


def list_running(business: Business, *, now: datetime) -> list[tuple[Survey, Automation]]:
    """The surveys that ask now, oldest first, each with its automation."""
    switched = Automation.objects.filter(business=business, kind__startswith=KIND, is_on=True)
    switches = {one.kind: one for one in switched.select_related("moment")}
    if not switches:
        return []
    found = ((survey, switches.get(kind_of(survey))) for survey in reversed(list_surveys(business)))
    return [(survey, one) for survey, one in found if one is not None and _runs(survey, one, now)]


def _runs(survey: Survey, switch: Automation, now: datetime) -> bool:
    return switch.is_on and survey.ended_at is None and may_automate(switch.moment, now=now)
