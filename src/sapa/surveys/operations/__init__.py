"""Writes about surveys: their definitions, whom they asked, what was answered."""

from sapa.surveys.operations.answering import answer, answer_openly, take_replies
from sapa.surveys.operations.asking import note_asked, note_skipped, settle_unsent
from sapa.surveys.operations.defining import end_survey, make_survey, put_back_survey, save_survey

__all__ = [
    "answer",
    "answer_openly",
    "end_survey",
    "make_survey",
    "note_asked",
    "note_skipped",
    "put_back_survey",
    "save_survey",
    "settle_unsent",
    "take_replies",
]
