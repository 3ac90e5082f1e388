"""Connecting by signing in with the provider: the browser goes there and comes back with a code that becomes a token.

What goes along (`state`) is known to this session alone, names one shop and one channel, works once and for ten minutes.
What was entered before stands sealed with the channel meanwhile, as settings that wait.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.channels.models import Channel
from sapa.channels.operations import find_or_make_channel, save_settings
from sapa.channels.types import ChannelError
from sapa.gateway.accounts import account_with
from sapa.gateway.connecting import ChoiceNeededError, SignIn, SignInError
from sapa.gateway.contract import ChannelAdapter, ProviderDownError
from sapa.gateway.dispatch import try_and_connect
from sapa.gateway.registry import find_adapter
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import tell, undo_address
from sapa.web.views.settings.channels import connecting
from sapa.web.views.settings.channels.addresses import own_address
from sapa.web.views.settings.channels.forms import ConnectForm
from sapa.web.views.settings.channels.front import title_of

LASTS = timedelta(minutes=10)
_WAITING = "channel_sign_ins"
_MOST_WAITING = 5


def redirect_address(request: SeatedRequest) -> str:
    """What a business registers with its provider: the same for every channel."""
    return own_address(request) + reverse("channel_back")


@act_only(Act.SETTINGS)
def channel_sign_in(request: SeatedRequest, seat: Seat, kind: str) -> HttpResponse:
    """What was entered is kept, and the browser goes to the provider."""
    adapter = find_adapter(kind)
    if adapter is None or adapter.sign_in is None:
        raise Http404
    name = " ".join(request.POST.get("name", "").split())[:120]
    channel = find_or_make_channel(business=seat.business, kind=kind, name=name, now=seat.now)
    channel.business = seat.business
    kept = connecting.kept_of(channel)
    form = ConnectForm(request.POST, adapter=adapter, kept=kept, way=adapter.sign_in)
    if not form.is_valid():
        for said in form.errors.values():
            messages.error(request, " ".join(map(str, said)))
        return go(request, _page_of(channel))
    settings = form.settings()
    save_settings(channel=channel, settings=settings, now=seat.now)
    state = secrets.token_urlsafe(32)
    _remember(request, seat, state, channel)
    redirect = _redirect(request, adapter.sign_in, state)
    address = adapter.sign_in.address(account_with(channel, settings), redirect, state)
    answer = render(request, "web/settings_channel_leave.html", {"guide": adapter.guide, "address": address})
    # No redirect: a form of ours may lead to no other site, and the list of providers need not stand in that rule.
    answer["Refresh"] = f"0; url={address}"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@screen(Act.SETTINGS)
def channel_back(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """The provider sends the browser back, with a code or with why not."""
    state = request.GET.get("state", "")
    channel = _recall(request, seat, state)
    if channel is None:
        messages.error(request, _("Jalan masuk ini sudah dipakai atau lewat 10 menit. Mulai lagi dari sini."))
        return go(request, reverse("channels"))
    adapter = find_adapter(channel.kind)
    if adapter is None or adapter.sign_in is None:
        raise Http404
    try:
        done = _connect(request, seat, adapter, adapter.sign_in, channel, state)
    except ChannelError as error:
        messages.error(request, str(error))
        return go(request, _page_of(channel))
    tell(
        request,
        _("%(name)s tersambung.") % {"name": title_of(done, adapter)},
        undo_address(seat, "channel", done.pk),
    )
    return go(request, reverse("channel", args=[done.public_id]))


def _connect(
    request: SeatedRequest, seat: Seat, adapter: ChannelAdapter, way: SignIn, channel: Channel, state: str
) -> Channel:
    """Raises `ChannelError` with what happened and what to do."""
    answer = {name: str(value) for name, value in request.GET.items()}
    if not answer.get("code"):
        raise ChannelError(_say_refused(answer))
    kept = connecting.kept_of(channel)
    try:
        with connecting.open_line() as http:
            redirect = _redirect(request, way, state)
            given = way.exchange(account_with(channel, kept), http, answer, redirect, seat.now)
            save_settings(channel=channel, settings=given, now=seat.now)
            return try_and_connect(
                business=seat.business,
                kind=channel.kind,
                name=channel.name,
                settings={**kept, **given},
                base_url=own_address(request),
                by=seat.teammate,
                now=seat.now,
                http=http,
            )
    except ChoiceNeededError as error:
        raise ChannelError(_say_choice(adapter, error)) from error
    except SignInError as error:
        raise ChannelError(
            _("Penyedia tidak memberi kode untuk masuk ini. Periksa ID dan rahasia aplikasi, lalu coba lagi.")
        ) from error
    except ProviderDownError as error:
        raise ChannelError(_("Penyedia tidak menjawab. Periksa internet, lalu coba lagi.")) from error


def _say_refused(answer: dict[str, str]) -> str:
    if answer.get("error") in ("access_denied", "user_denied") or answer.get("error_reason") == "user_denied":
        return _("Izin di tempat penyedia tidak diberikan, jadi belum tersambung. Coba lagi bila sudah siap.")
    return _("Penyedia menolak masuk ini. Periksa alamat balik dan izin aplikasinya, lalu coba lagi.")


def _say_choice(adapter: ChannelAdapter, error: ChoiceNeededError) -> str:
    label = next((str(one.label) for one in adapter.guide.fields if one.name == error.field), error.field)
    names = ", ".join(f"{name} ({number})" for number, name in error.names[:8])
    return _("Akun ini punya beberapa: %(names)s. Isi %(label)s yang dimaksud, lalu masuk lagi.") % {
        "names": names,
        "label": label,
    }


def _redirect(request: SeatedRequest, way: SignIn, state: str) -> str:
    address = redirect_address(request)
    return address if way.keeps_state else f"{address}?{urlencode({'state': state})}"


def _page_of(channel: Channel) -> str:
    if channel.is_live:
        return reverse("channel_connect", args=[channel.public_id])
    query = f"?{urlencode({'name': channel.name})}" if channel.name else ""
    return reverse("channel_new", args=[channel.kind]) + query


def _remember(request: SeatedRequest, seat: Seat, state: str, channel: Channel) -> None:
    waiting: dict[str, Any] = request.session.get(_WAITING, {})
    newest = dict(list(waiting.items())[-(_MOST_WAITING - 1) :])
    until = (seat.now + LASTS).timestamp()
    request.session[_WAITING] = {**newest, state: [seat.business.pk, channel.pk, until]}


def _recall(request: SeatedRequest, seat: Seat, state: str) -> Channel | None:
    """The channel that this state was made for, once: None where it is unknown, of another shop, or too old."""
    waiting: dict[str, Any] = dict(request.session.get(_WAITING, {}))
    found = waiting.pop(state, None)
    if found is None:
        return None
    request.session[_WAITING] = waiting
    business, channel, until = found
    if business != seat.business.pk or seat.now.timestamp() > until:
        return None
    return Channel.objects.select_related("business").filter(business=seat.business, pk=channel).first()
