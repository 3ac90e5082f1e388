"""The window of days that a map or a figure is drawn for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sapa.web.access import Seat

CHOICES = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included; None where the definition's own window stands. `days` is 0 for a window of one's own."""

    from_: date | None
    to: date | None
    days: int
    choices: tuple[tuple[int, str], ...]


def read_period(request: HttpRequest, seat: Seat, *, default: int) -> Period:
    """The window in `from` and `to`, else the last `days`, else `default` days (0: no window)."""
    choices = tuple((days, _("%(days)d hari") % {"days": days}) for days in CHOICES)
    first, last = _day(request, "from"), _day(request, "to")
    if first and last and first <= last:
        return Period(first, last, 0, choices)
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked) in CHOICES else default
    if not days:
        return Period(None, None, 0, choices)
    today = seat.now.astimezone(seat.zone).date()
    return Period(today - timedelta(days=days - 1), today, days, choices)


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
