"""A line of values over time, with the target of each time as a dashed line and the days on which something changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from sapa.metrics.types import TrendPoint
from sapa.web.charts.drawing import Chart, element, frame

_WIDTH, _HEIGHT = 280.0, 84.0
_LEFT, _TOP, _BOTTOM = 6.0, 12.0, 20.0
_LETTER, _LEAST_RIGHT = 9.0, 44.0
LEAST_POINTS = 3

Mark = tuple[date, str]
"""A day on which the shop changed something, and what."""


def draw_trend(
    points: Sequence[TrendPoint],
    *,
    key: str,
    title: str,
    target: float | None,
    say: Callable[[float], str],
    say_period: Callable[[TrendPoint], str],
    marks: Sequence[Mark] = (),
) -> Chart | None:
    """The trend of a figure; None under three known values, where words serve better.

    `say` words a value, `say_period` a period. Unknown values leave a gap. `target` is today's; where a point knows
    what was wanted at its own time, the dashed line steps there. Of `marks` those within the points are shown.
    """
    known = [point.value for point in points if point.value is not None]
    if len(known) < LEAST_POINTS:
        return None
    wanted = [target if point.target is None else point.target for point in points]
    place_y = _scale([*known, *(one for one in wanted if one is not None)])
    ends = _WIDTH - max(_LEAST_RIGHT, 12 + _LETTER * len(say(known[-1])))
    step = (ends - _LEFT) / (len(points) - 1)
    spots = [
        None if point.value is None else (_LEFT + at * step, place_y(point.value))
        for at, point in enumerate(points)
    ]
    parts = [*_target(wanted, place_y, step, ends), *_marks(points, marks, step), *_lines(spots)]
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
    head, rows = _table(points, wanted, marks, say, say_period)
    drawing = frame(parts, key=key, width=_WIDTH, height=_HEIGHT, title=title, sentence=sentence)
    return Chart(svg=drawing, sentence=sentence, head=head, rows=rows)


def _table(
    points: Sequence[TrendPoint],
    wanted: Sequence[float | None],
    marks: Sequence[Mark],
    say: Callable[[float], str],
    say_period: Callable[[TrendPoint], str],
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Head and rows; a column of targets only where they changed, one of changes only where there was one."""
    has_steps = len({one for one in wanted if one is not None}) > 1
    changes = ["; ".join(label for day, label in marks if point.from_ <= day <= point.to) for point in points]
    head = [_("Periode"), _("Nilai"), _("Banyaknya")]
    head += [_("Target")] * has_steps + [_("Yang diubah")] * any(changes)
    rows = []
    for point, goal, change in zip(points, wanted, changes, strict=True):
        row = [
            say_period(point),
            "–" if point.value is None else say(point.value),
            str(point.sample_size),
        ]
        row += ["–" if goal is None else say(goal)] * has_steps + [change] * any(changes)
        rows.append(tuple(row))
    return tuple(head), tuple(rows)


def _scale(values: list[float]) -> Callable[[float], float]:
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    room = _HEIGHT - _TOP - _BOTTOM
    return lambda value: _TOP + room * (1 - (value - low) / span) if high > low else _TOP + room / 2


def _target(
    wanted: Sequence[float | None], place_y: Callable[[float], float], step: float, ends: float
) -> list[str]:
    """One dashed line, with a step where the target was changed."""
    path, before = "", None
    for at, goal in enumerate(wanted):
        if goal is None:
            before = None
            continue
        left = _LEFT + max(0.0, (at - 0.5) * step)
        right = min(ends, _LEFT + (at + 0.5) * step)
        y = place_y(goal)
        if before is None:
            path += f"M{left:.0f} {y:.1f}"
        elif before != y:
            path += f"V{y:.1f}"
        path, before = f"{path}H{right:.0f}", y
    if not path:
        return []
    first = place_y(next(goal for goal in wanted if goal is not None))
    above = first - 4 if first > _TOP + 4 else first + 13
    return [
        element("path", d=path, class_="goal"),
        element("text", words=_("target"), x=_LEFT, y=above, class_="dim"),
    ]


def _marks(points: Sequence[TrendPoint], marks: Sequence[Mark], step: float) -> list[str]:
    """An upright line for each change, where its day lies in its week or month; what it was is told when pointed at."""
    parts = []
    for day, label in marks:
        for at, point in enumerate(points):
            if point.from_ <= day <= point.to:
                length = max((point.to - point.from_).days, 1)
                x = _LEFT + min(max(at - 0.5 + (day - point.from_).days / length, 0), len(points) - 1) * step
                line = element("path", d=f"M{x:.1f} {_TOP - 8:.0f}V{_HEIGHT - _BOTTOM:.0f}", class_="mark")
                parts.append(f"<g>{element('title', words=label)}{line}</g>")
    return parts


def _lines(spots: Sequence[tuple[float, float] | None]) -> list[str]:
    path, pen_down = "", False
    for spot in spots:
        if spot is None:
            pen_down = False
            continue
        path += f"{'L' if pen_down else 'M'}{spot[0]:.1f} {spot[1]:.1f}"
        pen_down = True
    return [element("path", d=path, class_="path")]


def list_shown(points: Sequence[TrendPoint], marks: Sequence[Mark]) -> list[Mark]:
    """The changes that fall within a trend, oldest first."""
    if not points:
        return []
    return sorted(mark for mark in marks if points[0].from_ <= mark[0] <= points[-1].to)
