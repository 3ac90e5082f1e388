"""The page itself: the checklist, and every part with its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sapa.accounts.rules import ROLES, guess_week
from sapa.channels.models import Channel
from sapa.channels.queries import list_channels
from sapa.imports.queries import get_coverage, list_sources
from sapa.imports.types import Source
from sapa.web import import_words
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.answers import UNPROCESSABLE
from sapa.web.hours import current_week, tell_week
from sapa.web.views.settings.forms import (
    SERVER,
    HoursForm,
    InviteForm,
    KeyForm,
    LimitsForm,
    NamesForm,
    PasswordForm,
    ShopForm,
)

PARTS = ("shop", "hours", "team", "sources", "keys", "names", "limits", "look", "me")
CATALOGUE = ("whatsapp", "orders", "contacts", "notes", "events", "reviews", "surveys", "email")

FIRST_CHANNELS = ("whatsapp", "instagram", "email", "web")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist: whether the shop is ready in this."""

    text: str
    part: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One sort of source in the catalogue of touchpoints: how much of it is known."""

    name: str
    rows: int
    files: int


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A kind of channel on the checklist."""

    kind: str
    is_live: bool
    is_broken: bool


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A channel that takes events under a key of its own now."""

    channel: Channel
    name: str
    is_server: bool


@screen()
def settings(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return draw(request, seat)


@screen()
def settings_part(request: SeatedRequest, seat: Seat, part: str) -> HttpResponse:
    """The same page with one part open."""
    if part not in PARTS:
        raise Http404
    return draw(request, seat, part=part)


def draw(
    request: SeatedRequest, seat: Seat, *, part: str = "", form: forms.Form | None = None, **extra: Any
) -> HttpResponse:
    """The page; `form` is one that was refused and stands in for a fresh one of its part."""
    week = current_week(seat.business)
    sources = list_sources(seat.business)
    channels = list_channels(seat.business)
    fresh: dict[str, forms.Form] = {
        "shop": ShopForm(business=seat.business),
        "hours": HoursForm(week=week, open_on_holidays=seat.business.open_on_holidays),
        "names": NamesForm(business=seat.business),
        "limits": LimitsForm(business=seat.business),
        "team": InviteForm(),
        "me": PasswordForm(),
        "keys": KeyForm(),
    }
    if form is not None:
        fresh[part] = form
    context: dict[str, Any] = {
        "forms": fresh,
        "part": part,
        "week": tell_week(week),
        "checks": _checks(seat, sources),
        "sources": _sources(sources),
        "coverage": get_coverage(seat.business) if part == "sources" else None,
        "roles": ROLES,
        "keys": _keys(channels),
        "channel_states": _channel_states(channels),
        **extra,
    }
    return render(request, "web/settings.html", context, status=UNPROCESSABLE if form else 200)


def _checks(seat: Seat, sources: Sequence[Source]) -> list[Check]:
    kinds = {source.kind for source in sources}
    checks = [
        Check(_("Chat sudah masuk"), "sources", "whatsapp" in kinds),
        Check(_("Pesanan sudah masuk"), "sources", "orders" in kinds),
        Check(_("Daftar pelanggan sudah masuk"), "sources", "contacts" in kinds),
        Check(_("Nama toko di chat sudah benar"), "names", len(seat.business.own_names) > 1),
        Check(_("Jam kerja sudah diperiksa"), "hours", current_week(seat.business) != guess_week()),
        Check(_("Kata sandi sudah dibuat"), "me", seat.is_demo or seat.teammate.user.has_usable_password()),
    ]
    return sorted(checks, key=lambda check: check.is_done)


def _keys(channels: Sequence[Channel]) -> list[KeyLine]:
    return [_key(channel) for channel in channels if channel.write_key_digest]


def _channel_states(channels: Sequence[Channel]) -> list[ChannelState]:
    """Those that are connected, and of the first ones to connect those that are not yet."""
    live = {channel.kind: channel for channel in channels if channel.is_live and not channel.broken_since}
    live |= {channel.kind: channel for channel in channels if channel.is_live and channel.broken_since}
    return [
        ChannelState(kind, kind in live, kind in live and live[kind].broken_since is not None)
        for kind in dict.fromkeys((*FIRST_CHANNELS, *live))
    ]


def _key(channel: Channel) -> KeyLine:
    first, _space, last = channel.name.rpartition(" ")
    return KeyLine(channel, first if last == SERVER else channel.name, last == SERVER)


def _sources(sources: Sequence[Source]) -> list[SourceLine]:
    known = {source.kind: source for source in sources}
    return [
        SourceLine(
            import_words.kind(kind),
            known[kind].rows if kind in known else 0,
            known[kind].files if kind in known else 0,
        )
        for kind in (*CATALOGUE, *(kind for kind in known if kind not in CATALOGUE))
    ]
