"""Who has ever come back by when: a rising line over the periods, with the range in which the truth probably lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from sapa.metrics.lifetime.types import CurvePoint
from sapa.web.charts.drawing import Chart, element, frame

_WIDTH, _HEIGHT = 320.0, 180.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 52.0, 12.0, 24.0
LEAST_POINTS = 2


def draw_retention(
    points: Sequence[CurvePoint],
    *,
    key: str,
    title: str,
    say: Callable[[float], str],
    say_period: Callable[[int], str],
) -> Chart | None:
    """The curve of all cohorts; None under two points that may be said, where words serve better."""
    known = [point for point in points if point.ever is not None and point.ever_interval is not None]
    if len(known) < LEAST_POINTS:
        return None
    highest = max(point.ever_interval[1] for point in known if point.ever_interval)
    top = min(1.0, (int(highest * 10) + 1) / 10)
    step = (_WIDTH - _LEFT - _RIGHT) / len(known)

    def place_y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * min(value, top) / top

    spots = [(_LEFT, place_y(0))] + [
        (_LEFT + step * at, place_y(point.ever or 0)) for at, point in enumerate(known, start=1)
    ]
    last = known[-1]
    parts = [
        *_axes(top, place_y, say),
        element("path", d=_band(known, step, place_y), class_="bed"),
        element("path", d="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots), class_="path"),
        element("circle", cx=spots[-1][0], cy=spots[-1][1], r=4, class_="dot"),
        element("text", words=say(last.ever or 0), x=spots[-1][0] + 8, y=spots[-1][1] + 4, class_="lead"),
        element("text", words=say_period(known[0].period), x=spots[1][0], y=_HEIGHT - 4, text_anchor="middle", class_="dim"),
    ]  # fmt: skip
    if len(known) > 3:
        parts.append(
            element("text", words=say_period(last.period), x=spots[-1][0], y=_HEIGHT - 4, text_anchor="middle", class_="dim")
        )  # fmt: skip
    sentence = _("{last} pembeli pernah kembali dalam {days} hari; {first} dalam {few} hari pertama.").format(
        last=say(last.ever or 0),
        days=last.period * 30,
        first=say(known[0].ever or 0),
        few=known[0].period * 30,
    )
    return Chart(
        svg=frame(parts, key=key, width=_WIDTH, height=_HEIGHT, title=title, sentence=sentence),
        sentence=sentence,
        head=(_("Sampai"), _("Pernah kembali"), _("Kisaran"), _("Membeli di 30 hari itu"), _("Pembeli")),
        rows=tuple(_row(point, say, say_period) for point in known),
    )


def _row(point: CurvePoint, say: Callable[[float], str], say_period: Callable[[int], str]) -> tuple[str, ...]:
    low, high = point.ever_interval or (0.0, 0.0)
    return (
        say_period(point.period),
        say(point.ever or 0),
        f"{say(low)}–{say(high)}",
        say(point.share or 0),
        str(point.buyers),
    )


def _axes(top: float, place_y: Callable[[float], float], say: Callable[[float], str]) -> list[str]:
    parts = []
    for value in (0.0, top / 2, top):
        y = place_y(value)
        parts.append(element("path", d=f"M{_LEFT:.0f} {y:.1f}H{_WIDTH - _RIGHT:.0f}", class_="axis"))
        parts.append(element("text", words=say(value), x=_LEFT - 6, y=y + 4, text_anchor="end", class_="dim"))
    return parts


def _band(known: Sequence[CurvePoint], step: float, place_y: Callable[[float], float]) -> str:
    lows, highs = [(_LEFT, place_y(0))], []
    for at, point in enumerate(known, start=1):
        low, high = point.ever_interval or (0.0, 0.0)
        lows.append((_LEFT + step * at, place_y(low)))
        highs.append((_LEFT + step * at, place_y(high)))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in [*lows, *reversed(highs)]) + "Z"
