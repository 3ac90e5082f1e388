"""The list: what is connected and how well it works, what could be connected, and the limits of sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.operations import change_business
from sapa.accounts.types import AccountError, Act
from sapa.channels.models import Channel
from sapa.channels.queries import list_channels
from sapa.gateway.contract import ChannelAdapter
from sapa.gateway.dispatch import count_at_risk, say_failure
from sapa.gateway.queries import Heard, list_heard
from sapa.gateway.registry import list_adapters
from sapa.web import channel_words
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, tell, undo_address
from sapa.web.views.settings.channels.forms import SendingForm


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A connected channel: since when it is broken and what waits because of it, and when something last moved."""

    channel: Channel
    title: Any
    is_proven: bool
    why: str
    at_risk: int
    heard: Heard

    @property
    def broken_since(self) -> datetime | None:
        return self.channel.broken_since


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of channel that can be connected; `kept` is one that was disconnected and whose settings are still there."""

    kind: str
    title: Any
    takes: Any
    is_proven: bool
    is_connected: bool
    kept: Channel | None


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    offers: Sequence[Offer]


@screen()
def channels(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return draw(request, seat)


@act_only(Act.SETTINGS)
def save_sending(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """Quiet hours, promotions a week, and what a month may cost."""
    form = SendingForm(request.POST, business=seat.business)
    if not form.is_valid():
        return draw(request, seat, form)
    try:
        change_business(business=seat.business, values=form.values(), by=seat.teammate, now=seat.now)
    except AccountError as error:
        form.add_error(None, str(error))
        return draw(request, seat, form)
    tell(request, _("Batas kirim disimpan."), undo_address(seat, "business", seat.business.pk))
    return go(request, reverse("channels") + "#sending")


def draw(request: SeatedRequest, seat: Seat, form: SendingForm | None = None) -> HttpResponse:
    known = list_channels(seat.business)
    live = [one for one in known if one.is_live]
    heard = list_heard(live)
    context = {
        "lines": [describe(one, heard[one.pk]) for one in sorted(live, key=lambda one: not one.broken_since)],
        "groups": _groups(known),
        "form": form or SendingForm(business=seat.business),
    }
    return render(request, "web/settings_channels.html", context, status=UNPROCESSABLE if form else 200)


def describe(channel: Channel, heard: Heard) -> ChannelLine:
    """A connected channel as the list and its own page tell it."""
    adapter = list_adapters().get(channel.kind)
    is_broken = channel.is_live and channel.broken_since is not None
    return ChannelLine(
        channel,
        title_of(channel, adapter),
        adapter.guide.proven if adapter else False,
        say_failure(channel.broken_why) if is_broken else "",
        count_at_risk(channel) if is_broken else 0,
        heard,
    )


def title_of(channel: Channel, adapter: ChannelAdapter | None) -> str:
    title = str(adapter.guide.title) if adapter else channel.kind
    return f"{title} · {channel.name}" if channel.name else title


def _groups(known: Sequence[Channel]) -> list[Group]:
    offers: dict[str, list[Offer]] = {}
    for kind, adapter in list_adapters().items():
        mine = [one for one in known if one.kind == kind]
        kept = next((one for one in mine if not one.is_live and one.sealed_settings), None)
        is_connected = any(one.is_live for one in mine)
        guide = adapter.guide
        offer = Offer(kind, guide.title, guide.takes, guide.proven, is_connected, kept)
        offers.setdefault(channel_words.group_of(kind), []).append(offer)
    return [
        Group(channel_words.group(code), sorted(offers[code], key=lambda one: str(one.title).casefold()))
        for code in channel_words.GROUPS
        if code in offers
    ]
