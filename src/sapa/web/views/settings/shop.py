"""The shop: name, zone, hours, own names in chats, limits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.operations import change_business, set_hours
from sapa.accounts.types import AccountError, Act
from sapa.web.access import Seat, SeatedRequest, act_only, go
from sapa.web.answers import refresh_everybody, tell, undo_address
from sapa.web.hours import current_week
from sapa.web.views.settings.forms import HoursForm, LimitsForm, NamesForm, ShopForm
from sapa.web.views.settings.front import draw


@act_only(Act.SETTINGS)
def save_shop(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = ShopForm(request.POST, business=seat.business)
    return _save(request, seat, "shop", form, list(form.fields))


@act_only(Act.SETTINGS)
def save_limits(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = LimitsForm(request.POST, business=seat.business)
    return _save(request, seat, "limits", form, list(form.fields))


@act_only(Act.SETTINGS)
def save_names(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = NamesForm(request.POST, business=seat.business)
    if not form.is_valid():
        return draw(request, seat, part="names", form=form)
    return _change(request, seat, "names", form, {"own_names": form.cleaned_data["names"]})


def _save(request: SeatedRequest, seat: Seat, part: str, form: forms.Form, fields: list[str]) -> HttpResponse:
    if not form.is_valid():
        return draw(request, seat, part=part, form=form)
    return _change(request, seat, part, form, {name: form.cleaned_data[name] for name in fields})


def _change(
    request: SeatedRequest, seat: Seat, part: str, form: forms.Form, values: dict[str, Any]
) -> HttpResponse:
    try:
        change_business(business=seat.business, values=values, by=seat.teammate, now=seat.now)
    except AccountError as error:
        form.add_error(None, str(error))
        return draw(request, seat, part=part, form=form)
    refresh_everybody(seat)
    tell(request, _("Pengaturan disimpan."), undo_address(seat, "business", seat.business.pk))
    return go(request, reverse("settings_part", args=[part]))


@act_only(Act.SETTINGS)
def save_hours(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """Hours from the beginning on: what was guessed is put right for the past as well."""
    form = HoursForm(
        request.POST, week=current_week(seat.business), open_on_holidays=seat.business.open_on_holidays
    )
    if not form.is_valid():
        return draw(request, seat, part="hours", form=form)
    set_hours(
        business=seat.business,
        week=form.cleaned_data["week"],
        open_on_holidays=form.cleaned_data["open_on_holidays"],
        by=seat.teammate,
        now=seat.now,
    )
    refresh_everybody(seat)
    tell(request, _("Jam kerja disimpan."), undo_address(seat, "business", seat.business.pk))
    return go(request, reverse("settings_part", args=["hours"]))
