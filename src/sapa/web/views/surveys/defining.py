"""Writing a survey, its moment with the written risk, and the switch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.types import Act
from sapa.automations.asking.operations import switch_survey
from sapa.automations.asking.queries import find_moment_of, find_switch, is_running, kind_of
from sapa.automations.types import AutomationError
from sapa.moments.models import Moment
from sapa.moments.operations import write_moment
from sapa.moments.queries import may_automate
from sapa.moments.types import MomentError
from sapa.surveys.models import Survey
from sapa.surveys.operations import end_survey, make_survey, save_survey
from sapa.surveys.operations.defining import LONGEST_QUESTION
from sapa.surveys.rules.wording import LANGUAGES, USUAL, call_by, fill, write_chat
from sapa.surveys.types import Kind, Occasion, SurveyError, SurveyGiven, Way, Wording
from sapa.web import survey_words
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, tell, undo_address
from sapa.web.forms import SapaForm
from sapa.web.views.settings.automations import MomentForm
from sapa.web.views.surveys.finding import find

RECIPES: tuple[tuple[Kind, Occasion, int], ...] = (
    (Kind.CSAT, Occasion.DELIVERED, 48),
    (Kind.CES, Occasion.CLOSED, 2),
    (Kind.CSAT, Occasion.CLOSED, 2),
    (Kind.NPS, Occasion.RHYTHM, 0),
    (Kind.CSAT, Occasion.OPEN, 0),
    (Kind.NPS, Occasion.OPEN, 0),
    (Kind.CES, Occasion.DELIVERED, 48),
)
"""The usual questions with their usual delay in hours: what a new survey begins with."""


class SurveyForm(SapaForm):
    """A survey in the owner's words."""

    name = forms.CharField(label=gettext_lazy("Nama survei"), max_length=80)
    delay_hours = forms.IntegerField(
        label=gettext_lazy("Berapa jam sesudahnya?"), min_value=0, max_value=24 * 60, required=False
    )
    every_days = forms.IntegerField(
        label=gettext_lazy("Tiap berapa hari?"), min_value=30, max_value=730, required=False
    )
    share = forms.IntegerField(
        label=gettext_lazy("Berapa persen yang ditanya?"),
        help_text=gettext_lazy(
            "Dari yang bisa ditanya, dipilih acak tetapi tetap: orang yang sama setiap kali."
        ),
        min_value=1,
        max_value=100,
        required=False,
    )
    ways = forms.MultipleChoiceField(
        label=gettext_lazy("Lewat mana?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    template = forms.CharField(
        label=gettext_lazy("Templat WhatsApp bila waktu membalas sudah lewat"),
        help_text=gettext_lazy("Nama templat yang sudah disetujui, bukan promosi. Kosongkan bila tidak ada."),
        max_length=120,
        required=False,
    )
    language = forms.ChoiceField(label=gettext_lazy("Bahasa untuk pelanggan"))
    question_id = forms.CharField(
        label=gettext_lazy("Pertanyaan dalam bahasa Indonesia"),
        help_text=gettext_lazy("{nama} nama pelanggan, {produk} yang dibeli."),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    open_id = forms.CharField(
        label=gettext_lazy("Pertanyaan terbuka dalam bahasa Indonesia"),
        max_length=LONGEST_QUESTION,
        required=False,
    )
    question_en = forms.CharField(
        label=gettext_lazy("Pertanyaan dalam bahasa Inggris"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    open_en = forms.CharField(
        label=gettext_lazy("Pertanyaan terbuka dalam bahasa Inggris"),
        max_length=LONGEST_QUESTION,
        required=False,
    )

    def __init__(self, *args: Any, kind: str, occasion: str, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="survey_%s", **kwargs)
        self.kind, self.occasion = kind, occasion
        ways = [(str(way), survey_words.way_word(way)) for way in (Way.CHAT, Way.SITE, Way.EMAIL)]
        self.fields["ways"].choices = ways  # type: ignore[attr-defined]
        self.fields["language"].choices = [("id", _("Indonesia")), ("en", _("Inggris"))]  # type: ignore[attr-defined]
        for name in self._left_out():
            del self.fields[name]

    def _left_out(self) -> tuple[str, ...]:
        if self.occasion == Occasion.OPEN:
            return ("delay_hours", "every_days", "share", "ways", "template")
        return ("delay_hours",) if self.occasion == Occasion.RHYTHM else ("every_days",)

    def given(self) -> SurveyGiven:
        said = self.cleaned_data
        return SurveyGiven(
            name=said["name"],
            kind=self.kind,
            occasion=self.occasion,
            delay_hours=said.get("delay_hours") or 0,
            every_days=said.get("every_days") or 90,
            share=said.get("share") or 100,
            ways=tuple(said.get("ways") or ()),
            language=said["language"],
            template=said.get("template") or "",
            words={
                language: Wording(said[f"question_{language}"], said[f"open_{language}"])
                for language in LANGUAGES
            },
        )


class SurveyMomentForm(MomentForm):
    """The moment in which customers are asked."""

    def __init__(self, *args: Any, survey: Survey, moment: Moment | None, **kwargs: Any) -> None:
        super().__init__(*args, moment=moment, **kwargs)
        self.fields["may_be_automated"].label = _("Sapa boleh bertanya sendiri pada momen ini")
        self.fields["risk"].label = _("Apa risikonya kalau orang ini ditanya?")
        self.fields["risk"].help_text = _("Misalnya: orang yang barangnya rusak merasa ditanya mesin.")
        if moment is None:
            self.initial["name"] = survey.name


@screen(Act.SETTINGS, write=Act.SETTINGS)
def survey_new(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """First which question and when; then its words."""
    wanted = (request.GET.get("kind", ""), request.GET.get("occasion", ""))
    recipe = next((one for one in RECIPES if (one[0], one[1]) == wanted), None)
    if recipe is None:
        recipes = [
            (kind, occasion, survey_words.kind_word(kind), survey_words.occasion_word(occasion))
            for kind, occasion, _hours in RECIPES
        ]
        return render(request, "web/survey_new.html", {"recipes": recipes})
    kind, occasion, hours = recipe
    if request.method != "POST":
        return _draw_new(
            request, SurveyForm(initial=_usual(kind, occasion, hours), kind=kind, occasion=occasion)
        )
    form = SurveyForm(request.POST, kind=kind, occasion=occasion)
    if form.is_valid():
        try:
            made = make_survey(business=seat.business, given=form.given(), by=seat.teammate, now=seat.now)
        except SurveyError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            told = _("Survei disimpan. Tulis momen dan risikonya dulu, lalu nyalakan.")
            tell(request, told, undo_address(seat, "survey", made.pk))
            return go(request, reverse("survey_edit", args=[made.public_id]) + "#moment")
    return _draw_new(request, form, status=UNPROCESSABLE)


def _usual(kind: Kind, occasion: Occasion, hours: int) -> dict[str, Any]:
    words = USUAL[kind]
    return {
        "name": f"{str(kind).upper()} {survey_words.occasion_word(occasion)}",
        "delay_hours": hours,
        "every_days": 90,
        "share": 100,
        "ways": [Way.CHAT, Way.SITE],
        "language": "id",
        **{f"question_{language}": said.question for language, said in words.items()},
        **{f"open_{language}": said.open_question for language, said in words.items()},
    }


def _draw_new(request: SeatedRequest, form: SurveyForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "kind_word": survey_words.kind_word(form.kind),
        "occasion_word": survey_words.occasion_word(form.occasion),
    }
    return render(request, "web/survey_new.html", context, status=status)


@screen(Act.SETTINGS, write=Act.SETTINGS)
def survey_edit(request: SeatedRequest, seat: Seat, survey_id: UUID) -> HttpResponse:
    found = find(seat, survey_id)
    if request.method != "POST":
        return _draw(request, seat, found)
    form = SurveyForm(request.POST, kind=found.kind, occasion=found.occasion)
    if form.is_valid():
        try:
            save_survey(survey=found, given=form.given(), by=seat.teammate, now=seat.now)
        except SurveyError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            tell(request, _("Survei disimpan."), undo_address(seat, "survey", found.pk))
            return go(request, reverse("survey_edit", args=[found.public_id]))
    return _draw(request, seat, found, form=form)


@act_only(Act.SETTINGS)
def survey_moment(request: SeatedRequest, seat: Seat, survey_id: UUID) -> HttpResponse:
    found = find(seat, survey_id)
    form = SurveyMomentForm(request.POST, seat=seat, survey=found, moment=find_moment_of(found))
    if not form.is_valid():
        return _draw(request, seat, found, moment=form)
    try:
        moment = write_moment(
            business=seat.business, code=kind_of(found), given=form.given(), by=seat.teammate, now=seat.now
        )
    except MomentError as error:
        form.add_error(None, str(error))
        return _draw(request, seat, found, moment=form)
    tell(request, _("Momen disimpan."), undo_address(seat, "moment", moment.pk))
    return go(request, reverse("survey_edit", args=[found.public_id]) + "#switch")


@act_only(Act.SETTINGS)
def survey_switch(request: SeatedRequest, seat: Seat, survey_id: UUID) -> HttpResponse:
    found = find(seat, survey_id)
    try:
        saved = switch_survey(
            survey=found,
            moment=find_moment_of(found),
            is_on=request.POST.get("is_on") == "1",
            by=seat.teammate,
            now=seat.now,
        )
    except AutomationError as error:
        return _draw(request, seat, found, refusal=str(error))
    told = _("Survei menyala.") if saved.is_on else _("Survei mati.")
    tell(request, told, undo_address(seat, "automation", saved.pk))
    return go(request, reverse("survey_edit", args=[found.public_id]) + "#switch")


@act_only(Act.SETTINGS)
def survey_end(request: SeatedRequest, seat: Seat, survey_id: UUID) -> HttpResponse:
    found = find(seat, survey_id)
    if found.ended_at is None:
        end_survey(survey=found, by=seat.teammate, now=seat.now)
        tell(request, _("Survei diarsipkan. Jawabannya tetap ada."), undo_address(seat, "survey", found.pk))
    return go(request, reverse("surveys"))


def _draw(
    request: SeatedRequest,
    seat: Seat,
    found: Survey,
    *,
    form: SurveyForm | None = None,
    moment: SurveyMomentForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    written = find_moment_of(found)
    switch = find_switch(found)
    context = {
        "survey": found,
        "form": form or SurveyForm(initial=_standing(found), kind=found.kind, occasion=found.occasion),
        "moment_form": moment or SurveyMomentForm(seat=seat, survey=found, moment=written),
        "is_permitted": written is not None and may_automate(written, now=seat.now),
        "is_on": bool(switch and switch.is_on),
        "is_running": is_running(found, now=seat.now),
        "refusal": refusal,
        "example": _example(found),
        "kind_word": survey_words.kind_word(found.kind),
        "occasion_word": survey_words.occasion_word(found.occasion),
    }
    status = UNPROCESSABLE if form or moment or refusal else 200
    return render(request, "web/survey_edit.html", context, status=status)


def _standing(found: Survey) -> dict[str, Any]:
    plain = ("name", "delay_hours", "every_days", "share", "ways", "language", "template")
    initial = {name: getattr(found, name) for name in plain}
    for language in LANGUAGES:
        said = found.words.get(language, {})
        initial |= {
            f"question_{language}": said.get("question", ""),
            f"open_{language}": said.get("open", ""),
        }
    return initial


def _example(found: Survey) -> str:
    """What a customer reads."""
    said = found.words.get(found.language, {})
    blanks = {"name": call_by("Ayu", found.language), "product": "Kemeja sage L", "language": found.language}
    question, more = (fill(str(said.get(part, "")), **blanks) for part in ("question", "open"))
    if found.occasion == Occasion.OPEN:
        return question
    return write_chat(question, more, kind=found.kind, language=found.language)
