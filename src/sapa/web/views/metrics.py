"""Metrik: each figure with its target, its trend and what the team does tomorrow because of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.models import Teammate
from sapa.accounts.operations import record_audit
from sapa.accounts.types import Act
from sapa.actions.queries import list_figures
from sapa.lib import dates
from sapa.lib.database import write
from sapa.lib.money import format_percent
from sapa.metrics.credit import get_credit
from sapa.metrics.definition import ENOUGH_FOR_SHARE
from sapa.metrics.models import Shift, Target
from sapa.metrics.operations import set_target
from sapa.metrics.queries import find_target_of_day, get_metric, get_metric_figure
from sapa.metrics.shifts.operations import dismiss_shift
from sapa.metrics.shifts.stored import get_shift, list_shifts
from sapa.metrics.types import Figure
from sapa.web import figure_sheets, sheets
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import after_write, attachment, draw_form, tell, undo_address
from sapa.web.dimensions import make_dimensions
from sapa.web.figures import FIRST, MONEY_CHECK, Card, make_cards
from sapa.web.forms import SapaForm
from sapa.web.periods import Period, read_period
from sapa.web.shift_words import make_shift_lines

_IN_UNIT = {"share": 100.0}


class TargetForm(SapaForm):
    """A target in the unit in which the figure is shown: per cent, hours, rupiah."""

    value = forms.FloatField(label=gettext_lazy("Target"))
    owner = forms.ChoiceField(label=gettext_lazy("Penanggung jawab"), required=False)

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].error_messages["invalid"] = _("Target: tulis angka saja.")
        if seat.is_alone:
            del self.fields["owner"]
        else:
            people = [(str(mate.pk), mate.name) for mate in seat.teammates]
            self.fields["owner"].choices = people  # type: ignore[attr-defined]


def _figures(seat: Seat, period: Period) -> list[Figure]:
    return list_figures(seat.business, from_=period.from_, to=period.to, now=seat.now)


@screen()
def metrics(request: SeatedRequest, seat: Seat) -> HttpResponse:
    period = read_period(request, seat, default=0)
    figures = _figures(seat, period)
    cards = {card.key: card for card in make_cards(figures, seat)}
    context = {
        "period": period,
        "first": _pick(cards, FIRST),
        "worth": _pick(cards, MONEY_CHECK),
        "dimensions": make_dimensions(figures, seat),
        "shifts": make_shift_lines(list_shifts(seat.business, now=seat.now), seat),
        "others": [card for key, card in cards.items() if key not in (*FIRST, *MONEY_CHECK)],
    }
    return render(request, "web/metrics.html", context)


def _pick(cards: dict[str, Card], keys: tuple[str, ...]) -> list[Card]:
    return [cards[key] for key in keys if key in cards]


@screen(Act.LOOK, write=Act.TARGETS)
def metric(request: SeatedRequest, seat: Seat, key: str) -> HttpResponse:
    """One figure with its people, and its target with the one who answers for it."""
    period = read_period(request, seat, default=0)
    figure = next((one for one in _figures(seat, period) if one.key == key), None)
    if figure is None:
        raise Http404
    scale = _IN_UNIT.get(figure.unit, 1.0)
    initial = {"value": None if figure.target is None else round(figure.target * scale, 2)}
    form = TargetForm(request.POST or None, seat=seat, initial=initial)
    if request.method == "POST" and form.is_valid():
        target = _save_target(seat, figure, form, scale)
        told = _("Target disimpan. Angka masa lalu tidak berubah.")
        tell(request, told, undo_address(seat, "target", target.pk))
        return after_write(request, reverse("metric", args=[key]))
    card = make_cards([figure], seat)[0]
    context = {
        "card": card,
        "form": form,
        "figure": figure,
        "period": period,
        **_explained(figure, period, seat),
    }
    return draw_form(request, "web/metric.html", context)


def _explained(figure: Figure, period: Period, seat: Seat) -> dict[str, Any]:
    """How it is counted, and what each team does for it, with its part of the results where that can be said."""
    definition = get_metric(figure.key)
    credit = None
    if definition.outcome:
        credit = get_credit(seat.business, definition.outcome, from_=period.from_, to=period.to, now=seat.now)
    is_enough = credit is not None and credit.results - credit.nobody >= ENOUGH_FOR_SHARE
    teams = [
        {
            "name": _team(one.team),
            "text": one.text,
            "share": _percent(credit.share(one.team), seat) if credit and is_enough else "",
        }
        for one in figure.teams
    ]
    return {
        "teams": teams,
        "credit": credit if is_enough else None,
        "nobody": round(credit.nobody) if credit else 0,
        "formula": definition.formula,
        "version": definition.version,
        "since": dates.format_day(definition.since, seat.language),
    }


def _percent(share: float | None, seat: Seat) -> str:
    return "" if share is None else format_percent(share, seat.language, 0)


def _team(code: str) -> str:
    return {"marketing": _("Pemasaran"), "sales": _("Penjualan"), "service": _("Pelayanan")}[code]


@screen(Act.EXPORT)
def metrics_export(request: SeatedRequest, seat: Seat, form: str) -> HttpResponseBase:
    """The figures of a window as CSV, XLSX or PDF."""
    period = read_period(request, seat, default=0)
    figures = _figures(seat, period)
    if form == "csv":
        lines = sheets.write_csv(figure_sheets.figure_rows(figures, period, seat))
        response: HttpResponseBase = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    elif form == "xlsx":
        rows = figure_sheets.figure_rows(figures, period, seat)
        response = HttpResponse(sheets.write_xlsx(rows), content_type=sheets.XLSX)
    elif form == "pdf":
        drawn = figure_sheets.draw_pdf(make_cards(figures, seat), period, seat)
        response = HttpResponse(drawn, content_type=figure_sheets.PDF)
    else:
        raise Http404
    response.headers["Content-Disposition"] = attachment(f"{_('metrik')}-{seat.business.slug}.{form}")
    return response


@act_only(Act.TARGETS)
def metric_accept(request: SeatedRequest, seat: Seat, key: str) -> HttpResponse:
    """One tap takes the target that the shop's own months propose."""
    try:
        figure = get_metric_figure(seat.business, key, from_=None, to=None, now=seat.now)
    except KeyError as error:
        raise Http404 from error
    address = reverse("metric", args=[key])
    if figure.proposal is None:
        tell(request, _("Usulan target ini sudah tidak berlaku. Tulis targetnya sendiri."))
        return after_write(request, address)
    target = _keep_target(seat, key, figure.proposal.target, None)
    tell(
        request, _("Target disimpan. Angka masa lalu tidak berubah."), undo_address(seat, "target", target.pk)
    )
    return after_write(request, address)


