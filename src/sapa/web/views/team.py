"""Tim: how fast and how evenly the team answers, each number with the messages behind it; never a league table unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.lib import money
from sapa.metrics.definition import ENOUGH_FOR_MEDIAN
from sapa.metrics.service import MOST_LISTED, get_performance, list_replies
from sapa.metrics.service.types import ALL, LOADS, NOBODY, Load, MateLine, Pace, Performance, ReplyLine, What
from sapa.web import words
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.charts import Bar, Chart, draw_bars
from sapa.web.periods import Period, read_period
from sapa.web.templatetags.formats import minutes as in_minutes

DEFAULT_DAYS = 30
ALERT_SPREAD = 2.0
"""From twice as long on one channel as on another the screen says so (S0.14)."""

_HOURS = 24


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: `link` is the query of the list behind its numbers."""

    name: str
    pace: Pace
    link: str
    mate: MateLine | None = None
    rank: int | None = None


@screen()
def team(request: SeatedRequest, seat: Seat) -> HttpResponse:
    period, first, last = _days(request, seat)
    found = get_performance(seat.business, from_=first, to=last, now=seat.now)
    days = _window(period, first, last)
    context = {
        "period": period,
        "days": days,
        "found": found,
        "enough": ENOUGH_FOR_MEDIAN,
        "mates": _mates(seat, found, days),
        "channels": [
            Line(words.channel(kind), pace, _query(days, channel=kind)) for kind, pace in found.channels
        ],
        "loads": [
            Line(_tell_load(load), pace, _query(days, load=_place(load))) for load, pace in found.loads
        ],
        "hours": _hours(found.hours),
        "hour_lines": [Line(f"{hour:02d}", pace, _query(days, hour=hour)) for hour, pace in found.hours],
        "spread": found.spread if found.spread and found.spread >= ALERT_SPREAD else None,
        "examples": _examples(seat, found, first, last),
        "whole_line": Line(_("Seluruh tim"), found.whole.pace, _query(days)),
        "names": {mate.pk: mate.name for mate in seat.teammates},
        "sees_everybody": seat.may(Act.TARGETS),
    }
    return render(request, "web/team.html", context)


