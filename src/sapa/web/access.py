"""Who is asking: the one place where a request becomes a business, a teammate and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from sapa.accounts.models import Business, Teammate
from sapa.accounts.queries import count_businesses
from sapa.accounts.rules import may
from sapa.accounts.types import Act

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Seat:
    """The place from which a screen is looked at: every query of the room is scoped by `business`."""

    business: Business
    teammate: Teammate
    teammates: tuple[Teammate, ...]
    places: tuple[Teammate, ...]
    now: datetime
    language: str
    is_demo: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.business.timezone)

    @property
    def is_alone(self) -> bool:
        """A business of one person shows no team features."""
        return len(self.teammates) < 2

    def may(self, act: Act | str) -> bool:
        return may(self.teammate.role, act)


class SapaRequest(HttpRequest):
    """What the middleware of this room adds."""

    seat: Seat | None
    moment: datetime
    htmx: HtmxDetails


class SeatedRequest(SapaRequest):
    seat: Seat


View = Callable[Concatenate[SeatedRequest, Seat, P], HttpResponseBase]
Wrapped = Callable[..., HttpResponseBase]


def screen(act: Act = Act.LOOK, *, write: Act | None = None) -> Callable[[View[Any]], Wrapped]:
    """A screen for signed-in teammates who may `act`. It answers GET, and POST only where `write` names the act."""

    def wrap(view: View[Any]) -> Wrapped:
        @wraps(view)
        def answer(request: SeatedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.seat is None:
                return _to_sign_in(request)
            allowed = {"GET": act, "HEAD": act} | ({"POST": write} if write else {})
            return _checked(request, allowed, view, *args, **kwargs)

        return answer

    return wrap


def act_only(act: Act) -> Callable[[View[Any]], Wrapped]:
    """A write: POST alone, by teammates who may `act`."""

    def wrap(view: View[Any]) -> Wrapped:
        @wraps(view)
        def answer(request: SeatedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.seat is None:
                return _to_sign_in(request)
            return _checked(request, {"POST": act}, view, *args, **kwargs)

        return answer

    return wrap


def _checked(
    request: SeatedRequest, allowed: dict[str, Act], view: View[Any], *args: Any, **kwargs: Any
) -> HttpResponseBase:
    method = request.method or ""
    if method not in allowed:
        return HttpResponseNotAllowed(list(allowed))
    if not request.seat.may(allowed[method]):
        raise PermissionDenied
    return view(request, request.seat, *args, **kwargs)


def _to_sign_in(request: SapaRequest) -> HttpResponse:
    if not count_businesses():
        return go(request, reverse("start"))
    path = request.get_full_path() if request.method == "GET" and not request.htmx else ""
    return go(
        request, reverse("sign_in") + (f"?{urlencode({'next': path})}" if path not in ("", "/") else "")
    )


def go(request: HttpRequest, address: str) -> HttpResponse:
    """To another page: by a redirect, or by telling htmx."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return SeeOther(address)


class SeeOther(HttpResponseRedirect):
    """After a write the browser asks for the next page by GET (RFC 9110, 15.4.4)."""

    status_code = 303
