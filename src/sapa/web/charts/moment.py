"""Before and after a change, week by week: the share that went on, and the week in which the change began."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from sapa.moments.types import Week
from sapa.web.charts.drawing import Chart, element, frame

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 320.0, 124.0, 14.0, 18.0
_FEWEST = 8
_GAP = 0.14


def draw_weeks(
    weeks: Sequence[Week], *, key: str, title: str, say: Callable[[float], str], name: Callable[[int], str]
) -> Chart | None:
    """Bars of the share of each week, those before the change in another look; None below eight weeks, where words serve better."""
    known = [week for week in weeks if week.people]
    if len(known) < _FEWEST:
        return None
    first, last = known[0].number, known[-1].number
    step = _WIDTH / (last - first + 1)
    most = max(week.went_on / week.people for week in known) or 1.0
    room = _HEIGHT - _TOP - _BOTTOM
    parts = []
    for week in known:
        share = week.went_on / week.people
        tall = max(room * share / most, 1.5)
        parts.append(
            element(
                "rect",
                x=(week.number - first + _GAP) * step,
                y=_TOP + room - tall,
                width=step * (1 - 2 * _GAP),
                height=tall,
                rx=1.5,
                class_="bar-a" if week.number >= 0 else "bar-b",
            )
        )
    at = -first * step
    if 0 < at < _WIDTH:
        is_late = at > _WIDTH / 2
        parts.append(element("line", x1=at, y1=2, x2=at, y2=_TOP + room, class_="axis"))
        parts.append(
            element(
                "text",
                words=_("mulai"),
                x=at - 4 if is_late else at + 4,
                y=11,
                text_anchor="end" if is_late else "start",
                class_="dim",
            )
        )
    parts.append(element("text", words=name(first), x=0, y=_HEIGHT - 3, class_="dim"))
    parts.append(element("text", words=name(last), x=_WIDTH, y=_HEIGHT - 3, text_anchor="end", class_="dim"))
    sentence = _sentence(known, say)
    return Chart(
        svg=frame(parts, key=key, width=_WIDTH, height=_HEIGHT, title=title, sentence=sentence),
        sentence=sentence,
        head=(_("Pekan"), _("Orang"), _("Lanjut"), _("Bagian")),
        rows=tuple(
            (name(week.number), str(week.people), str(week.went_on), say(week.went_on / week.people))
            for week in known
        ),
    )


def _sentence(known: Sequence[Week], say: Callable[[float], str]) -> str:
    told = []
    for words, side in (
        (_("sebelum %(share)s"), [week for week in known if week.number < 0]),
        (_("sesudah %(share)s"), [week for week in known if week.number >= 0]),
    ):
        people = sum(week.people for week in side)
        if people:
            told.append(words % {"share": say(sum(week.went_on for week in side) / people)})
    return _("Yang lanjut per pekan: %(told)s.") % {"told": ", ".join(told)}
