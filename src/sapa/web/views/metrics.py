"""Metrik: each figure with its target, its trend and what the team does tomorrow because of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.operations import record_audit
from sapa.accounts.types import Act
from sapa.actions.queries import list_figures
from sapa.lib.database import write
from sapa.metrics.models import Target
from sapa.metrics.operations import set_target
from sapa.metrics.queries import find_target_of_day
from sapa.metrics.types import Figure
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.answers import after_write, draw_form, tell, undo_address
from sapa.web.figures import FIRST, MONEY_CHECK, Card, make_cards
from sapa.web.forms import SapaForm
from sapa.web.periods import Period, read_period

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
    cards = {card.key: card for card in make_cards(_figures(seat, period), seat)}
    context = {
        "period": period,
        "first": _pick(cards, FIRST),
        "worth": _pick(cards, MONEY_CHECK),
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
    return draw_form(
        request, "web/metric.html", {"card": card, "form": form, "figure": figure, "period": period}
    )


def _save_target(seat: Seat, figure: Figure, form: TargetForm, scale: float) -> Target:
    chosen = form.cleaned_data.get("owner")
    owner = next((mate for mate in seat.teammates if str(mate.pk) == chosen), None)
    today: date = seat.now.astimezone(seat.zone).date()
    with write():
        before = find_target_of_day(seat.business, metric=figure.key, valid_from=today)
        target = set_target(
            business=seat.business,
            metric=figure.key,
            value=form.cleaned_data["value"] / scale,
            owner=owner or seat.teammate,
            valid_from=today,
        )
        record_audit(
            business=seat.business,
            by=seat.teammate,
            verb="set",
            object_kind="target",
            object_id=str(target.pk),
            data={"metric": figure.key, "value": target.value, "before": before},
            now=seat.now,
        )
    return target
