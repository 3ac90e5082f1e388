"""Pages by key: the last row's moment and id as one readable parameter."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from sapa.conversations.types import Spot

_RESTS = "~r"


def read_spot(request: HttpRequest) -> Spot | None:
    """The place behind which the page begins; an unreadable one begins at the front."""
    text = request.GET.get("after", "")
    at, _, number = text.removesuffix(_RESTS).rpartition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    if not number.isdecimal() or len(number) > 18 or not moment.tzinfo:
        return None
    return Spot(moment, int(number), text.endswith(_RESTS))


def write_spot(request: HttpRequest, at: datetime, number: int, *, rests: bool = False) -> str:
    """The query string of the page behind this row; what was searched and filtered stays. `rests` as in `Spot`."""
    asked = request.GET.copy()
    asked["after"] = f"{at.isoformat()}~{number}{_RESTS if rests else ''}"
    return asked.urlencode()
