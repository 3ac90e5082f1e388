"""The first run: three fields, then one question: where to begin."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth import login, update_session_auth_hash
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sapa.accounts.models import User
from sapa.accounts.operations import change_business, change_person, make_business, set_password
from sapa.accounts.queries import count_businesses, get_owner
from sapa.accounts.rules import guess_week, make_slug
from sapa.accounts.types import AccountError
from sapa.lib.database import write
from sapa.web.access import SapaRequest, Seat, SeatedRequest, go, screen
from sapa.web.answers import draw_form
from sapa.web.forms import SapaForm
from sapa.web.hours import current_week, tell_week
from sapa.web.views.sign_in import BACKEND

KEY_SALT = "sapa first run"
NO_MAIL = "sapa.local"
ZONES = (
    ("Asia/Jakarta", "WIB · Jakarta"),
    ("Asia/Makassar", "WITA · Makassar"),
    ("Asia/Jayapura", "WIT · Jayapura"),
)
_LOOPBACK = ("127.0.0.1", "::1")


class StartForm(SapaForm):
    shop = forms.CharField(
        label=gettext_lazy("Nama toko"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Nama Anda"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Kata sandi"),
        help_text=gettext_lazy("Sedikitnya 10 huruf; boleh ditempel."),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )
    zone = forms.ChoiceField(label=gettext_lazy("Zona waktu"), choices=ZONES, initial=ZONES[0][0])


def start_path() -> str:
    """The address of the first run for somebody who does not sit at this machine; it holds for an hour."""
    return f"{reverse('start')}?key={signing.dumps('start', salt=KEY_SALT)}"


def _may_start(request: SapaRequest) -> bool:
    if request.META.get("REMOTE_ADDR") in _LOOPBACK:
        return True
    try:
        signing.loads(request.GET.get("key", ""), salt=KEY_SALT, max_age=3600)
    except signing.BadSignature:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: SapaRequest) -> HttpResponse:
    """Makes the shop, or finishes one that the command line made for an owner who came by a link."""
    unfinished = _unfinished(request)
    if unfinished is None and request.seat and not request.seat.teammate.user.has_usable_password():
        return go(request, reverse("settings_part", args=["me"]))  # a teammate who came by a link
    if count_businesses() and unfinished is None:
        return go(request, reverse("today" if request.seat else "sign_in"))
    if unfinished is None and not _may_start(request):
        return render(request, "web/start_elsewhere.html", status=403)
    initial = {"shop": unfinished.business.name, "name": unfinished.teammate.name} if unfinished else {}
    if unfinished:
        initial["zone"] = unfinished.business.timezone
    form = StartForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _begin(request, form, unfinished):
        return go(request, reverse("start_where"))
    return draw_form(request, "web/start.html", {"form": form, "hours": tell_week(guess_week())})


def _unfinished(request: SapaRequest) -> Seat | None:
    seat = request.seat
    if seat is None or seat.teammate.user.has_usable_password():
        return None
    return seat if seat.teammate.role == "owner" else None


def _begin(request: SapaRequest, form: StartForm, unfinished: Seat | None) -> bool:
    try:
        user = _finish(request, form, unfinished) if unfinished else _make(request, form)
    except AccountError as error:
        form.add_error("password", str(error))
        return False
    if unfinished:
        update_session_auth_hash(request, user)
    else:
        login(request, user, backend=BACKEND)
    return True


def _make(request: SapaRequest, form: StartForm) -> User:
    given = form.cleaned_data
    with write():
        business = make_business(
            name=given["shop"],
            owner_email=f"{make_slug(given['name'], ())}@{NO_MAIL}",
            owner_name=given["name"],
            timezone=given["zone"],
            now=request.moment,
        )
        user = get_owner(business).user
        set_password(user=user, password=given["password"])
    return user


def _finish(request: SapaRequest, form: StartForm, seat: Seat) -> User:
    given, user = form.cleaned_data, seat.teammate.user
    with write():
        set_password(user=user, password=given["password"])
        change_person(user=user, name=given["name"])
        if (given["shop"], given["zone"]) != (seat.business.name, seat.business.timezone):
            values = {"name": given["shop"], "timezone": given["zone"]}
            change_business(business=seat.business, values=values, by=seat.teammate, now=request.moment)
    return user


@screen()
def where(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """“Mulai dari mana?”: files, an invented example, or one customer by hand."""
    return render(
        request,
        "web/start_where.html",
        {
            "hours": tell_week(current_week(seat.business)),
            "zone": ZoneInfo(seat.business.timezone),
            "signs_in_by_name": seat.teammate.user.email.endswith(f"@{NO_MAIL}"),
        },
    )
