"""Before and after a marked day: two bars of one number."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from sapa.web.charts.drawing import Chart, element, frame

_WIDTH, _BAR, _LEFT, _RIGHT = 320.0, 22.0, 74.0, 64.0


def draw_pair(before: float, after: float, *, key: str, title: str, say: Callable[[float], str]) -> Chart:
    """Two shares of 0..1 or two amounts, on one scale from nought."""
    most = max(before, after) or 1.0
    room = _WIDTH - _LEFT - _RIGHT
    parts = []
    for row, (name, value, style) in enumerate(
        ((_("Sebelum"), before, "bar-b"), (_("Sesudah"), after, "bar-a"))
    ):
        y = row * (_BAR + 8)
        width = max(room * value / most, 2)
        parts += [
            element("text", words=name, x=0, y=y + 15),
            element("rect", x=_LEFT, y=y, width=width, height=_BAR, rx=3, class_=style),
            element("text", words=say(value), x=_LEFT + width + 6, y=y + 16, class_="lead"),
        ]
    sentence = _("Sebelum %(before)s, sesudah %(after)s.") % {"before": say(before), "after": say(after)}
    return Chart(
        svg=frame(parts, key=key, width=_WIDTH, height=2 * _BAR + 8, title=title, sentence=sentence),
        sentence=sentence,
        head=(_("Sebelum"), _("Sesudah")),
        rows=((say(before), say(after)),),
    )
