"""Pengaturan › Target balas dan pembagian: targets, Friday prayer, who is here, teams, ranking by name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.models import Business, Team, Teammate
from sapa.accounts.operations import change_business, remove_team, save_team, set_duty, set_friday_prayer
from sapa.accounts.rules import prays_on_friday
from sapa.accounts.types import AccountError, Act
from sapa.channels.models import Channel
from sapa.channels.operations import set_service
from sapa.channels.queries import list_channels
from sapa.channels.types import ChannelError
from sapa.conversations.operations import count_load
from sapa.conversations.queries import get_team, list_teams
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, refresh_everybody, tell, undo_address
from sapa.web.forms import SapaForm
from sapa.web.hours import current_week

MOST_MINUTES = 10_000


class TargetsForm(SapaForm):
    """What the whole shop promises itself. `HOURS` of the screen are minutes of open hours."""

    reply_target_minutes = forms.IntegerField(
        label=gettext_lazy("Target balas (menit, dalam jam kerja)"), min_value=1, max_value=MOST_MINUTES
    )
    after_sales_target_minutes = forms.IntegerField(
        label=gettext_lazy("Target untuk pembeli yang butuh bantuan (menit)"),
        help_text=gettext_lazy("Kosong: sama dengan target balas."),
        min_value=1,
        max_value=MOST_MINUTES,
        required=False,
    )
    urgent_target_percent = forms.IntegerField(
        label=gettext_lazy("Keluhan dan calon pembeli: sisa target (%)"),
        help_text=gettext_lazy("50 berarti setengah waktu; 100 berarti sama saja."),
        min_value=10,
        max_value=100,
    )
    escalate_after_percent = forms.IntegerField(
        label=gettext_lazy("Kabari penyelia setelah menunggu (% dari target)"),
        help_text=gettext_lazy("200 berarti dua kali target."),
        min_value=100,
        max_value=1000,
    )

    def __init__(self, *args: Any, business: Business, **kwargs: Any) -> None:
        initial = {name: getattr(business, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, auto_id="target_%s", **kwargs)


class ChannelForm(SapaForm):
    """One channel's own target, and its team where there are teams."""

    reply_target_minutes = forms.IntegerField(
        label=gettext_lazy("Target (menit)"), min_value=1, max_value=MOST_MINUTES, required=False
    )
    team = forms.ChoiceField(label=gettext_lazy("Dijawab oleh"), required=False)

    def __init__(self, *args: Any, channel: Channel, teams: list[Team], **kwargs: Any) -> None:
        mine = next((str(team.public_id) for team in teams if team.pk == channel.team_id), "")
        initial = {"reply_target_minutes": channel.reply_target_minutes, "team": mine}
        super().__init__(*args, initial=initial, auto_id=f"channel_{channel.pk}_%s", **kwargs)
        choices = [("", _("siapa saja")), *((str(team.public_id), team.name) for team in teams)]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]
        if not teams:
            del self.fields["team"]


class DutyForm(SapaForm):
    """Whether somebody is here, and the most conversations that they take."""

    is_away = forms.BooleanField(label=gettext_lazy("Sedang tidak bertugas"), required=False)
    most_open = forms.IntegerField(
        label=gettext_lazy("Paling banyak percakapan"), min_value=1, max_value=1000, required=False
    )

    def __init__(self, *args: Any, mate: Teammate, **kwargs: Any) -> None:
        initial = {"is_away": mate.is_away, "most_open": mate.most_open}
        super().__init__(*args, initial=initial, auto_id=f"duty_{mate.pk}_%s", **kwargs)


