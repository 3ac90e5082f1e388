"""What every page needs: where one is, what may be opened, how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sapa.web.middleware import KEYS_COOKIE, LOOK_COOKIE

_LOOKS = ("light", "dark")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the menu; `is_first` ones stand in the bottom bar of a phone."""

    name: str
    icon: str
    text: str
    is_first: bool = False


def shell(request: HttpRequest) -> dict[str, Any]:
    """The seat, the menu with the current entry, the chosen look, the language."""
    seat = getattr(request, "seat", None)
    match = request.resolver_match
    look = request.COOKIES.get(LOOK_COOKIE, "")
    return {
        "seat": seat,
        "nav": _nav(is_alone=seat.is_alone) if seat else [],
        "current": _ROOM_OF.get(match.url_name or "", "") if match else "",
        "look": look if look in _LOOKS else "",
        "keys_off": request.COOKIES.get(KEYS_COOKIE) == "off",
    }


def _nav(*, is_alone: bool) -> list[NavItem]:
    team = [] if is_alone else [NavItem("team", "users-round", _("Tim"))]
    return [
        NavItem("today", "list-checks", _("Hari ini"), is_first=True),
        NavItem("inbox", "messages-square", _("Kotak Masuk"), is_first=True),
        NavItem("customers", "users", _("Pelanggan"), is_first=True),
        NavItem("metrics", "chart-line", _("Metrik"), is_first=True),
        NavItem("journey", "route", _("Peta")),
        NavItem("moments", "target", _("Momen")),
        NavItem("answers", "quote", _("Balasan")),
        NavItem("surveys", "star", _("Survei")),
        *team,
        NavItem("imports", "upload", _("Impor")),
        NavItem("settings", "settings", _("Pengaturan")),
    ]


_ROOMS = {
    "today": ("today", "today_figures"),
    "inbox": ("inbox", "conversation", "reading", "merge", "send"),
    "answers": ("answers", "answer", "answer_new"),
    "customers": (
        "customers",
        "customer",
        "customer_new",
        "duplicates",
        "ready",
        "compare",
        "timeline",
        "share",
    ),
    "metrics": ("metrics", "metric"),
    "journey": ("journey",),
    "moments": ("moments", "moment", "moment_new", "moment_edit", "moment_plan", "moment_deed"),
    "team": ("team", "team_messages"),
    "surveys": ("surveys", "survey", "survey_new", "survey_edit", "survey_moment", "survey_switch"),
    "imports": ("imports", "batch"),
    "notices": ("notices",),
    "settings": (
        "settings",
        "settings_part",
        "settings_notices",
        "settings_service",
        "settings_automations",
        "history",
        "channels",
        "channel_new",
        "channel",
        "channel_connect",
        "channel_log",
        "payloads",
        "payload",
        "payload_words",
    ),
    "more": ("more",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}
