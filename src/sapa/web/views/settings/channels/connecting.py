"""Connecting a channel: what its provider asks for, what a month would cost, and the try itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.channels.models import Channel
from sapa.channels.operations import find_or_make_channel
from sapa.channels.queries import find_channel, get_channel, get_settings, list_channels
from sapa.channels.types import ChannelError
from sapa.gateway.contract import ChannelAdapter
from sapa.gateway.dispatch import try_and_connect
from sapa.gateway.registry import find_adapter
from sapa.lib.secrets import UnreadableSecretError
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, tell, undo_address
from sapa.web.views.settings.channels.addresses import HAVE_NO_HOOK, find_hook, own_address
from sapa.web.views.settings.channels.costs import find_outlook, own_prices
from sapa.web.views.settings.channels.forms import ConnectForm
from sapa.web.views.settings.channels.front import title_of

TIMEOUT = httpx.Timeout(12.0, connect=6.0)
_LONGEST_NAME = 120


@screen(Act.SETTINGS, write=Act.SETTINGS)
def channel_new(request: SeatedRequest, seat: Seat, kind: str) -> HttpResponse:
    """The first or a further account of a kind of channel."""
    adapter = _adapter(kind)
    given = request.POST if request.method == "POST" else request.GET
    name = " ".join(given.get("name", "").split())[:_LONGEST_NAME]
    waiting = find_channel(seat.business, kind, name)
    names = {one.name for one in list_channels(seat.business) if one.kind == kind and one.is_live}
    kept = {} if waiting is None or waiting.is_live else kept_of(waiting)
    form = ConnectForm(
        request.POST if request.method == "POST" else None,
        adapter=adapter,
        kept=kept,
        needs_name="" in names,
        initial={"name": name},
    )
    shown = None if waiting is None or waiting.is_live else waiting
    if request.method != "POST" or not form.is_valid():
        return _draw(request, seat, adapter, form, shown)
    if form.cleaned_data["name"] in names:
        form.add_error("name", _("Nama ini sudah dipakai. Pakai nama lain, atau ubah isian sambungan itu."))
        return _draw(request, seat, adapter, form, shown)
    return _try(request, seat, adapter, form, form.cleaned_data["name"], shown)


@screen(Act.SETTINGS, write=Act.SETTINGS)
def channel_connect(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    """The settings of a channel that there is: changed, tried and kept, or connected again."""
    channel = find_or_404(seat, channel_id)
    adapter = _adapter(channel.kind)
    posted = request.POST if request.method == "POST" else None
    form = ConnectForm(posted, adapter=adapter, kept=kept_of(channel), is_fixed=True)
    if posted is None or not form.is_valid():
        return _draw(request, seat, adapter, form, channel, is_known=True)
    return _try(request, seat, adapter, form, channel.name, channel, is_known=True)


@act_only(Act.SETTINGS)
def channel_address(request: SeatedRequest, seat: Seat, kind: str) -> HttpResponse:
    """Our address for a channel before it is connected: some providers ask for it first."""
    adapter = _adapter(kind)
    name = " ".join(request.POST.get("name", "").split())[:_LONGEST_NAME]
    channel = find_or_make_channel(business=seat.business, kind=adapter.kind, name=name, now=seat.now)
    if channel.is_live:
        return go(request, reverse("channel", args=[channel.public_id]))
    query = f"?{urlencode({'name': name})}" if name else ""
    return go(request, reverse("channel_new", args=[kind]) + query + "#hook")


def open_line() -> httpx.Client:
    """The client for one try: somebody waits for the page."""
    return httpx.Client(timeout=TIMEOUT)


def find_or_404(seat: Seat, channel_id: UUID) -> Channel:
    """A channel of the reader's shop, with the shop itself beside it."""
    try:
        channel = get_channel(seat.business, channel_id)
    except Channel.DoesNotExist as error:
        raise Http404 from error
    channel.business = seat.business
    return channel


def _adapter(kind: str) -> ChannelAdapter:
    adapter = find_adapter(kind)
    if adapter is None:
        raise Http404
    return adapter


def kept_of(channel: Channel) -> Mapping[str, Any]:
    """What is sealed for it; nothing where another key file sealed it."""
    try:
        return get_settings(channel)
    except UnreadableSecretError:
        return {}


def _try(
    request: SeatedRequest,
    seat: Seat,
    adapter: ChannelAdapter,
    form: ConnectForm,
    name: str,
    shown: Channel | None,
    *,
    is_known: bool = False,
) -> HttpResponse:
    try:
        with open_line() as http:
            channel = try_and_connect(
                business=seat.business,
                kind=adapter.kind,
                name=name,
                settings=form.settings(),
                base_url=own_address(request),
                by=seat.teammate,
                now=seat.now,
                http=http,
            )
    except ChannelError as error:
        form.add_error(None, str(error))
        return _draw(request, seat, adapter, form, shown, is_known=is_known)
    is_change = is_known and shown is not None and shown.is_live
    told = _("Isian dicoba dan disimpan.") if is_change else _("%(name)s tersambung.")
    undo = "" if is_change else undo_address(seat, "channel", channel.pk)
    tell(request, told % {"name": title_of(channel, adapter)}, undo)
    return go(request, reverse("channel", args=[channel.public_id]))


def _draw(
    request: SeatedRequest,
    seat: Seat,
    adapter: ChannelAdapter,
    form: ConnectForm,
    channel: Channel | None,
    *,
    is_known: bool = False,
) -> HttpResponse:
    names = {one.name for one in adapter.guide.fields}
    context = {
        "adapter": adapter,
        "guide": adapter.guide,
        "form": form,
        "channel": channel if is_known else None,
        "hook": find_hook(request, channel),
        "has_hook": adapter.kind not in HAVE_NO_HOOK,
        "is_safe": request.is_secure(),
        "own": own_address(request),
        "sign_in": _sign_in_form(adapter, channel, form, is_known),
        "redirect": own_address(request) + reverse("channel_back"),
        "has_coexistence": "coexistence" in names,
        "outlook": find_outlook(seat, adapter.kind, own_prices(channel), request.GET),
        "name": form["name"].value() if "name" in form.fields else "",
    }
    refused = form.is_bound and not form.is_valid()
    return render(
        request, "web/settings_channel_connect.html", context, status=UNPROCESSABLE if refused else 200
    )


def _sign_in_form(
    adapter: ChannelAdapter, channel: Channel | None, form: ConnectForm, is_known: bool
) -> ConnectForm | None:
    """What has to be entered before the provider can be signed in to; None where a token is all there is."""
    if adapter.sign_in is None:
        return None
    kept = kept_of(channel) if channel is not None else {}
    name = form["name"].value() if "name" in form.fields else ""
    return ConnectForm(
        None,
        adapter=adapter,
        kept=kept,
        way=adapter.sign_in,
        is_fixed=is_known,
        initial={"name": name},
    )
