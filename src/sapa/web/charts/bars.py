"""Bars of one number beside one another: hours of the day, each with its own share above the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sapa.web.charts.drawing import Chart, element, frame

_WIDTH, _HEIGHT, _BOTTOM = 320.0, 96.0, 18.0
_FEWEST = 2


class Bar(NamedTuple):
    """`name` stands below it, `value` None leaves a gap; `more` are further cells of its row in the table."""

    name: str
    value: float | None
    more: tuple[str, ...] = ()


def draw_bars(
    bars: Sequence[Bar],
    *,
    key: str,
    title: str,
    sentence: str,
    head: tuple[str, ...],
    say: Callable[[float], str],
) -> Chart | None:
    """The bars from nought up; None below two known values, where words serve better."""
    known = [bar.value for bar in bars if bar.value is not None]
    if len(known) < _FEWEST:
        return None
    most = max(known) or 1.0
    step = _WIDTH / len(bars)
    room = _HEIGHT - _BOTTOM
    parts = []
    for place, bar in enumerate(bars):
        if bar.value is not None:
            tall = max(room * bar.value / most, 2.0)
            parts.append(
                element(
                    "rect",
                    x=place * step + step * 0.12,
                    y=room - tall,
                    width=step * 0.76,
                    height=tall,
                    rx=2,
                    class_="bar-a",
                )
            )
        if place % max(1, len(bars) // 8) == 0:
            middle = place * step + step / 2
            parts.append(
                element("text", words=bar.name, x=middle, y=_HEIGHT - 3, text_anchor="middle", class_="dim")
            )
    return Chart(
        svg=frame(parts, key=key, width=_WIDTH, height=_HEIGHT, title=title, sentence=sentence),
        sentence=sentence,
        head=head,
        rows=tuple((bar.name, "–" if bar.value is None else say(bar.value), *bar.more) for bar in bars),
    )
