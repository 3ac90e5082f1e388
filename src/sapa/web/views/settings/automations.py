"""Pengaturan › Jawaban otomatis: the moment with its written risk first, then the switch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.queries import get_calendar
from sapa.accounts.types import Act
from sapa.automations.models import Automation
from sapa.automations.operations import save_after_hours
from sapa.automations.queries import find_automation, find_usual_minutes, list_runs
from sapa.automations.rules import USUAL_TEXT, Closed, word_answer
from sapa.automations.types import AutomationError, AutomationKind
from sapa.lib.hours import is_open, next_opening
from sapa.moments.models import Moment
from sapa.moments.operations import write_moment
from sapa.moments.queries import find_moment, may_automate
from sapa.moments.types import MomentCode, MomentError, MomentGiven
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, tell, undo_address
from sapa.web.forms import SapaForm


class MomentForm(SapaForm):
    """The moment in the shop's own words."""

    name = forms.CharField(label=gettext_lazy("Nama momen"), max_length=80)
    feeling = forms.CharField(
        label=gettext_lazy("Apa yang pelanggan rasakan pada saat itu?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    risk = forms.CharField(
        label=gettext_lazy("Apa risikonya kalau jawabannya salah?"),
        help_text=gettext_lazy("Misalnya: orang yang marah merasa dijawab mesin."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    responsible = forms.ChoiceField(label=gettext_lazy("Penanggung jawab"), required=False)
    may_be_automated = forms.BooleanField(
        label=gettext_lazy("Sapa boleh menjawab sendiri pada momen ini"), required=False
    )

    def __init__(self, *args: Any, seat: Seat, moment: Moment | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"name": _("Chat masuk setelah tutup"), "responsible": seat.teammate.pk}
        if moment is not None:
            initial = {
                name: getattr(moment, name) for name in ("name", "feeling", "risk", "may_be_automated")
            }
            initial["responsible"] = moment.responsible_id
        super().__init__(*args, initial=initial, auto_id="moment_%s", **kwargs)
        people = [(str(mate.pk), mate.name) for mate in seat.teammates]
        self.fields["responsible"].choices = people  # type: ignore[attr-defined]

    def given(self) -> MomentGiven:
        found = self.cleaned_data
        responsible = int(found["responsible"]) if found["responsible"] else None
        return MomentGiven(
            found["name"], found["feeling"], found["risk"], responsible, found["may_be_automated"]
        )


class AnswerForm(SapaForm):
    """The switch and the words."""

    is_on = forms.BooleanField(label=gettext_lazy("Kirim jawaban ini saat toko tutup"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Kalimatnya"),
        help_text=gettext_lazy(
            "{nama} nama pelanggan, {buka} kapan toko buka, {lama} lama biasanya dibalas."
        ),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, automation: Automation | None, **kwargs: Any) -> None:
        initial = {
            "is_on": bool(automation and automation.is_on),
            "text": automation.text if automation else USUAL_TEXT,
        }
        super().__init__(*args, initial=initial, auto_id="answer_%s", **kwargs)


@screen()
def settings_automations(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return _draw(request, seat)


def _draw(request: SeatedRequest, seat: Seat, **refused: forms.Form) -> HttpResponse:
    moment = find_moment(seat.business, MomentCode.AFTER_HOURS)
    automation = find_automation(seat.business, AutomationKind.AFTER_HOURS)
    context = {
        "moment": moment,
        "automation": automation,
        "is_permitted": moment is not None and may_automate(moment, now=seat.now),
        "moment_form": refused.get("moment") or MomentForm(seat=seat, moment=moment),
        "answer_form": refused.get("answer") or AnswerForm(automation=automation),
        "example": _example(seat, automation),
        "runs": list_runs(automation) if automation else [],
        "outcomes": _outcomes(),
    }
    status = UNPROCESSABLE if refused else 200
    return render(request, "web/settings_automations.html", context, status=status)


def _example(seat: Seat, automation: Automation | None) -> str:
    """What a customer would read who wrote while the shop is closed."""
    calendar = get_calendar(seat.business)
    opens_at = next_opening(calendar, seat.now)
    if opens_at is None:
        return ""
    if is_open(calendar, seat.now):
        later = next(
            (at for hours in range(1, 24 * 14) if not is_open(calendar, at := _later(seat, hours))), None
        )
        opens_at = next_opening(calendar, later) if later else None
        if opens_at is None:
            return ""
    return word_answer(
        automation.text if automation else USUAL_TEXT,
        name="Kak Ayu",
        closed=Closed(seat.now, opens_at),
        usual=find_usual_minutes(seat.business, now=seat.now),
        now=seat.now,
        zone=seat.zone,
    )


def _later(seat: Seat, hours: int) -> datetime:
    return seat.now + timedelta(hours=hours)


def _outcomes() -> dict[str, str]:
    return {
        "sent": _("dikirim"),
        "complaint": _("dibiarkan untuk orang: mungkin keluhan"),
        "not_live": _("dibiarkan: bukan pesan langsung"),
        "sender_is_a_machine": _("dibiarkan: pengirimnya mesin"),
        "no_consent": _("dibiarkan: pelanggan tidak mau dikirimi"),
        "quiet_hours": _("dibiarkan: jam tenang"),
        "window_closed": _("dibiarkan: waktu membalas sudah lewat"),
    }


@act_only(Act.SETTINGS)
def save_moment(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = MomentForm(request.POST, seat=seat, moment=find_moment(seat.business, MomentCode.AFTER_HOURS))
    if not form.is_valid():
        return _draw(request, seat, moment=form)
    try:
        moment = write_moment(
            business=seat.business,
            code=MomentCode.AFTER_HOURS,
            given=form.given(),
            by=seat.teammate,
            now=seat.now,
        )
    except MomentError as error:
        form.add_error(None, str(error))
        return _draw(request, seat, moment=form)
    tell(request, _("Momen disimpan."), undo_address(seat, "moment", moment.pk))
    return go(request, reverse("settings_automations") + "#answer")


@act_only(Act.SETTINGS)
def save_answer(request: SeatedRequest, seat: Seat) -> HttpResponse:
    automation = find_automation(seat.business, AutomationKind.AFTER_HOURS)
    form = AnswerForm(request.POST, automation=automation)
    if not form.is_valid():
        return _draw(request, seat, answer=form)
    try:
        saved = save_after_hours(
            business=seat.business,
            moment=find_moment(seat.business, MomentCode.AFTER_HOURS),
            is_on=form.cleaned_data["is_on"],
            text=form.cleaned_data["text"],
            by=seat.teammate,
            now=seat.now,
        )
    except AutomationError as error:
        form.add_error(None, str(error))
        return _draw(request, seat, answer=form)
    told = _("Jawaban otomatis menyala.") if saved.is_on else _("Jawaban otomatis mati.")
    tell(request, told, undo_address(seat, "automation", saved.pk))
    return go(request, reverse("settings_automations"))
