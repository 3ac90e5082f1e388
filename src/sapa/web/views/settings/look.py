"""Language, appearance and shortcuts: one's own, kept beside the browser."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from sapa.accounts.operations import change_person
from sapa.accounts.types import Act
from sapa.web.access import SapaRequest, Seat, SeatedRequest, act_only
from sapa.web.answers import after_write, tell
from sapa.web.middleware import KEYS_COOKIE, LANGUAGE_COOKIE, LOOK_COOKIE

_YEAR = 365 * 24 * 3600


def _keep(request: SapaRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)


@require_POST
def save_language(request: SapaRequest) -> HttpResponse:
    """Anybody may choose a language; a teammate's choice goes with them."""
    chosen = request.POST.get("language", "")
    if chosen not in ("id", "en"):
        raise Http404
    if request.seat is not None and not request.seat.is_demo:
        change_person(user=request.seat.teammate.user, language=chosen)
    with override(chosen):
        if request.seat is not None:
            tell(request, _("Bahasa diganti."))
    response = after_write(request, reverse("settings_part", args=["look"]))
    _keep(request, response, LANGUAGE_COOKIE, chosen)
    return response


@act_only(Act.LOOK)
def save_look(request: SeatedRequest, seat: Seat) -> HttpResponse:
    look = request.POST.get("look", "")
    response = after_write(request, reverse("settings_part", args=["look"]))
    _keep(request, response, LOOK_COOKIE, look if look in ("light", "dark") else "")
    _keep(request, response, KEYS_COOKIE, "" if request.POST.get("keys") else "off")
    return response
