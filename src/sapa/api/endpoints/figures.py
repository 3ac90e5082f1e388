"""Figures and the map, of the days that are asked for."""

from __future__ import annotations

from datetime import date

import msgspec
from django.utils.translation import gettext as _

from sapa.actions.queries import list_figures
from sapa.api.errors import unfit
from sapa.api.paging import Page
from sapa.api.register import Asked, endpoint
from sapa.journeys.queries import get_journey
from sapa.journeys.types import Journey
from sapa.metrics.types import Figure
from sapa.programs.types import Scope


class WindowAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Days of the shop's time zone, both included."""

    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None


def _window(asked: Asked) -> tuple[date | None, date | None]:
    wanted: WindowAsked = asked.query
    if wanted.from_ and wanted.to and wanted.from_ > wanted.to:
        raise unfit(_("Hari pertama jatuh sesudah hari terakhir."), "from")
    return wanted.from_, wanted.to


@endpoint(
    "GET",
    "/metrics",
    Scope.READ_FIGURES,
    "The figures, each with what to do tomorrow",
    answer=Figure,
    paged=True,
    query=WindowAsked,
)
def list_metrics(asked: Asked) -> Page[Figure]:
    first, last = _window(asked)
    return Page(items=tuple(list_figures(asked.business, from_=first, to=last, now=asked.now)), next=None)


@endpoint(
    "GET",
    "/journey",
    Scope.READ_FIGURES,
    "The map and its friction points",
    answer=Journey,
    query=WindowAsked,
)
def get_the_journey(asked: Asked) -> Journey:
    first, last = _window(asked)
    return get_journey(asked.business, from_=first, to=last, now=asked.now)
