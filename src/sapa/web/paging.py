"""Pages by key: the last row's moment and id as one readable parameter."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from sapa.conversations.types import Spot


def read_spot(request: HttpRequest) -> Spot | None:
    """The place behind which the page begins; an unreadable one begins at the front."""
    at, _, number = request.GET.get("after", "").rpartition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return Spot(moment, int(number)) if number.isdecimal() and moment.tzinfo else None


def write_spot(request: HttpRequest, at: datetime, number: int) -> str:
    """The query string of the page behind this row; what was searched and filtered stays."""
    asked = request.GET.copy()
    asked["after"] = f"{at.isoformat()}~{number}"
    return asked.urlencode()
