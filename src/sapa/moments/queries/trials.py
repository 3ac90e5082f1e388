"""Reads of canvases, their trials, plans and looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sapa.accounts.models import Business, Team
from sapa.moments.models import Look, Moment, PlanStep, Trial
from sapa.moments.rules.plan import due_on
from sapa.moments.types import StepFact

AHEAD = timedelta(days=1)
"""Steps of tomorrow stand in today already: nobody is asked for something within the hour."""


def list_canvases(business: Business) -> list[Moment]:
    """The moments that have a canvas, newest first; those that were thrown away are not among them."""
    found = Moment.objects.filter(business=business, is_removed=False).exclude(event="")
    return list(found.select_related("responsible", "channel", "team").order_by("-id"))


def get_canvas(business: Business, public_id: UUID | str) -> Moment:
    """One moment by the id of its page. Raises `Moment.DoesNotExist`."""
    found = Moment.objects.select_related("responsible", "channel", "team")
    return found.exclude(event="").get(business=business, public_id=public_id, is_removed=False)


def list_trials(business: Business, *, moment: Moment | None = None) -> list[Trial]:
    """All trials, of one moment if it is given, newest first."""
    found = Trial.objects.filter(business=business).select_related("moment")
    if moment is not None:
        found = found.filter(moment=moment)
    return list(found.order_by("-id"))


def find_trial(moment: Moment) -> Trial | None:
    """The newest trial of a moment: the one that its page is about."""
    return Trial.objects.filter(moment=moment).order_by("-number").first()


def get_trial(business: Business, trial_id: int) -> Trial:
    """One trial. Raises `Trial.DoesNotExist`."""
    return Trial.objects.select_related("business", "moment", "team").get(business=business, pk=trial_id)


def find_running(business: Business, team: Team | None) -> Trial | None:
    """The trial that a team works on now (None: the whole shop)."""
    found = Trial.objects.filter(business=business, team=team, state=Trial.State.RUNNING)
    return found.select_related("moment").first()


def list_steps(trial: Trial) -> list[PlanStep]:
    """The plan, day by day."""
    return list(PlanStep.objects.filter(trial=trial).select_related("owner", "by").order_by("day", "id"))


def get_step(business: Business, public_id: UUID | str) -> PlanStep:
    """One step. Raises `PlanStep.DoesNotExist`."""
    found = PlanStep.objects.select_related("trial__moment", "business")
    return found.get(business=business, public_id=public_id)


def list_looks(trial: Trial) -> list[Look]:
    """The looks that were taken, in order."""
    return list(Look.objects.filter(trial=trial).order_by("day"))


def list_open_steps(business: Business, *, now: datetime) -> list[StepFact]:
    """Steps of running plans that are due by tomorrow, not done, and not put off beyond now; the earliest first."""
    running = Trial.objects.filter(business=business, state=Trial.State.RUNNING, moment__is_removed=False)
    found = [step for trial in running.select_related("moment") for step in _open_steps(trial, business, now)]
    return sorted(found, key=lambda step: (step.due_on, step.id))


def _open_steps(trial: Trial, business: Business, now: datetime) -> Iterator[StepFact]:
    zone = ZoneInfo(business.timezone)
    last = (now.astimezone(zone) + AHEAD).date()
    assert trial.started_at is not None  # noqa: S101 - what runs was started
    pauses = pauses_of(trial)
    for step in list_steps(trial):
        on = due_on(trial.started_at, pauses, step.day, now, zone)
        is_put_off = step.verdict == "later" and step.until is not None and step.until > now
        if on <= last and step.verdict not in ("done", "not_needed") and not is_put_off:
            yield StepFact(
                id=step.pk,
                public_id=str(step.public_id),
                moment=trial.moment.name,
                moment_id=str(trial.moment.public_id),
                day=step.day,
                text=step.text,
                owner_id=step.owner_id,
                owner=step.owner.name if step.owner else "",
                due_on=on,
            )


def count_steps_done(business: Business, *, since: datetime) -> int:
    """How many steps of plans were done since a moment."""
    return PlanStep.objects.filter(business=business, verdict="done", at__gte=since).count()


def pauses_of(trial: Trial) -> list[tuple[datetime, datetime | None]]:
    """The pauses of a trial as times; an open one has no end."""
    return [
        (datetime.fromisoformat(since), datetime.fromisoformat(until) if until else None)
        for since, until in trial.pauses
    ]
