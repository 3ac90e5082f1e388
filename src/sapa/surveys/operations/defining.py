"""Writing surveys down, and putting back what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.lib.database import write
from sapa.surveys.models import Survey
from sapa.surveys.rules.wording import LANGUAGES, find_blank
from sapa.surveys.types import Kind, Occasion, SurveyError, SurveyGiven, Way

LONGEST_QUESTION = 300
LONGEST_DELAY = 24 * 60
SHORTEST_RHYTHM = 30
_COLUMNS = (
    "name", "kind", "occasion", "delay_hours", "every_days", "share", "ways", "language", "template", "words", "is_ended",
)  # fmt: skip


def make_survey(*, business: Business, given: SurveyGiven, by: Teammate | None, now: datetime) -> Survey:
    """A new survey, which asks nobody yet. Raises `SurveyError`."""
    _check(given)
    with write():
        survey = Survey(business=business, slug=_free_slug(business, given), created_at=now)
        _set(survey, _values(given), now)
        _audit(survey, "survey.saved", None, by, now)
    return survey


def save_survey(*, survey: Survey, given: SurveyGiven, by: Teammate | None, now: datetime) -> Survey:
    """Another wording, time or share. Kind and occasion stay: other answers would be another survey. Raises `SurveyError`."""
    if (given.kind, given.occasion) != (survey.kind, survey.occasion):
        raise SurveyError(_("Jenis dan saatnya tidak bisa diganti. Buat survei baru."), "kind")
    _check(given)
    with write():
        before = _told(survey)
        _set(survey, _values(given) | {"is_ended": survey.ended_at is not None}, now)
        _audit(survey, "survey.saved", before, by, now)
    return survey


def end_survey(*, survey: Survey, by: Teammate | None, now: datetime) -> None:
    """Put a survey away: it asks nobody any more, and what was answered stays."""
    with write():
        before = _told(survey)
        _set(survey, before | {"is_ended": True}, now)
        _audit(survey, "survey.ended", before, by, now)


def put_back_survey(
    *, survey: Survey, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """As it was before a change; one that was new is put away. Raises LookupError where it was changed again since."""
    standing = _told(survey)
    if standing != entry_data["after"]:
        raise LookupError("this survey has changed since")
    with write():
        _set(survey, entry_data["before"] or {**standing, "is_ended": True}, now)
        _audit(survey, "survey.put_back", standing, by, now)


def _check(given: SurveyGiven) -> None:
    if given.kind not in list(Kind) or given.occasion not in list(Occasion):
        raise SurveyError(_("Pilih jenis dan saat bertanya dari daftarnya."), "kind")
    if not given.name.strip():
        raise SurveyError(_("Beri nama surveinya dulu."), "name")
    if not 1 <= given.share <= 100:
        raise SurveyError(_("Bagian yang ditanya harus 1 sampai 100 persen."), "share")
    if given.delay_hours > LONGEST_DELAY:
        raise SurveyError(_("Paling lama 60 hari sesudahnya. Setelah itu orang sudah lupa."), "delay_hours")
    if given.occasion == Occasion.RHYTHM and given.every_days < SHORTEST_RHYTHM:
        raise SurveyError(_("Paling sering 30 hari sekali untuk satu orang."), "every_days")
    if given.occasion != Occasion.OPEN and not given.ways:
        raise SurveyError(_("Pilih sedikitnya satu cara bertanya."), "ways")
    if not set(given.ways) <= set(Way) or given.language not in LANGUAGES:
        raise SurveyError(_("Pilih cara dan bahasa dari daftarnya."), "ways")
    _check_words(given)


def _check_words(given: SurveyGiven) -> None:
    for language in LANGUAGES:
        said = given.words.get(language)
        field = f"question_{language}"
        if said is None or not said.question.strip():
            raise SurveyError(_("Tulis pertanyaannya, juga dalam bahasa Inggris."), field)
        for text in (said.question, said.open_question):
            blank = find_blank(text)
            if blank is not None:
                sentence = _("Isian {%(blank)s} tidak dikenal. Pakai {nama} atau {produk}.")
                raise SurveyError(sentence % {"blank": blank}, field)


def _values(given: SurveyGiven) -> dict[str, Any]:
    return {
        "name": " ".join(given.name.split())[:80],
        "kind": str(given.kind),
        "occasion": str(given.occasion),
        "delay_hours": given.delay_hours,
        "every_days": given.every_days,
        "share": given.share,
        "ways": [str(way) for way in dict.fromkeys(given.ways)],
        "language": given.language,
        "template": given.template[:120],
        "words": {
            language: {
                "question": said.question.strip()[:LONGEST_QUESTION],
                "open": said.open_question.strip()[:LONGEST_QUESTION],
            }
            for language, said in given.words.items()
        },
        "is_ended": False,
    }


def _free_slug(business: Business, given: SurveyGiven) -> str:
    taken = set(Survey.objects.filter(business=business).values_list("slug", flat=True))
    base = f"{given.kind}-{given.occasion}"
    return next(slug for number in range(1, 10_000) if (slug := f"{base}-{number}") not in taken)


def _told(survey: Survey) -> dict[str, Any]:
    return {name: getattr(survey, name) for name in _COLUMNS if name != "is_ended"} | {
        "is_ended": survey.ended_at is not None
    }


def _set(survey: Survey, values: Mapping[str, Any], now: datetime) -> None:
    for name in _COLUMNS:
        if name != "is_ended":
            setattr(survey, name, values[name])
    if values["is_ended"] != (survey.ended_at is not None):
        survey.ended_at = now if values["is_ended"] else None
    survey.save()


def _audit(
    survey: Survey, verb: str, before: dict[str, Any] | None, by: Teammate | None, now: datetime
) -> None:
    record_audit(
        business=survey.business,
        by=by,
        verb=verb,
        object_kind="survey",
        object_id=str(survey.pk),
        data={"before": before, "after": _told(survey)},
        now=now,
    )
