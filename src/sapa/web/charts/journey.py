"""The map: five steps from hearing of the shop to coming back, with who goes on and who leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sapa.web.charts.drawing import Chart, element, frame


@dataclass(frozen=True, slots=True)
class Step:
    """One stage in words: its name, how many reached it, what share of the one before, how long until the next."""

    name: str
    contacts: int
    share: str
    wait: str
    left: int
    friction: str = ""


def draw_journey(steps: Sequence[Step], *, key: str, is_tall: bool) -> Chart:
    """The flow, top down for a narrow screen (`is_tall`), else from left to right. The lines' width tells how many go on."""
    sentence = "; ".join(_told(step) for step in steps) + "."
    parts, width, height = (_tall if is_tall else _wide)(steps)
    title = _("Perjalanan pelanggan")
    return Chart(
        svg=frame(parts, key=key, width=width, height=height, title=title, sentence=sentence),
        sentence=sentence,
        head=(
            _("Langkah"),
            _("Pelanggan"),
            _("Dari langkah sebelumnya"),
            _("Waktu tengah ke langkah berikut"),
            _("Pergi"),
        ),
        rows=tuple(
            (step.name, str(step.contacts), step.share or "–", step.wait or "–", str(step.left))
            for step in steps
        ),
    )


def _told(step: Step) -> str:
    if step.left:
        return _("%(name)s %(contacts)d, pergi %(left)d") % {
            "name": step.name,
            "contacts": step.contacts,
            "left": step.left,
        }
    return f"{step.name} {step.contacts}"


def _thickness(step: Step, first: Step) -> float:
    return 2 + 12 * (step.contacts / first.contacts if first.contacts else 0)


def _tall(steps: Sequence[Step]) -> tuple[list[str], float, float]:
    width, box, gap = 320.0, 46.0, 58.0
    parts: list[str] = []
    for at, step in enumerate(steps):
        y = at * (box + gap)
        parts += [
            element("rect", x=1, y=y + 1, width=130, height=box, rx=10, class_="box"),
            element("text", words=step.name, x=14, y=y + 20),
            element("text", words=str(step.contacts), x=14, y=y + 38, class_="lead"),
        ]
        if step.left:
            parts += _loss(step, 146, y + 20)
        if at + 1 < len(steps):
            parts += _arrow_down(step, steps[at + 1], steps[0], y + box, gap)
    return parts, width, len(steps) * (box + gap) - gap + 3


def _arrow_down(step: Step, following: Step, first: Step, y: float, gap: float) -> list[str]:
    said = " · ".join(filter(None, (following.share, step.wait)))
    return [
        element(
            "path", d=f"M40 {y + 1:.0f}v{gap:.0f}", stroke_width=_thickness(following, first), class_="flow"
        ),
        element("text", words=said, x=60, y=y + gap / 2 + 4, class_="dim"),
    ]


def _loss(step: Step, x: float, y: float) -> list[str]:
    parts = [element("text", words="▼ " + _("%(left)d pergi") % {"left": step.left}, x=x, y=y, class_="loss")]
    if step.friction:
        parts.append(element("text", words=step.friction, x=x, y=y + 18, class_="dim"))
    return parts


def _wide(steps: Sequence[Step]) -> tuple[list[str], float, float]:
    box, gap, height = 124.0, 82.0, 106.0
    parts: list[str] = []
    for at, step in enumerate(steps):
        x = at * (box + gap)
        parts += [
            element("rect", x=x + 1, y=1, width=box, height=58, rx=10, class_="box"),
            element("text", words=step.name, x=x + 14, y=24),
            element("text", words=str(step.contacts), x=x + 14, y=46, class_="lead"),
        ]
        if step.left:
            parts += _loss(step, x + 4, 82)
        if at + 1 < len(steps):
            parts += _arrow_right(step, steps[at + 1], steps[0], x + box, gap)
    return parts, len(steps) * (box + gap) - gap + 3, height


def _arrow_right(step: Step, following: Step, first: Step, x: float, gap: float) -> list[str]:
    middle = x + gap / 2
    return [
        element(
            "path", d=f"M{x + 1:.0f} 34h{gap:.0f}", stroke_width=_thickness(following, first), class_="flow"
        ),
        element("text", words=following.share, x=middle, y=18, text_anchor="middle"),
        element("text", words=step.wait, x=middle, y=58, text_anchor="middle", class_="dim"),
    ]
