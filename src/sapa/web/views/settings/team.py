"""People: inviting by a link, roles, leaving; one's own password."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.models import Teammate
from sapa.accounts.operations import (
    add_teammate,
    change_role,
    make_sign_in_link,
    remove_teammate,
    set_password,
)
from sapa.accounts.queries import find_user
from sapa.accounts.rules import make_slug
from sapa.accounts.types import AccountError, Act
from sapa.web.access import Seat, SeatedRequest, act_only, go
from sapa.web.answers import tell, undo_address
from sapa.web.views.settings.forms import InviteForm, PasswordForm
from sapa.web.views.settings.front import draw
from sapa.web.views.start import NO_MAIL

LINK_MINUTES = 60


@act_only(Act.TEAM)
def invite(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """A new teammate, and the link that lets them in once; it is shown this once."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return draw(request, seat, part="team", form=form)
    given = form.cleaned_data
    try:
        mate = add_teammate(
            business=seat.business,
            email=given["email"] or _free_address(given["name"]),
            name=given["name"],
            role=given["role"],
            by=seat.teammate,
            now=seat.now,
        )
    except AccountError as error:
        form.add_error("email", str(error))
        return draw(request, seat, part="team", form=form)
    told = _("%(name)s ada di tim ini.") % {"name": mate.name}
    tell(request, told, undo_address(seat, "teammate", mate.pk))
    return _with_link(request, seat, mate)


def _free_address(name: str) -> str:
    """An address for somebody without e-mail, under which nobody else signs in."""
    slug, number = make_slug(name, ()), 1
    while find_user(f"{slug}{number if number > 1 else ''}@{NO_MAIL}"):
        number += 1
    return f"{slug}{number if number > 1 else ''}@{NO_MAIL}"


def _with_link(request: SeatedRequest, seat: Seat, mate: Teammate) -> HttpResponse:
    token = make_sign_in_link(user=mate.user, now=seat.now, minutes=LINK_MINUTES)
    link = request.build_absolute_uri(reverse("sign_in_link", args=[token]))
    fresh = Seat(
        business=seat.business,
        teammate=seat.teammate,
        teammates=(*(one for one in seat.teammates if one.pk != mate.pk), mate),
        places=seat.places,
        now=seat.now,
        language=seat.language,
        is_demo=seat.is_demo,
    )
    request.seat = fresh
    return draw(request, fresh, part="team", link=link, link_for=mate)


def _mate(seat: Seat, mate_id: UUID) -> Teammate:
    mate = next((one for one in seat.teammates if one.public_id == mate_id), None)
    if mate is None:
        raise Http404
    return mate


@act_only(Act.TEAM)
def make_link(request: SeatedRequest, seat: Seat, mate_id: UUID) -> HttpResponse:
    """A new link for a teammate who forgot the password."""
    return _with_link(request, seat, _mate(seat, mate_id))


@act_only(Act.TEAM)
def change_mate(request: SeatedRequest, seat: Seat, mate_id: UUID) -> HttpResponse:
    mate = _mate(seat, mate_id)
    try:
        change_role(teammate=mate, role=request.POST.get("role", ""), by=seat.teammate, now=seat.now)
    except AccountError as error:
        tell(request, str(error))
    else:
        tell(request, _("Peran diubah."), undo_address(seat, "teammate", mate.pk))
    return go(request, reverse("settings_part", args=["team"]))


@act_only(Act.TEAM)
def remove_mate(request: SeatedRequest, seat: Seat, mate_id: UUID) -> HttpResponse:
    mate = _mate(seat, mate_id)
    try:
        remove_teammate(teammate=mate, by=seat.teammate, now=seat.now)
    except AccountError as error:
        tell(request, str(error))
    else:
        told = _("%(name)s tidak lagi di tim ini.") % {"name": mate.name}
        tell(request, told, undo_address(seat, "teammate", mate.pk))
    return go(request, reverse("settings_part", args=["team"]))


@act_only(Act.LOOK)
def save_password(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """One's own password; whoever is signed in elsewhere under it is signed out."""
    form = PasswordForm(request.POST)
    if not form.is_valid() or seat.is_demo:
        return draw(request, seat, part="me", form=form)
    try:
        set_password(user=seat.teammate.user, password=form.cleaned_data["password"])
    except AccountError as error:
        form.add_error("password", str(error))
        return draw(request, seat, part="me", form=form)
    update_session_auth_hash(request, seat.teammate.user)
    tell(request, _("Kata sandi diganti."))
    return go(request, reverse("settings_part", args=["me"]))
