"""Suara pelanggan: what customers said in a week, and what we do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.types import Act
from sapa.journeys.queries import list_markers
from sapa.lib import dates, money
from sapa.metrics.models import Resolve
from sapa.metrics.shifts.stored import list_shifts
from sapa.metrics.voice.operations import record_resolve, settle_resolve
from sapa.metrics.voice.queries import (
    get_resolve,
    get_voice,
    last_full_week,
    list_resolves,
    list_unsettled,
    monday_of,
)
from sapa.metrics.voice.types import TopicLine, Voice
from sapa.readings.types import INTENT_LABELS
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import UNPROCESSABLE, after_write, tell, undo_address
from sapa.web.forms import DateField, SapaForm
from sapa.web.shift_words import make_shift_lines

_A_WEEK = timedelta(weeks=1)
_EARLIEST = date(2000, 1, 3)


class ResolveForm(SapaForm):
    """What we do, about which topic, who, until when."""

    text = forms.CharField(
        label=gettext_lazy("Apa yang kita lakukan?"),
        help_text=gettext_lazy("Misalnya: pasang tabel ongkir di semua balasan."),
        max_length=300,
    )
    topic = forms.ChoiceField(label=gettext_lazy("Tentang"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Siapa"), required=False)

    def __init__(self, *args: Any, seat: Seat, found: Voice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"] = DateField(label=_("Paling lambat"))
        about = [("", _("semuanya")), *((line.topic, topic_name(line.topic, seat)) for line in found.topics)]
        self.fields["topic"].choices = about  # type: ignore[attr-defined]
        if seat.is_alone:
            del self.fields["owner"]
        else:
            people = [(str(mate.pk), mate.name) for mate in seat.teammates]
            self.fields["owner"].choices = people  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class TopicCard:
    line: TopicLine
    name: str
    usual: str


def topic_name(code: str, seat: Seat) -> str:
    label = INTENT_LABELS.get(code)
    if label is None:
        return code
    return label.en if seat.language.startswith("en") else label.id


@screen()
def voice(request: SeatedRequest, seat: Seat) -> HttpResponse:
    monday = _read_week(request.GET.get("week", ""), seat)
    found = get_voice(seat.business, monday)
    form = ResolveForm(seat=seat, found=found, initial=_initial(seat))
    return render(request, "web/voice.html", _context(seat, monday, found, form))


def _initial(seat: Seat) -> dict[str, Any]:
    today = seat.now.astimezone(seat.zone).date()
    return {"until": today + _A_WEEK, "owner": str(seat.teammate.pk)}


def _read_week(text: str, seat: Seat) -> date:
    """The Monday of the day asked for; the last full week where there is none, or one that has not begun."""
    try:
        asked = monday_of(date.fromisoformat(text))
    except ValueError:
        return last_full_week(seat.business, seat.now)
    is_known = _EARLIEST <= asked <= monday_of(seat.now.astimezone(seat.zone).date())
    return asked if is_known else last_full_week(seat.business, seat.now)


def _context(seat: Seat, monday: date, found: Voice, form: ResolveForm) -> dict[str, Any]:
    sunday = found.to
    moved = [one for one in list_shifts(seat.business, now=seat.now, everything=True) if one.to >= monday]
    changed = [one for one in list_markers(seat.business) if monday <= one.day <= sunday]
    following = monday + _A_WEEK
    return {
        "voice": found,
        "week": monday.isoformat(),
        "span": _("%(from)s sampai %(to)s")
        % {
            "from": dates.format_day(monday, seat.language, with_year=False),
            "to": dates.format_day(sunday, seat.language),
        },
        "topics": [_card(line, seat) for line in found.topics],
        "shifts": make_shift_lines(moved, seat),
        "changed": changed,
        "resolves": list_resolves(seat.business, monday),
        "unsettled": list_unsettled(seat.business, before=monday),
        "today": seat.now.astimezone(seat.zone).date(),
        "form": form,
        "before": (monday - _A_WEEK).isoformat(),
        "after": following.isoformat() if following <= seat.now.astimezone(seat.zone).date() else "",
    }


def _card(line: TopicLine, seat: Seat) -> TopicCard:
    usual = ""
    if line.usual is not None:
        number = money.format_number(line.usual, seat.language, 1)
        usual = _("biasanya %(number)s") % {"number": number}
        if line.is_unusual:
            usual += " · " + (_("jauh lebih banyak") if line.people > line.usual else _("jauh lebih sedikit"))
    return TopicCard(line, topic_name(line.topic, seat), usual)


@act_only(Act.WORK)
def resolve_add(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """What the team decides to do about a week."""
    monday = _read_week(request.POST.get("week", ""), seat)
    found = get_voice(seat.business, monday)
    form = ResolveForm(request.POST, seat=seat, found=found)
    if not form.is_valid():
        context = _context(seat, monday, found, form)
        return render(request, "web/voice.html", context, status=UNPROCESSABLE)
    chosen = form.cleaned_data.get("owner") or str(seat.teammate.pk)
    resolve = record_resolve(
        business=seat.business,
        week=monday,
        topic=form.cleaned_data["topic"],
        text=form.cleaned_data["text"],
        owner=next((mate for mate in seat.teammates if str(mate.pk) == chosen), None),
        until=form.cleaned_data["until"],
        by=seat.teammate,
        now=seat.now,
    )
    tell(
        request,
        _("Keputusan dicatat. Minggu depan ditinjau lagi."),
        undo_address(seat, "resolve", resolve.pk),
    )
    return after_write(request, f"{reverse('voice')}?week={monday}")


@act_only(Act.WORK)
def resolve_settle(request: SeatedRequest, seat: Seat, resolve_id: UUID) -> HttpResponse:
    """What became of an earlier decision."""
    try:
        resolve = get_resolve(seat.business, resolve_id)
        settle_resolve(
            resolve=resolve, outcome=request.POST.get("outcome", "?"), by=seat.teammate, now=seat.now
        )
    except (Resolve.DoesNotExist, ValueError) as error:
        raise Http404 from error
    tell(request, _("Hasil keputusan dicatat."), undo_address(seat, "resolve", resolve.pk))
    return after_write(request, reverse("voice"))
