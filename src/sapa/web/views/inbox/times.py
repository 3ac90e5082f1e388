"""When something is put off to: the usual moments as buttons, any other in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from sapa.conversations.when import read_when
from sapa.web.access import Seat


@dataclass(frozen=True, slots=True)
class Later:
    """A moment to choose: `at` is what the button sends."""

    text: str
    at: datetime


def snooze_choices(seat: Seat) -> list[Later]:
    """Tomorrow morning first: it is what most want."""
    wanted = [
        (_("Besok pagi"), "besok pagi"),
        (_("2 jam lagi"), "2 jam lagi"),
        (_("Nanti sore"), "nanti sore"),
        (_("Lusa pagi"), "lusa pagi"),
        (_("Senin pagi"), "senin pagi"),
    ]
    found = [(text, read_when(words, seat.now, seat.zone)) for text, words in wanted]
    return [Later(text, at) for text, at in found if at]


def read_moment(seat: Seat, text: str) -> datetime | None:
    """A later moment in words, or as a date-time field of the browser sends it; None for what names none to come."""
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        return None
    if moment is None:
        return read_when(text[:200], seat.now, seat.zone)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=seat.zone)
    return moment if moment > seat.now else None