@act_only(Act.TARGETS)
def shift_away(request: SeatedRequest, seat: Seat, shift_id: UUID) -> HttpResponse:
    """A shift that was seen is put away, for the whole team."""
    try:
        shift = get_shift(seat.business, shift_id)
    except Shift.DoesNotExist as error:
        raise Http404 from error
    dismiss_shift(shift=shift, by=seat.teammate, now=seat.now)
    tell(request, _("Kabar ini disingkirkan."), undo_address(seat, "shift", shift.pk))
    return after_write(request, reverse("metrics"))


def _save_target(seat: Seat, figure: Figure, form: TargetForm, scale: float) -> Target:
    chosen = form.cleaned_data.get("owner")
    owner = next((mate for mate in seat.teammates if str(mate.pk) == chosen), None)
    return _keep_target(seat, figure.key, form.cleaned_data["value"] / scale, owner or seat.teammate)


def _keep_target(seat: Seat, key: str, value: float, owner: Teammate | None) -> Target:
    today: date = seat.now.astimezone(seat.zone).date()
    with write():
        before = find_target_of_day(seat.business, metric=key, valid_from=today)
        target = set_target(business=seat.business, metric=key, value=value, owner=owner, valid_from=today)
        record_audit(
            business=seat.business,
            by=seat.teammate,
            verb="set",
            object_kind="target",
            object_id=str(target.pk),
            data={"metric": key, "value": target.value, "before": before},
            now=seat.now,
        )
    return target