class TeamForm(SapaForm):
    """A team's name and people."""

    name = forms.CharField(label=gettext_lazy("Nama tim"), max_length=60)
    mates = forms.MultipleChoiceField(
        label=gettext_lazy("Anggotanya"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, seat: Seat, team: Team | None, **kwargs: Any) -> None:
        places = set(team.places.values_list("teammate_id", flat=True)) if team else set()
        initial = {
            "name": team.name if team else "",
            "mates": [str(mate.public_id) for mate in seat.teammates if mate.pk in places],
        }
        super().__init__(*args, initial=initial, auto_id=f"team_{team.pk if team else 'new'}_%s", **kwargs)
        people = [(str(mate.public_id), mate.name) for mate in seat.teammates]
        self.fields["mates"].choices = people  # type: ignore[attr-defined]


@screen()
def settings_service(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return _draw(request, seat)


def _draw(
    request: SeatedRequest, seat: Seat, *, refused: tuple[str, forms.Form] | None = None
) -> HttpResponse:
    """The page; `refused` is the key of a form that was sent and the form itself."""
    teams = list_teams(seat.business)
    key, form = refused or ("", None)
    load = {} if seat.is_alone else count_load(seat.business, now=seat.now)
    context = {
        "targets": form if key == "targets" else TargetsForm(business=seat.business),
        "prays": prays_on_friday(current_week(seat.business)),
        "channels": [
            (one, form if key == f"channel-{one.pk}" else ChannelForm(channel=one, teams=teams))
            for one in list_channels(seat.business)
        ],
        "mates": [
            (mate, load.get(mate.pk, 0), form if key == f"duty-{mate.pk}" else DutyForm(mate=mate))
            for mate in seat.teammates
            if mate.role != Teammate.Role.VIEWER and (seat.may(Act.TEAM) or mate.pk == seat.teammate.pk)
        ],
        "teams": [
            (team, form if key == f"team-{team.pk}" else TeamForm(seat=seat, team=team)) for team in teams
        ],
        "new_team": form if key == "team-new" else TeamForm(seat=seat, team=None),
    }
    return render(request, "web/settings_service.html", context, status=UNPROCESSABLE if form else 200)


def _back(part: str = "") -> str:
    return reverse("settings_service") + (f"#{part}" if part else "")


@act_only(Act.SETTINGS)
def save_targets(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = TargetsForm(request.POST, business=seat.business)
    if not form.is_valid():
        return _draw(request, seat, refused=("targets", form))
    return _change(request, seat, form.cleaned_data, "targets")


@act_only(Act.TARGETS)
def save_ranking(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """A supervisor's own choice: whether the team's screen ranks people by name."""
    return _change(request, seat, {"ranks_by_name": request.POST.get("ranks_by_name") == "1"}, "ranking")


@act_only(Act.SETTINGS)
def save_assigning(request: SeatedRequest, seat: Seat) -> HttpResponse:
    wanted = request.POST.get("assigns_by_itself") == "1"
    return _change(request, seat, {"assigns_by_itself": wanted}, "assigning")


def _change(request: SeatedRequest, seat: Seat, values: dict[str, Any], part: str) -> HttpResponse:
    change_business(business=seat.business, values=values, by=seat.teammate, now=seat.now)
    if part == "targets":
        refresh_everybody(seat)
    tell(request, _("Pengaturan disimpan."), undo_address(seat, "business", seat.business.pk))
    return go(request, _back(part))


@act_only(Act.SETTINGS)
def save_friday(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """One tap: Friday makes room for prayer from today on, or no more."""
    prays = request.POST.get("prays") == "1"
    set_friday_prayer(business=seat.business, prays=prays, by=seat.teammate, now=seat.now)
    refresh_everybody(seat)
    told = _("Jumat tutup 11.30–13.00, mulai hari ini.") if prays else _("Jumat buka seperti hari lain.")
    tell(request, told, undo_address(seat, "business", seat.business.pk))
    return go(request, _back("friday"))


@act_only(Act.SETTINGS)
def save_channel_service(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    channel = next((one for one in list_channels(seat.business) if one.public_id == channel_id), None)
    if channel is None:
        raise Http404
    teams = list_teams(seat.business)
    form = ChannelForm(request.POST, channel=channel, teams=teams)
    if not form.is_valid():
        return _draw(request, seat, refused=(f"channel-{channel.pk}", form))
    wanted = form.cleaned_data.get("team", "")
    team = next((one for one in teams if str(one.public_id) == wanted), None)
    try:
        minutes = form.cleaned_data["reply_target_minutes"]
        set_service(channel=channel, reply_target_minutes=minutes, team=team, by=seat.teammate, now=seat.now)
    except ChannelError as error:
        form.add_error(None, str(error))
        return _draw(request, seat, refused=(f"channel-{channel.pk}", form))
    refresh_everybody(seat)
    tell(request, _("Target saluran disimpan."), undo_address(seat, "channel", channel.pk))
    return go(request, _back("channels"))


@act_only(Act.WORK)
def save_duty(request: SeatedRequest, seat: Seat, mate_id: UUID) -> HttpResponse:
    """Everybody says for themselves whether they are here; the owner for all."""
    mate = next((one for one in seat.teammates if one.public_id == mate_id), None)
    if mate is None or (mate.pk != seat.teammate.pk and not seat.may(Act.TEAM)):
        raise Http404
    form = DutyForm(request.POST, mate=mate)
    if not form.is_valid():
        return _draw(request, seat, refused=(f"duty-{mate.pk}", form))
    set_duty(teammate=mate, **form.cleaned_data, by=seat.teammate, now=seat.now)
    tell(request, _("%(name)s: disimpan.") % {"name": mate.name}, undo_address(seat, "teammate", mate.pk))
    return go(request, _back("duty"))


@act_only(Act.TEAM)
def team_new(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return _save_team(request, seat, None)


@act_only(Act.TEAM)
def team_save(request: SeatedRequest, seat: Seat, team_id: UUID) -> HttpResponse:
    return _save_team(request, seat, _team(seat, team_id))


@act_only(Act.TEAM)
def team_remove(request: SeatedRequest, seat: Seat, team_id: UUID) -> HttpResponse:
    team = _team(seat, team_id)
    pk, name = team.pk, team.name
    remove_team(team=team, by=seat.teammate, now=seat.now)
    tell(request, _("Tim %(name)s dihapus.") % {"name": name}, undo_address(seat, "team", pk))
    return go(request, _back("teams"))


def _team(seat: Seat, team_id: UUID) -> Team:
    try:
        return get_team(seat.business, team_id)
    except Team.DoesNotExist as error:
        raise Http404 from error


def _save_team(request: SeatedRequest, seat: Seat, team: Team | None) -> HttpResponse:
    key = f"team-{team.pk if team else 'new'}"
    form = TeamForm(request.POST, seat=seat, team=team)
    if not form.is_valid():
        return _draw(request, seat, refused=(key, form))
    chosen = set(form.cleaned_data["mates"])
    mates = [mate for mate in seat.teammates if str(mate.public_id) in chosen]
    try:
        saved = save_team(
            business=seat.business,
            team=team,
            name=form.cleaned_data["name"],
            mates=mates,
            by=seat.teammate,
            now=seat.now,
        )
    except AccountError as error:
        form.add_error("name", str(error))
        return _draw(request, seat, refused=(key, form))
    tell(request, _("Tim %(name)s disimpan.") % {"name": saved.name}, undo_address(seat, "team", saved.pk))
    return go(request, _back("teams"))
