"""Survei: what is asked and when, what came back, and who should be called."""

from sapa.web.views.surveys.defining import (
    survey_edit,
    survey_end,
    survey_moment,
    survey_new,
    survey_switch,
)
from sapa.web.views.surveys.showing import survey, survey_code, survey_export, surveys

__all__ = [
    "survey",
    "survey_code",
    "survey_edit",
    "survey_end",
    "survey_export",
    "survey_moment",
    "survey_new",
    "survey_switch",
    "surveys",
]
