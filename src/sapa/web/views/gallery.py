"""The components of the screens side by side, for those who build them; the owner may look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.metrics.types import TrendPoint
from sapa.web import words
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.charts import draw_journey, draw_pair, draw_trend, draw_trust
from sapa.web.charts.journey import Step
from sapa.web.views.customers import CustomerForm

_NUMBERS = (70.0, 66.0, None, 74.0, 63.0, 61.0)


@screen(Act.SETTINGS)
def gallery(request: SeatedRequest, seat: Seat) -> HttpResponse:
    messages.success(request, _("Selesai. Bagus!"), extra_tags="/")
    refused = CustomerForm({"name": "", "phone": "12"})
    refused.is_valid()
    return render(request, "web/gallery.html", {"form": refused, "codes": words.TRUST, **_charts(seat)})


def _charts(seat: Seat) -> dict[str, Any]:
    today = seat.now.date()
    weeks = [today - timedelta(weeks=at) for at in reversed(range(len(_NUMBERS)))]
    points = [
        TrendPoint(day - timedelta(days=6), day, value, 40)
        for day, value in zip(weeks, _NUMBERS, strict=True)
    ]
    steps = [
        Step("Tahu", 412, "", "1 hari", 144),
        Step("Tanya", 268, "65%", "61 jam", 172, "“ongkos kirim” 61"),
        Step("Beli", 96, "36%", "3 hari", 5),
        Step("Terima", 91, "95%", "40 hari", 69),
        Step("Kembali", 22, "24%", "", 0),
    ]
    say = "{:.0f} jam".format
    return {
        "trend": draw_trend(
            points, key="g-trend", title="Tren", target=72, say=say, say_period=lambda one: f"{one.to:%d/%m}"
        ),
        "bar": draw_trust({"new": 12, "considering": 30, "trusting": 21, "needs_support": 4}, key="g-trust"),
        "pair": draw_pair(0.36, 0.44, key="g-pair", title="Penanya yang membeli", say="{:.0%}".format),
        "tall": draw_journey(steps, key="g-tall", is_tall=True),
        "wide": draw_journey(steps, key="g-wide", is_tall=False),
    }
