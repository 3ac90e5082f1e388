"""The programs that are told what happens, and what became of each call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.types import Act
from sapa.programs.calling import Caller
from sapa.programs.models import Call, Listener
from sapa.programs.operations import (
    add_listener,
    drop_listener,
    renew_secret,
    replay_call,
    send_test,
    switch_off,
    switch_on,
)
from sapa.programs.queries import PAGE, get_call, get_listener, list_calls
from sapa.programs.types import Outcome, ProgramError
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import tell, undo_address
from sapa.web.views.settings.programs import GROUPS, HookForm, draw


@act_only(Act.SETTINGS)
def add_hook(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = HookForm(request.POST)
    if not form.is_valid():
        return draw(request, seat, form=form)
    given = form.cleaned_data
    try:
        _listener, secret = add_listener(
            business=seat.business,
            address=given["address"].strip(),
            kinds=form.kinds(),
            name=given["name"],
            with_text=given["with_text"],
            by=seat.teammate,
            now=seat.now,
        )
    except ProgramError as error:
        form.add_error("groups" if error.field == "kinds" else error.field or None, str(error))
        return draw(request, seat, form=form)
    return draw(request, seat, secret=secret)


def _listener(seat: Seat, hook_id: UUID) -> Listener:
    try:
        return get_listener(seat.business, hook_id)
    except Listener.DoesNotExist as error:
        raise Http404 from error


@screen(Act.SETTINGS)
def hook(request: SeatedRequest, seat: Seat, hook_id: UUID) -> HttpResponse:
    """One webhook with what it was told, newest first."""
    return _page(request, seat, _listener(seat, hook_id))


def _page(request: SeatedRequest, seat: Seat, listener: Listener, **extra: Any) -> HttpResponse:
    before = request.GET.get("before", "")
    rows = list_calls(
        listener,
        before_id=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=PAGE + 1,
    )
    context = {
        "hook": listener,
        "off_why": OFF_WHY.get(listener.off_why, ""),
        "calls": [(call, _tell_call(call)) for call in rows[:PAGE]],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "groups": [words for heads, words in GROUPS if _has(listener, heads)],
        **extra,
    }
    return render(request, "web/settings_hook.html", context)


def _has(listener: Listener, heads: str) -> bool:
    return any(kind.partition(".")[0] in heads.split() for kind in listener.kinds)


OFF_WHY = {
    "withdrawn": gettext_lazy("Dimatikan oleh tim."),
    "gone": gettext_lazy("Program itu bilang tidak mau dikabari lagi."),
    "broken": gettext_lazy("Tiga hari tidak ada kabar yang sampai. Periksa programnya, lalu nyalakan lagi."),
}
PROBLEMS = {
    "too_slow": gettext_lazy("terlalu lama menjawab"),
    "no_connection": gettext_lazy("tidak bisa disambungi"),
    "no_such_name": gettext_lazy("nama alamatnya tidak ada"),
    "private_address": gettext_lazy("alamatnya menuju jaringan sendiri"),
    "redirect": gettext_lazy("mengalihkan ke alamat lain"),
    "certificate": gettext_lazy("sertifikatnya tidak cocok"),
    "no_secret": gettext_lazy("rahasianya tidak terbaca lagi; buat yang baru"),
    "gone": gettext_lazy("tidak mau dikabari lagi"),
    "refused": gettext_lazy("menolak"),
}


def _say(status: int, problem: str) -> str:
    said = str(PROBLEMS.get(problem, problem)) if problem else _("sampai")
    return f"{status} · {said}" if status else said


def _tell_call(call: Call) -> str:
    """How the newest attempt ended, and how many there were."""
    tries = sorted(call.attempts.all(), key=_at)
    if not tries:
        return _("belum dicoba")
    ended = _say(tries[-1].status, tries[-1].problem)
    if len(tries) == 1:
        return ended
    return _("%(ended)s, percobaan ke-%(n)d") % {"ended": ended, "n": len(tries)}


def _at(attempt: Any) -> int:
    return int(attempt.pk)


@act_only(Act.SETTINGS)
def hook_deed(request: SeatedRequest, seat: Seat, hook_id: UUID, deed: str) -> HttpResponse:
    """off, on, secret, test or drop."""
    listener = _listener(seat, hook_id)
    if deed not in ("off", "on", "secret", "test", "drop"):
        raise Http404
    if deed == "secret":
        secret = renew_secret(listener=listener, by=seat.teammate, now=seat.now)
        return _page(request, seat, _listener(seat, hook_id), secret=secret)
    if deed == "drop":
        drop_listener(listener=listener, by=seat.teammate, now=seat.now)
        tell(request, _("Webhook dihapus."))
        return go(request, reverse("settings_programs"))
    if deed == "test":
        tell(request, _test(seat, listener))
    else:
        switch = switch_off if deed == "off" else switch_on
        if switch(listener=listener, by=seat.teammate, now=seat.now):
            told = _("Webhook dimatikan.") if deed == "off" else _("Webhook dinyalakan.")
            tell(request, told, undo_address(seat, "listener", listener.pk))
    return go(request, reverse("hook", args=[listener.public_id]))


def _test(seat: Seat, listener: Listener) -> str:
    with Caller(settings.HOOK_HOSTS) as caller:
        answered = send_test(listener=listener, now=seat.now, caller=caller)
    if answered.outcome is Outcome.SENT:
        return _("Kabar uji sampai dalam %(ms)d milidetik.") % {"ms": answered.took_ms}
    return _("Kabar uji tidak sampai: %(why)s.") % {"why": _say(answered.status, answered.problem)}


@act_only(Act.SETTINGS)
def hook_replay(request: SeatedRequest, seat: Seat, hook_id: UUID, call_id: UUID) -> HttpResponse:
    """The same call once more; the program knows it again by its id."""
    listener = _listener(seat, hook_id)
    try:
        call = get_call(listener, call_id)
    except Call.DoesNotExist as error:
        raise Http404 from error
    try:
        replay_call(call=call, by=seat.teammate, now=seat.now)
    except ProgramError as error:
        tell(request, str(error))
    else:
        tell(request, _("Dikirim lagi."))
    return go(request, reverse("hook", args=[listener.public_id]))
