"""Tokens by which programs work here: made, shown once, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.programs.models import Token
from sapa.programs.operations import make_token, withdraw_token
from sapa.programs.queries import get_token
from sapa.programs.types import ProgramError, Scope
from sapa.web.access import Seat, SeatedRequest, act_only, go
from sapa.web.answers import tell
from sapa.web.views.settings.programs import TokenForm, draw


@act_only(Act.SETTINGS)
def issue_token(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = TokenForm(request.POST)
    if not form.is_valid():
        return draw(request, seat, form=form)
    given = form.cleaned_data
    days = timedelta(days=int(given["ends"])) if given["ends"] else None
    try:
        _token, secret = make_token(
            business=seat.business,
            name=given["name"],
            scopes=[Scope(one) for one in given["scopes"]],
            by=seat.teammate,
            now=seat.now,
            expires_at=seat.now + days if days else None,
        )
    except ProgramError as error:
        form.add_error(error.field or None, str(error))
        return draw(request, seat, form=form)
    return draw(request, seat, made=secret)


@act_only(Act.SETTINGS)
def drop_token(request: SeatedRequest, seat: Seat, token_id: UUID) -> HttpResponse:
    """No program may use it any more, from this moment on."""
    try:
        token = get_token(seat.business, token_id)
    except Token.DoesNotExist as error:
        raise Http404 from error
    withdraw_token(token=token, by=seat.teammate, now=seat.now)
    tell(request, _("Token dicabut. Program itu tidak bisa masuk lagi."))
    return go(request, reverse("settings_programs"))
