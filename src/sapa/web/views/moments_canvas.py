"""The canvas of a moment as a form, and its plan of seven days as another."""

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
from sapa.channels.queries import list_channels
from sapa.conversations.queries import list_teams
from sapa.moments.events import EVENTS, FOLLOW_DAYS, MEASURES, TOPIC
from sapa.moments.models import Moment, PlanStep
from sapa.moments.operations import change_canvas, make_canvas, save_plan
from sapa.moments.queries import list_steps
from sapa.moments.queries.measures import list_share_metrics
from sapa.moments.queries.quotes import Verbatim, list_quotes, offer_quotes
from sapa.moments.rules.plan import DAYS
from sapa.moments.types import CanvasGiven, MomentError, StepGiven
from sapa.readings.types import INTENTS, TOPICS
from sapa.web import moment_words as words
from sapa.web import words as screen_words
from sapa.web.access import Seat, SeatedRequest, go, screen
from sapa.web.answers import UNPROCESSABLE, tell, undo_address
from sapa.web.forms import SapaForm
from sapa.web.views.moments import find_canvas, find_its_trial

_MORE_STEPS = 2


class CanvasForm(SapaForm):
    """The canvas, in the order in which one thinks it through."""

    name = forms.CharField(label=gettext_lazy("Nama momen"), max_length=80)
    event = forms.ChoiceField(label=gettext_lazy("Kapan ini terjadi?"))
    feeling = forms.CharField(
        label=gettext_lazy("Apa yang mereka rasakan saat itu?"),
        help_text=gettext_lazy("Satu kalimat, seperti diucapkan pelanggan."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    change = forms.CharField(
        label=gettext_lazy("Satu hal apa yang kita ubah?"),
        help_text=gettext_lazy("Satu saja: kalau dua berubah, tidak ada yang tahu mana yang membantu."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Untuk siapa?"),
        help_text=gettext_lazy("Satu saluran saja: pelanggan di saluran lain menjadi pembanding."),
        required=False,
    )
    measure = forms.ChoiceField(label=gettext_lazy("Satu ukuran: berapa banyak yang lanjut …"))
    follow_days = forms.ChoiceField(
        label=gettext_lazy("… dalam berapa hari?"),
        help_text=gettext_lazy("Untuk metrik, harinya mengikuti metrik itu."),
    )
    risk = forms.CharField(
        label=gettext_lazy("Apa risikonya?"),
        help_text=gettext_lazy("Satu kalimat. Misalnya: tabelnya usang dan orang merasa dibohongi."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    responsible = forms.ChoiceField(label=gettext_lazy("Penanggung jawab"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Kelompok tim"), required=False)

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(mate.pk), mate.name) for mate in seat.teammates]
        teams = [(str(one.pk), one.name) for one in list_teams(seat.business)]
        self._choose("event", _list_events())
        self._choose("channel", [("", _("Semua pelanggan")), *_list_channels(seat)])
        self._choose("measure", _list_measures())
        self._choose("follow_days", [(str(days), _("%(n)d hari") % {"n": days}) for days in FOLLOW_DAYS])
        self._choose("responsible", [("", _("Belum ada")), *people])
        self._choose("team", [("", _("Seluruh toko")), *teams])
        if not teams:
            del self.fields["team"]

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = _("%(label)s: pilih dari daftarnya.") % {
            "label": field.label
        }

    def given(self, message_ids: tuple[int, ...] | None) -> CanvasGiven:
        found = self.cleaned_data
        return CanvasGiven(
            name=found["name"],
            event=found["event"],
            feeling=found["feeling"],
            change=found["change"],
            channel_id=_number(found["channel"]),
            measure=found["measure"],
            follow_days=int(found["follow_days"]),
            risk=found["risk"],
            responsible_id=_number(found["responsible"]),
            team_id=_number(found.get("team", "")),
            message_ids=message_ids,
        )


def _number(text: str) -> int | None:
    return int(text) if text else None


def _list_events() -> list[Any]:
    asked = [(f"{TOPIC}{topic}", words.tell_event(f"{TOPIC}{topic}")) for topic in INTENTS if topic in TOPICS]
    return [
        (_("Yang terjadi"), [(event.key, str(event.name)) for event in EVENTS.values()]),
        (_("Yang ditanyakan"), asked),
    ]


def _list_channels(seat: Seat) -> list[tuple[str, str]]:
    """Each channel by its name, which stands for itself where two are of one kind."""
    return [
        (str(one.pk), f"{screen_words.channel(one.kind)} {one.name}".strip())
        for one in list_channels(seat.business)
    ]


def _list_measures() -> list[Any]:
    return [
        (_("Bagian orang yang …"), [(key, str(does)) for key, does in MEASURES.items()]),
        (_("Metrik"), list_share_metrics()),
    ]


def _initial(moment: Moment) -> dict[str, Any]:
    names = ("name", "event", "feeling", "change", "measure", "follow_days", "risk")
    found = {name: getattr(moment, name) for name in names}
    return found | {
        "channel": moment.channel_id or "",
        "responsible": moment.responsible_id or "",
        "team": moment.team_id or "",
    }


@screen(write=Act.TARGETS)
def moment_new(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """A canvas from nothing; the customers' words are offered as soon as it is known when it happens."""
    initial = {"event": "chat", "measure": "buys", "follow_days": "3", "responsible": seat.teammate.pk}
    form = CanvasForm(request.POST or None, seat=seat, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_canvas(business=seat.business, given=form.given(None), by=seat.teammate, now=seat.now)
        except MomentError as error:
            form.add_error(None, str(error))
        else:
            tell(
                request,
                _("Momen dibuat. Pilih kata pelanggan di bawah."),
                undo_address(seat, "moment", made.pk),
            )
            return go(request, reverse("moment_edit", args=[made.public_id]) + "#quotes")
    return _answer(request, form, None, [], set())


@screen(write=Act.TARGETS)
def moment_edit(request: SeatedRequest, seat: Seat, moment_id: UUID) -> HttpResponse:
    moment = find_canvas(seat, moment_id)
    form = CanvasForm(request.POST or None, seat=seat, initial=_initial(moment))
    offered = _offer(seat, moment)
    known = {one.message_id for one in offered}
    chosen = {one.message_id for one in list_quotes(moment)}
    if request.method == "POST":
        chosen = {int(pk) for pk in request.POST.getlist("quote") if pk.isdecimal() and len(pk) < 19} & known
        if form.is_valid():
            try:
                given = form.given(tuple(sorted(chosen)))
                change_canvas(moment=moment, given=given, by=seat.teammate, now=seat.now)
            except MomentError as error:
                form.add_error(None, str(error))
            else:
                tell(request, _("Kanvas disimpan."), undo_address(seat, "moment", moment.pk))
                return go(request, reverse("moment", args=[moment.public_id]))
    return _answer(request, form, moment, offered, chosen)


def _offer(seat: Seat, moment: Moment) -> list[Verbatim]:
    """The chosen words first, then those from around the moment."""
    chosen = list_quotes(moment)
    known = {one.message_id for one in chosen}
    offered = offer_quotes(seat.business, moment.event, now=seat.now)
    return [*chosen, *(one for one in offered if one.message_id not in known)]


def _answer(
    request: SeatedRequest, form: CanvasForm, moment: Moment | None, offered: list[Verbatim], chosen: set[int]
) -> HttpResponse:
    refused = form.is_bound and bool(form.errors)
    context = {"form": form, "moment": moment, "offered": offered, "chosen": chosen}
    return render(request, "web/moment_edit.html", context, status=UNPROCESSABLE if refused else 200)


@screen(write=Act.TARGETS)
def moment_plan(request: SeatedRequest, seat: Seat, moment_id: UUID) -> HttpResponse:
    """The plan: each step with its day and who does it. An emptied step goes."""
    moment = find_canvas(seat, moment_id)
    trial = find_its_trial(moment)
    problem = ""
    rows = [_row(step) for step in list_steps(trial)]
    if request.method == "POST":
        rows = _posted(request)
        try:
            steps = [_given(row) for row in rows]
            save_plan(trial=trial, steps=steps, by=seat.teammate, now=seat.now)
        except MomentError as error:
            problem = str(error)
        else:
            tell(request, _("Rencana disimpan."), undo_address(seat, "trial", trial.pk))
            return go(request, reverse("moment", args=[moment.public_id]) + "#plan")
    blank = [{"day": DAYS, "text": "", "owner": str(moment.responsible_id or "")}] * _MORE_STEPS
    context = {
        "moment": moment,
        "rows": list(enumerate([*rows, *blank])),
        "days": range(1, DAYS + 1),
        "people": [(str(mate.pk), mate.name) for mate in seat.teammates],
        "problem": problem,
    }
    return render(request, "web/moment_plan.html", context, status=UNPROCESSABLE if problem else 200)


def _row(step: PlanStep) -> dict[str, Any]:
    return {"day": step.day, "text": step.text, "owner": str(step.owner_id or "")}


def _posted(request: SeatedRequest) -> list[dict[str, Any]]:
    columns = zip(
        request.POST.getlist("day"),
        request.POST.getlist("text"),
        request.POST.getlist("owner"),
        strict=False,
    )
    found = [
        {"day": int(day) if day.isdecimal() and len(day) < 3 else 0, "text": text, "owner": owner}
        for day, text, owner in columns
        if text.strip()
    ]
    return sorted(found, key=lambda row: row["day"])


def _given(row: dict[str, Any]) -> StepGiven:
    owner = row["owner"]
    if owner and not (owner.isdecimal() and len(owner) < 19):
        raise MomentError(_("Orang ini tidak ada di tim. Pilih dari daftarnya."))
    return StepGiven(row["day"], row["text"], _number(owner))
