"""A line of values over time, with the target as a dashed line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from sapa.metrics.types import TrendPoint
from sapa.web.charts.drawing import Chart, element, frame

_WIDTH, _HEIGHT = 280.0, 84.0
_LEFT, _TOP, _BOTTOM = 6.0, 12.0, 20.0
_LETTER, _LEAST_RIGHT = 9.0, 44.0
LEAST_POINTS = 3


def draw_trend(
    points: Sequence[TrendPoint],
    *,
    key: str,
    title: str,
    target: float | None,
    say: Callable[[float], str],
    say_period: Callable[[TrendPoint], str],
) -> Chart | None:
    """The trend of a figure; None under three known values, where words serve better.

    `say` words a value, `say_period` a period. Unknown values leave a gap.
    """
    known = [point.value for point in points if point.value is not None]
    if len(known) < LEAST_POINTS:
        return None
    place_y = _scale([*known, *([target] if target is not None else [])])
    ends = _WIDTH - max(_LEAST_RIGHT, 12 + _LETTER * len(say(known[-1])))
    step = (ends - _LEFT) / (len(points) - 1)
    spots = [
        None if point.value is None else (_LEFT + at * step, place_y(point.value))
        for at, point in enumerate(points)
    ]
    parts = [*_target(target, place_y, ends), *_lines(spots)]
    x, y = next(spot for spot in reversed(spots) if spot)
    parts += [
        element("circle", cx=x, cy=y, r=4, class_="dot"),
        element("text", words=say(known[-1]), x=x + 8, y=y + 4, class_="lead"),
        element("text", words=say_period(points[0]), x=_LEFT, y=_HEIGHT - 3, class_="dim"),
        element(
            "text",
            words=say_period(points[-1]),
            x=ends,
            y=_HEIGHT - 3,
            text_anchor="end",
            class_="dim",
        ),
    ]
    sentence = _("Dari %(first)s menjadi %(last)s dalam %(count)d periode.") % {
        "first": say(known[0]),
        "last": say(known[-1]),
        "count": len(points),
    }
    return Chart(
        svg=frame(parts, key=key, width=_WIDTH, height=_HEIGHT, title=title, sentence=sentence),
        sentence=sentence,
        head=(_("Periode"), _("Nilai"), _("Banyaknya")),
        rows=tuple(
            (say_period(point), "–" if point.value is None else say(point.value), str(point.sample_size))
            for point in points
        ),
    )


def _scale(values: list[float]) -> Callable[[float], float]:
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    room = _HEIGHT - _TOP - _BOTTOM
    return lambda value: _TOP + room * (1 - (value - low) / span) if high > low else _TOP + room / 2


def _target(target: float | None, place_y: Callable[[float], float], ends: float) -> list[str]:
    if target is None:
        return []
    y = place_y(target)
    return [
        element("path", d=f"M{_LEFT:.0f} {y:.1f}H{ends:.0f}", class_="goal"),
        element("text", words=_("target"), x=_LEFT, y=y - 4 if y > _TOP + 4 else y + 13, class_="dim"),
    ]


def _lines(spots: Sequence[tuple[float, float] | None]) -> list[str]:
    path, pen_down = "", False
    for spot in spots:
        if spot is None:
            pen_down = False
            continue
        path += f"{'L' if pen_down else 'M'}{spot[0]:.1f} {spot[1]:.1f}"
        pen_down = True
    return [element("path", d=path, class_="path")]
