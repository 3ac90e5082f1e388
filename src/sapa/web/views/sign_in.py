"""Signing in by password or by a link that works once; signing out."""

from __future__ import annotations

from django import forms
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from sapa.accounts.models import User
from sapa.accounts.operations import check_password, use_sign_in_link
from sapa.accounts.queries import (
    count_businesses,
    find_sign_in_link,
    find_user,
    list_businesses,
    list_teammates,
)
from sapa.accounts.types import TooManyAttemptsError
from sapa.web.access import SapaRequest, go
from sapa.web.answers import UNPROCESSABLE, draw_form, safe_next
from sapa.web.forms import SapaForm

BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInForm(SapaForm):
    who = forms.CharField(
        label=gettext_lazy("E-mail atau nama Anda"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Kata sandi"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: SapaRequest) -> HttpResponse:
    if request.seat is not None:
        return go(request, reverse("today"))
    if not count_businesses():
        return go(request, reverse("start"))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = _check(request, form)
        if user is not None:
            login(request, user, backend=BACKEND)
            return go(request, safe_next(request, reverse("today")))
    return draw_form(request, "web/sign_in.html", {"form": form, "next": safe_next(request, "")})


def _check(request: SapaRequest, form: SignInForm) -> User | None:
    try:
        user = check_password(
            email=_email_of(form.cleaned_data["who"]),
            password=form.cleaned_data["password"],
            address=request.META.get("REMOTE_ADDR", ""),
            now=request.moment,
        )
    except TooManyAttemptsError as error:
        form.add_error(None, str(error))
        return None
    if user is None:
        form.add_error(
            "password",
            _(
                "E-mail, nama, atau kata sandi belum cocok. Periksa lagi, atau minta tautan masuk dari pemilik."
            ),
        )
    return user


def _email_of(who: str) -> str:
    """A name stands for the e-mail of the only teammate who bears it."""
    if "@" in who or find_user(who):
        return who
    wanted = " ".join(who.split()).casefold()
    people = [mate for business in list_businesses() for mate in list_teammates(business)]
    emails = {mate.user.email for mate in people if mate.name.casefold() == wanted}
    return emails.pop() if len(emails) == 1 else who


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: SapaRequest, token: str) -> HttpResponse:
    """Looking at the link does not use it up: programs that preview links look ahead."""
    if request.method != "POST":
        link = find_sign_in_link(token, now=request.moment)
        return render(request, "web/sign_in_link.html", {"link": link}, status=200 if link else UNPROCESSABLE)
    try:
        user = use_sign_in_link(token=token, address=request.META.get("REMOTE_ADDR", ""), now=request.moment)
    except TooManyAttemptsError as error:
        return render(request, "web/sign_in_link.html", {"trouble": str(error)}, status=UNPROCESSABLE)
    if user is None:
        return render(request, "web/sign_in_link.html", {"link": None}, status=UNPROCESSABLE)
    login(request, user, backend=BACKEND)
    return go(request, reverse("today") if user.has_usable_password() else reverse("start"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return go(request, reverse("sign_in"))
