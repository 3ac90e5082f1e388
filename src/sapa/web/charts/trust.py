"""How many customers stand in each trust status: one bar of a hundred per cent."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from sapa.web import words
from sapa.web.charts.drawing import Chart, element, frame

_WIDTH, _HEIGHT, _GAP = 320.0, 18.0, 2.0


def draw_trust(counts: Mapping[str, int], *, key: str) -> Chart | None:
    """The shares of the four statuses; None where nobody is known yet."""
    total = sum(counts.values())
    if not total:
        return None
    parts, x = [], 0.0
    for code in words.TRUST:
        width = _WIDTH * counts.get(code, 0) / total
        if width:
            drawn = max(width - _GAP, 1)
            parts.append(element("rect", x=x, y=0, width=drawn, height=_HEIGHT, rx=3, class_=f"t-{code}"))
        x += width
    told = [f"{words.trust(code)} {counts.get(code, 0)}" for code in words.TRUST]
    sentence = ", ".join(told) + "."
    title = _("Status kepercayaan pelanggan")
    return Chart(
        svg=frame(parts, key=key, width=_WIDTH, height=_HEIGHT, title=title, sentence=sentence),
        sentence=sentence,
        head=(_("Status"), _("Pelanggan")),
        rows=tuple((words.trust(code), str(counts.get(code, 0))) for code in words.TRUST),
    )
