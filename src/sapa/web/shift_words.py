"""A shift of a figure in one sentence, with both values and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from sapa.lib import dates
from sapa.metrics.definition import Statistic
from sapa.metrics.definitions import METRICS
from sapa.metrics.models import Shift
from sapa.web.access import Seat
from sapa.web.figures import name, say_in_unit


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """`state` is fine or warning, by whether the figure moved to the better."""

    id: UUID
    key: str
    title: str
    text: str
    detail: str
    state: str
    tomorrow: str


def make_shift_lines(shifts: Iterable[Shift], seat: Seat) -> list[ShiftLine]:
    return [_line(shift, seat) for shift in shifts if shift.metric in METRICS]


def _line(shift: Shift, seat: Seat) -> ShiftLine:
    metric = METRICS[shift.metric]
    unit = seat.business.currency if metric.unit == "money" else metric.unit
    values = {
        "name": name(shift.metric),
        "before": say_in_unit(unit, shift.before, seat),
        "after": say_in_unit(unit, shift.after, seat),
    }
    if metric.statistic is Statistic.COUNT:
        values["after"] = _("%(number)s tiap minggu") % {"number": values["after"]}
    text = (
        _("%(name)s naik: %(before)s → %(after)s.")
        if shift.is_up
        else _("%(name)s turun: %(before)s → %(after)s.")
    )
    detail = _("%(from)s sampai %(to)s, %(n)d orang atau percakapan, dibanding sebelumnya.") % {
        "from": dates.format_day(shift.since, seat.language, with_year=False),
        "to": dates.format_day(shift.to, seat.language, with_year=False),
        "n": shift.after_n,
    }
    return ShiftLine(
        id=shift.public_id,
        key=shift.metric,
        title=name(shift.metric),
        text=text % values,
        detail=detail,
        state="warning" if shift.is_up == metric.is_better_low else "fine",
        tomorrow=str(metric.tomorrow),
    )
