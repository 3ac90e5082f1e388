"""Momen: the one moment that is worked on, its plan, and whether it helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.lib.dates import format_day
from sapa.moments.events import EVENTS, TOPIC
from sapa.moments.models import Moment, PlanStep, Trial
from sapa.moments.operations import (
    decide_step,
    end_trial,
    make_canvas,
    pause_trial,
    remove_canvas,
    resume_trial,
    start_trial,
)
from sapa.moments.queries import (
    find_trial,
    get_canvas,
    get_step,
    list_canvases,
    list_looks,
    list_moments,
    list_steps,
    list_trials,
)
from sapa.moments.queries.quotes import list_quotes
from sapa.moments.queries.trials import pauses_of
from sapa.moments.rules import lacks
from sapa.moments.rules.plan import DAYS, day_of, due_on
from sapa.moments.types import CanvasGiven, MomentError
from sapa.readings.types import TOPICS
from sapa.web import moment_words as words
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, after_write, fragment, tell, undo_address
from sapa.web.charts.moment import draw_weeks
from sapa.web.views.today import left_today

LATER_AT = time(9)
_DEEDS = {"start": start_trial, "pause": pause_trial, "resume": resume_trial}


@dataclass(frozen=True, slots=True)
class Card:
    """One moment in the list: its trial, which day it is, how much of its plan is done, and what the last look said."""

    moment: Moment
    trial: Trial
    state: str
    day: int
    done: int
    steps: int
    verdict: str
    style: str
    choice: str


@screen()
def moments(request: SeatedRequest, seat: Seat) -> HttpResponse:
    canvases = list_canvases(seat.business)
    newest: dict[int, Trial] = {}
    for trial in list_trials(seat.business):
        newest.setdefault(trial.moment_id, trial)
    cards = [_card(moment, newest[moment.pk], seat) for moment in canvases if moment.pk in newest]
    used = {moment.event for moment in canvases}
    context = {
        "active": [one for one in cards if one.trial.state in ("running", "paused")],
        "waiting": [one for one in cards if one.trial.state == "planned"],
        "past": [one for one in cards if one.trial.state == "ended"],
        "ready": [event for event in EVENTS.values() if event.is_ready and event.key not in used],
        "permitted": [one for one in list_moments(seat.business) if one.may_be_automated and not one.event],
        "days": DAYS,
    }
    return render(request, "web/moments.html", context)


def _card(moment: Moment, trial: Trial, seat: Seat) -> Card:
    steps = list_steps(trial)
    looks = list_looks(trial)
    last = looks[-1].verdict if looks else ""
    return Card(
        moment=moment,
        trial=trial,
        state=words.tell_state(trial),
        day=_day(trial, seat),
        done=sum(step.verdict == "done" for step in steps),
        steps=len(steps),
        verdict=words.tell_verdict(last) if last else "",
        style=words.verdict_style(last),
        choice=words.tell_choice(trial.choice),
    )


def _day(trial: Trial, seat: Seat) -> int:
    """Which day of the plan it is, at most its last."""
    if trial.started_at is None:
        return 0
    return min(DAYS, day_of(trial.started_at, pauses_of(trial), trial.ended_at or seat.now, seat.zone))


@screen()
def moment(request: SeatedRequest, seat: Seat, moment_id: UUID) -> HttpResponse:
    return _draw(request, seat, find_canvas(seat, moment_id))


def find_canvas(seat: Seat, moment_id: UUID) -> Moment:
    """The moment of an address. Raises Http404."""
    try:
        return get_canvas(seat.business, moment_id)
    except Moment.DoesNotExist as error:
        raise Http404 from error


def find_its_trial(found: Moment) -> Trial:
    """The newest trial of a moment. Raises Http404."""
    trial = find_trial(found)
    if trial is None:
        raise Http404
    return trial


def _draw(request: SeatedRequest, seat: Seat, found: Moment, problem: str = "") -> HttpResponse:
    trial = find_its_trial(found)
    context = {
        "moment": found,
        "trial": trial,
        "state": words.tell_state(trial),
        "event": words.tell_event(found.event),
        "measure": words.tell_measure(found),
        "quotes": list_quotes(found),
        "steps": [_step(step, trial, seat) for step in list_steps(trial)],
        "day": _day(trial, seat),
        "days": DAYS,
        "choice": words.tell_choice(trial.choice),
        "earlier": [_earlier(one) for one in list_trials(seat.business, moment=found) if one.pk != trial.pk],
        "has_risk": not lacks(found.name, found.feeling or ".", found.risk),
        "problem": problem,
        **(_result(trial, seat) if trial.started_at else {}),
    }
    return render(request, "web/moment.html", context, status=UNPROCESSABLE if problem else 200)


def _step(step: PlanStep, trial: Trial, seat: Seat) -> dict[str, Any]:
    """A step of the plan with its day, and whether that is behind us."""
    on = None
    if trial.started_at is not None:
        on = due_on(trial.started_at, pauses_of(trial), step.day, seat.now, seat.zone)
    is_open = step.verdict not in ("done", "not_needed")
    today = seat.now.astimezone(seat.zone).date()
    runs = trial.state == Trial.State.RUNNING
    return {
        "step": step,
        "on": on,
        "is_open": is_open,
        "is_late": bool(runs and is_open and on and on < today),
        "is_today": bool(runs and is_open and on == today),
    }


def _earlier(trial: Trial) -> dict[str, Any]:
    looks = list_looks(trial)
    return {
        "trial": trial,
        "verdict": words.tell_verdict(looks[-1].verdict) if looks else "",
        "choice": words.tell_choice(trial.choice),
    }


def _result(trial: Trial, seat: Seat) -> dict[str, Any]:
    # numpy stays out of pages that weigh nothing.
    from sapa.moments.queries.results import days_to_know, get_result

    result = get_result(trial, now=seat.now)
    start = (trial.started_at or seat.now).astimezone(seat.zone).date()
    looks = [
        {
            "look": look,
            "told": words.tell_look(
                look.found, a_day=result.a_day, days=days_to_know(look.found, result.a_day)
            )
            if look.found
            else None,
        }
        for look in result.looks
    ]

    def week(number: int) -> str:
        return format_day(start + timedelta(days=7 * number), seat.language, with_year=False)

    title = _("Bagian yang lanjut, pekan demi pekan")
    return {
        "result": result,
        "looks": looks,
        "before": words.tell_share(result.before[1], result.before[0]) if result.before[0] else "",
        "after": words.tell_share(result.after[1], result.after[0]) if result.after[0] else "",
        "chart": draw_weeks(result.weeks, key="weeks", title=title, say=words.percent, name=week),
        "chart_title": title,
        "is_over": all(look.found is not None for look in result.looks),
    }


@act_only(Act.TARGETS)
def make_moment(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """One tap: a friction point or a ready moment becomes a canvas with a plan, to be looked over."""
    event = request.POST.get("event", "")
    is_topic = event.startswith(TOPIC) and event.removeprefix(TOPIC) in TOPICS
    if event not in EVENTS and not is_topic:
        raise Http404
    known = EVENTS.get(event) or EVENTS["chat"]
    given = CanvasGiven(
        name=words.name_for(event),
        event=event,
        feeling="",
        change="",
        channel_id=None,
        measure=known.measure,
        follow_days=known.follow_days,
        risk="",
        responsible_id=seat.teammate.pk,
        team_id=None,
    )
    try:
        made = make_canvas(business=seat.business, given=given, by=seat.teammate, now=seat.now)
    except MomentError as error:
        tell(request, str(error))
        return go(request, reverse("moments"))
    tell(request, _("Momen dibuat. Lengkapi kanvasnya, lalu mulai."), undo_address(seat, "moment", made.pk))
    return go(request, reverse("moment_edit", args=[made.public_id]))


@act_only(Act.TARGETS)
def moment_deed(request: SeatedRequest, seat: Seat, moment_id: UUID, deed: str) -> HttpResponse:
    """Begin, pause, go on, end with a decision, or throw away. What cannot be is said on the page."""
    found = find_canvas(seat, moment_id)
    trial = find_its_trial(found)
    try:
        if deed in _DEEDS:
            _DEEDS[deed](trial=trial, by=seat.teammate, now=seat.now)
        elif deed == "end":
            end_trial(
                trial=trial,
                choice=request.POST.get("choice", ""),
                reason=request.POST.get("reason", ""),
                by=seat.teammate,
                now=seat.now,
            )
        elif deed == "remove":
            remove_canvas(moment=found, by=seat.teammate, now=seat.now)
            tell(request, _("Momen dibuang."), undo_address(seat, "moment", found.pk))
            return go(request, reverse("moments"))
        else:
            raise Http404
    except MomentError as error:
        return _draw(request, seat, found, str(error))
    tell(request, _done(deed), undo_address(seat, "trial", trial.pk))
    return go(request, reverse("moment", args=[found.public_id]))


def _done(deed: str) -> str:
    return {
        "start": _("Momen dimulai. Langkah pertama ada di Hari ini."),
        "pause": _("Momen dijeda. Hari-hari ini tidak dihitung."),
        "resume": _("Momen berjalan lagi."),
        "end": _("Keputusan dicatat."),
    }[deed]


@act_only(Act.WORK)
def decide_moment_step(request: SeatedRequest, seat: Seat, step_id: UUID) -> HttpResponse:
    """Done, later or not needed; a toast takes it back."""
    verdict = request.POST.get("verdict", "")
    try:
        step = get_step(seat.business, step_id)
        until = _tomorrow(seat) if verdict == "later" else None
        decide_step(step=step, verdict=verdict, until=until, by=seat.teammate, now=seat.now)
    except (PlanStep.DoesNotExist, ValueError) as error:
        raise Http404 from error
    told = {
        "done": _("Langkah selesai. Bagus!"),
        "later": _("Ditunda sampai besok 09.00."),
        "not_needed": _("Dicatat: tidak perlu."),
    }[verdict]
    tell(request, told, undo_address(seat, "plan_step", step.pk))
    if request.htmx and not request.POST.get("next"):
        return fragment(request, "web/today_left.html", left_today(seat, None))
    return after_write(request, reverse("moment", args=[step.trial.moment.public_id]))


def _tomorrow(seat: Seat) -> datetime:
    return datetime.combine(seat.now.astimezone(seat.zone).date() + timedelta(days=1), LATER_AT, seat.zone)
