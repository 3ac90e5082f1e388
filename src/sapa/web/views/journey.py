"""Peta: where customers come from, how far they go, at which question they leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.journeys.models import Marker
from sapa.journeys.operations import believe, mark_day, unmark_day
from sapa.journeys.queries import compare_around, find_belief, get_journey, list_markers, list_segments
from sapa.journeys.rules import hold_beside
from sapa.journeys.types import FrictionPoint, Journey, StageRow
from sapa.lib import money
from sapa.web import words
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import UNPROCESSABLE, after_write, tell, undo_address
from sapa.web.charts import draw_journey, draw_pair
from sapa.web.charts.journey import Step
from sapa.web.forms import DateField, SapaForm
from sapa.web.templatetags.formats import hours
from sapa.web.views.journey_behind import part_words, read_choice, step_words

PERCENT_FROM = 8
SHOWN_FRICTION = 7
SHOWN_PATHS = 7
SHOWN_EDGES = 12
SHOWN_CONTEXTS = 40
BELIEF_STEPS = 4
ROAD = (
    "tiktok",
    "instagram",
    "facebook",
    "youtube",
    "google",
    "referral",
    "web",
    "whatsapp",
    "messenger",
    "telegram",
    "line",
    "email",
    "marketplace:shopee",
    "marketplace:tokopedia",
    "marketplace:tiktokshop",
    "marketplace:lazada",
    "offline",
    "call",
    "shop",
)
"""Where a buyer may be believed to pass, in the order in which the steps are offered."""


class MarkerForm(SapaForm):
    label = forms.CharField(
        label=gettext_lazy("Apa yang diubah?"),
        help_text=gettext_lazy("Misalnya: tabel ongkir dipasang di Instagram."),
        max_length=120,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"] = DateField(label=_("Sejak tanggal"))


class BeliefForm(SapaForm):
    """The road that most buyers are believed to take, up to four steps."""

    def __init__(self, *args: Any, channels: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((code, words.channel(code)) for code in channels)]
        for number in range(1, BELIEF_STEPS + 1):
            self.fields[f"step{number}"] = forms.ChoiceField(
                label=_("Langkah %(number)d") % {"number": number}, choices=choices, required=False
            )

    @property
    def steps(self) -> list[str]:
        """What was chosen, in order, without the empty ones."""
        found = [self.cleaned_data.get(f"step{number}", "") for number in range(1, BELIEF_STEPS + 1)]
        return [step for step in found if step]


@screen()
def journey(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return render(request, "web/journey.html", _context(request, seat, MarkerForm()))


@act_only(Act.TARGETS)
def say_belief(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """The road that we believe in, to stand beside the real ones."""
    form = BeliefForm(request.POST, channels=ROAD)
    if not form.is_valid():
        context = _context(request, seat, MarkerForm()) | {"belief_form": form}
        return render(request, "web/journey.html", context, status=UNPROCESSABLE)
    believe(business=seat.business, steps=form.steps, by=seat.teammate, now=seat.now)
    said = _("Perkiraan jalan disimpan.") if form.steps else _("Perkiraan jalan dihapus.")
    tell(request, said, undo_address(seat, "road", seat.business.pk))
    return after_write(request, f"{reverse('journey')}#paths-h")


def _context(request: SeatedRequest, seat: Seat, form: MarkerForm) -> dict[str, Any]:
    chosen = read_choice(request, seat)
    period, behind = chosen.period, chosen.behind
    found = get_journey(seat.business, from_=period.from_, to=period.to, now=seat.now, segment=chosen.segment)
    origins, channels = list_segments(seat.business, from_=period.from_, to=period.to, now=seat.now)
    steps, road = _steps(found), find_belief(seat.business)
    marker = _find_marker(seat, request.GET.get("marker", ""))
    return {
        "period": period,
        "journey": found,
        "is_small": found.contacts < PERCENT_FROM,
        "tall": draw_journey(steps, key="tall", is_tall=True) if found.contacts else None,
        "wide": draw_journey(steps, key="wide", is_tall=False) if found.contacts else None,
        "chosen": chosen,
        "part_words": part_words(chosen.segment),
        "origins": list(dict.fromkeys(origin for origin, _context in origins)),
        "contexts": list(dict.fromkeys(context for _origin, context in origins if context))[:SHOWN_CONTEXTS],
        "channels": channels,
        "rows": [
            (step, behind(f"reached.{row.key}"), behind(f"stopped.{row.key}"))
            for step, row in zip(steps, found.stages, strict=True)
        ],
        "friction": [(one, behind("topic", one.topic)) for one in found.friction[:SHOWN_FRICTION]],
        "hesitation": [(one, behind("hesitated", one.topic)) for one in found.hesitation[:SHOWN_FRICTION]],
        "unread_address": behind("topic"),
        "phases": [(one, behind(f"missed.{one.phase}")) for one in found.phases],
        "paths": [
            (_told_path(path.steps), path, behind("path", ">".join(path.steps)))
            for path in found.paths[:SHOWN_PATHS]
        ],
        "believed": hold_beside(found.paths, road) if road else None,
        "believed_words": _told_path(road),
        "most_words": _told_path(found.paths[0].steps) if found.paths else "",
        "belief_form": BeliefForm(
            initial={f"step{number}": step for number, step in enumerate(road, 1)}, channels=ROAD
        ),
        "first_touch": [
            (one, behind("touch", one.channel or "", one.context or ""))
            for one in found.first_touch[:SHOWN_PATHS]
        ],
        "edges": [
            (step_words(edge.from_, edge.to), edge, behind("edge", edge.from_, edge.to))
            for edge in found.edges[:SHOWN_EDGES]
        ],
        "unknown": sum(one.contacts for one in found.first_touch if one.channel is None),
        "wait": next((row.median_hours_to_next for row in found.stages if row.key == "asked"), None),
        "markers": list_markers(seat.business),
        "form": form,
        **_comparison(seat, marker),
    }


def _steps(found: Journey) -> list[Step]:
    worst = {point.stage: point for point in reversed(found.friction)}
    steps: list[Step] = []
    before: StageRow | None = None
    for row in found.stages:
        steps.append(_step(row, before, worst.get(row.key), is_small=found.contacts < PERCENT_FROM))
        before = row
    return steps


def _step(row: StageRow, before: StageRow | None, worst: FrictionPoint | None, *, is_small: bool) -> Step:
    share = ""
    if before is not None and before.contacts:
        of = {"part": row.contacts, "whole": before.contacts}
        share = _("%(part)d dari %(whole)d") % of if is_small else _percent(row.contacts / before.contacts)
    return Step(
        name=words.stage(row.key),
        contacts=row.contacts,
        share=share,
        wait=hours(row.median_hours_to_next),
        left=row.left,
        friction=f"“{worst.topic_label}” {worst.contacts}" if worst and row.left else "",
    )


def _percent(share: float) -> str:
    return money.format_percent(share, get_language() or "id", 0)


def _told_path(steps: tuple[str, ...]) -> str:
    return " → ".join(words.channel(step) for step in steps)


def _find_marker(seat: Seat, number: str) -> Marker | None:
    return next((one for one in list_markers(seat.business) if str(one.pk) == number), None)


def _comparison(seat: Seat, marker: Marker | None) -> dict[str, Any]:
    """What a change made of the shop's visitors, as far as it can be said."""
    if marker is None:
        return {}
    found = compare_around(seat.business, day=marker.day, now=seat.now)
    title = _("Membeli dalam %(days)d hari sejak pertama terlihat") % {"days": found.follow_days}
    chart = None
    if found.before.conversion is not None and found.after.conversion is not None:
        chart = draw_pair(
            found.before.conversion, found.after.conversion, key="pair", title=title, say=_percent
        )
    return {"marker": marker, "comparison": found, "pair": chart, "pair_title": title}


@act_only(Act.TARGETS)
def add_marker(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """A day on which something was changed."""
    form = MarkerForm(request.POST)
    if not form.is_valid():
        return render(request, "web/journey.html", _context(request, seat, form), status=UNPROCESSABLE)
    marker = mark_day(
        business=seat.business,
        day=form.cleaned_data["day"],
        label=form.cleaned_data["label"],
        by=seat.teammate,
        now=seat.now,
    )
    tell(request, _("Hari perubahan ditandai."), undo_address(seat, "marker", marker.pk))
    return after_write(request, f"{reverse('journey')}?marker={marker.pk}")


@act_only(Act.TARGETS)
def drop_marker(request: SeatedRequest, seat: Seat, marker_id: int) -> HttpResponse:
    if _find_marker(seat, str(marker_id)) is None:
        raise Http404
    unmark_day(business=seat.business, marker_id=marker_id, by=seat.teammate, now=seat.now)
    tell(request, _("Tanda hari dihapus."), undo_address(seat, "marker", marker_id))
    return after_write(request, reverse("journey"))
