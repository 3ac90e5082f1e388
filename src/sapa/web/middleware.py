"""Finds the seat of a request and speaks the reader's language in the shop's time zone."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from sapa.accounts.models import Teammate
from sapa.accounts.queries import get_owner, list_businesses, list_places, list_teammates
from sapa.lib.clock import now
from sapa.web.access import SapaRequest, Seat

LANGUAGE_COOKIE = "sapa_language"
LOOK_COOKIE = "sapa_look"
KEYS_COOKIE = "sapa_keys"
BUSINESS_KEY = "business"
_LANGUAGES = ("id", "en")
_LOOPBACK = ("127.0.0.1", "::1")


class SeatMiddleware:
    """Comes after authentication. Bahasa Indonesia stands unless the reader chose otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast(SapaRequest, request)
        asked.moment = now()
        asked.seat = find_seat(asked)
        language = asked.seat.language if asked.seat else _language(asked, "")
        zone = asked.seat.zone if asked.seat else ZoneInfo(settings.TIME_ZONE)
        with translation.override(language), timezone.override(zone):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if asked.htmx:
            response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "HX-Request"]))
        return response


def find_seat(request: SapaRequest) -> Seat | None:
    """The place of whoever asks; the request needs its session, person, address and moment."""
    return _demo_seat(request) or _seat(request)


def _language(request: HttpRequest, own: str) -> str:
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "") or own
    return chosen if chosen in _LANGUAGES else "id"


def _seat(request: SapaRequest) -> Seat | None:
    if not request.user.is_authenticated:
        return None
    places = tuple(list_places(request.user))
    if not places:
        return None
    wanted = request.session.get(BUSINESS_KEY)
    place = next((place for place in places if place.business.slug == wanted), places[0])
    return _seated(request, place, places, is_demo=False)


def _demo_seat(request: SapaRequest) -> Seat | None:
    """The demo shop needs no sign-in from the machine on which it runs."""
    if not getattr(settings, "SAPA_DEMO", False) or request.META.get("REMOTE_ADDR") not in _LOOPBACK:
        return None
    shop = next((business for business in list_businesses() if business.is_sample), None)
    if shop is None:
        return None
    owner = get_owner(shop)
    return _seated(request, owner, (owner,), is_demo=True)


def _seated(request: SapaRequest, place: Teammate, places: tuple[Teammate, ...], *, is_demo: bool) -> Seat:
    return Seat(
        business=place.business,
        teammate=place,
        teammates=tuple(list_teammates(place.business)),
        places=places,
        now=request.moment,
        language=_language(request, place.user.language),
        is_demo=is_demo,
    )
