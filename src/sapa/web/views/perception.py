"""Rasa dan kerja: on time yet rated low, late yet rated well; and who came back after trouble."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sapa.lib.money import format_percent
from sapa.metrics.definition import ENOUGH_FOR_SHARE
from sapa.metrics.perception.queries import get_perception
from sapa.metrics.perception.types import ChannelGap
from sapa.metrics.queries import get_metric_figure
from sapa.web import words
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.periods import read_period

_DAYS = 365


@screen()
def perception(request: SeatedRequest, seat: Seat) -> HttpResponse:
    period = read_period(request, seat, default=_DAYS)
    found = get_perception(seat.business, from_=period.from_, to=period.to, now=seat.now)
    warning = get_metric_figure(
        seat.business, "warning_csat_without_repeat", from_=None, to=None, now=seat.now
    )
    recovery = found.recovery
    context = {
        "period": period,
        "found": found,
        "grid": [
            (title, [found.counts.get((is_late, rated), 0) for rated in ("low", "middle", "high")])
            for title, is_late in ((_("Semua dibalas tepat waktu"), False), (_("Ada yang terlambat"), True))
        ],
        "channels": [_channel(one, seat) for one in found.channels],
        "warning": warning,
        "recovery": [
            (_("Masalahnya selesai"), *_share(recovery.settled, seat)),
            (_("Masalahnya belum selesai"), *_share(recovery.not_settled, seat)),
            (_("Tanpa masalah"), *_share(recovery.calm, seat)),
        ],
    }
    return render(request, "web/perception.html", context)


def _share(pair: tuple[int, int], seat: Seat) -> tuple[str, int]:
    came, n = pair
    if n < ENOUGH_FOR_SHARE:
        return _("%(came)d dari %(n)d, masih sedikit") % {"came": came, "n": n}, n
    return format_percent(came / n, seat.language, 0), n


def _channel(one: ChannelGap, seat: Seat) -> tuple[str, int, str, str]:
    late, low = (_share((part, one.answers), seat)[0] for part in (one.late, one.low))
    return words.channel(one.channel), one.answers, late, low