@screen()
def team_messages(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """The questions and answers behind one number. A member sees their own and the team's, not a colleague's."""
    period, first, last = _days(request, seat)
    try:
        asked = _read(request, seat)
        rows = list_replies(seat.business, from_=first, to=last, now=seat.now, **asked)
    except (KeyError, ValueError) as error:
        raise Http404 from error
    shown = rows[:MOST_LISTED]
    following = ""
    if len(rows) > MOST_LISTED:
        keep = {name: value for name, value in request.GET.items() if name != "before"}
        following = urlencode(keep | {"before": shown[-1].asked_at.isoformat()})
    context = {
        "rows": shown,
        "next": following,
        "title": _title(seat, asked),
        "back": urlencode(_window(period, first, last)),
        "mates": {mate.pk: mate.name for mate in seat.teammates},
    }
    return render(request, "web/team_messages.html", context)


def _days(request: SeatedRequest, seat: Seat) -> tuple[Period, date, date]:
    period = read_period(request, seat, default=DEFAULT_DAYS)
    assert period.from_ is not None  # noqa: S101 - there is a default
    assert period.to is not None  # noqa: S101
    return period, period.from_, period.to


def _window(period: Period, first: date, last: date) -> dict[str, str]:
    if period.days:
        return {"days": str(period.days)}
    return {"from": first.isoformat(), "to": last.isoformat()}


def _query(days: dict[str, str], **more: object) -> str:
    return urlencode(days | {name: str(value) for name, value in more.items()})


def _mates(seat: Seat, found: Performance, days: dict[str, str]) -> list[Line]:
    """Everybody for who leads the team; for others their own line."""
    public = {mate.pk: str(mate.public_id) for mate in seat.teammates}
    lines = []
    for place, line in enumerate(found.mates, 1):
        if not seat.may(Act.TARGETS) and line.teammate_id != seat.teammate.pk:
            continue
        who = public.get(line.teammate_id, "nobody" if line.teammate_id == NOBODY else "")
        name = line.name or _("Tidak diketahui siapa")
        is_ranked = found.is_ranked and line.teammate_id != NOBODY and line.pace.first_minutes is not None
        lines.append(
            Line(name, line.pace, _query(days, who=who) if who else "", line, place if is_ranked else None)
        )
    return lines


def _hours(hours: Sequence[tuple[int, Pace]]) -> Chart | None:
    known = dict(hours)
    first, last = min(known, default=0), max(known, default=0)
    bars = [
        Bar(f"{hour:02d}", pace.first_minutes if pace else None, _cells(pace))
        for hour in range(first, min(last, _HOURS) + 1)
        for pace in [known.get(hour)]
    ]
    slow = max((bar for bar in bars if bar.value is not None), key=lambda bar: bar.value or 0, default=None)
    if slow is None or slow.value is None:
        return None
    sentence = _("Paling lama pukul %(hour)s: %(minutes)s.") % {
        "hour": slow.name,
        "minutes": _say(slow.value),
    }
    return draw_bars(
        bars,
        key="hours",
        title=_("Balasan pertama menurut jam pelanggan bertanya"),
        sentence=sentence,
        head=(_("Jam"), _("Balasan pertama"), _("Pertanyaan"), _("Terlambat")),
        say=_say,
    )


def _cells(pace: Pace | None) -> tuple[str, ...]:
    if pace is None:
        return ("0", "–")
    late = (
        "–" if pace.late_share is None else money.format_percent(pace.late_share, get_language() or "id", 0)
    )
    return (str(pace.asked), late)


def _say(minutes: float) -> str:
    return in_minutes(minutes)


def _tell_load(load: Load) -> str:
    if load.low == 0:
        return _("paling banyak %(n)d orang lain menunggu") % {"n": load.high}
    if load == LOADS[-1]:
        return _("%(n)d orang atau lebih menunggu") % {"n": load.low}
    return _("%(low)d sampai %(high)d orang lain menunggu") % {"low": load.low, "high": load.high}


def _place(load: Load) -> int:
    return LOADS.index(load)


def _examples(seat: Seat, found: Performance, first: date, last: date) -> list[ReplyLine]:
    """With so few answers the people themselves say more than a number."""
    if not found.whole.pace.is_small or not found.whole.pace.asked:
        return []
    return list_replies(seat.business, from_=first, to=last, now=seat.now)[:MOST_LISTED]


def _read(request: SeatedRequest, seat: Seat) -> dict[str, Any]:
    """What the list is narrowed to, from the address. Raises ValueError or KeyError for what cannot be."""
    given = request.GET
    asked: dict[str, Any] = {"what": What(given.get("what", "all")), "channel": given.get("channel", "")}
    asked["teammate_id"] = _whose(seat, given.get("who", ""))
    hour = given.get("hour", "")
    if hour:
        asked["hour"] = int(hour)
    if given.get("load"):
        asked["load"] = LOADS[int(given["load"]) % len(LOADS)]
    if given.get("before"):
        asked["before"] = datetime.fromisoformat(given["before"])
        if asked["before"].tzinfo is None:
            raise ValueError("a moment without a zone")
    return asked


def _whose(seat: Seat, who: str) -> int:
    if not who:
        return ALL
    if who == "nobody":
        return NOBODY
    found = next((mate for mate in seat.teammates if str(mate.public_id) == who), None)
    if found is None or (found.pk != seat.teammate.pk and not seat.may(Act.TARGETS)):
        raise KeyError(who)
    return found.pk


def _title(seat: Seat, asked: dict[str, Any]) -> str:
    told = {
        What.ALL: _("Pertanyaan dan balasannya"),
        What.FIRST: _("Balasan pertama"),
        What.NEXT: _("Balasan berikutnya"),
        What.LATE: _("Yang terlambat"),
    }[asked["what"]]
    parts = [told]
    names = {mate.pk: mate.name for mate in seat.teammates} | {NOBODY: _("Tidak diketahui siapa")}
    if asked["teammate_id"] != ALL:
        parts.append(names[asked["teammate_id"]])
    if asked["channel"]:
        parts.append(words.channel(asked["channel"]))
    if "hour" in asked:
        parts.append(_("pukul %(hour)02d") % {"hour": asked["hour"]})
    if "load" in asked:
        parts.append(_tell_load(asked["load"]))
    return " · ".join(parts)
