"""A trial: begun, paused, ended with what was made of it; its steps done or put off. All of it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Max
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.lib.database import write
from sapa.moments.models import Look, PlanStep, Trial
from sapa.moments.queries.trials import find_running, list_steps
from sapa.moments.rules.plan import DAYS
from sapa.moments.types import Choice, MomentError, StepGiven

_TRIAL = ("state", "started_at", "pauses", "ended_at", "choice", "reason")
_STEP = ("day", "text", "owner_id", "verdict", "until", "by_id", "at")
_TIMES = frozenset({"started_at", "ended_at", "until", "at"})
_MOST_STEPS = 14
_LONGEST = 300
VERDICTS = ("done", "later", "not_needed")


def start_trial(*, trial: Trial, by: Teammate | None, now: datetime) -> None:
    """Begin: from now on people count as after the change. Raises `MomentError` where the team works on another moment."""
    _only_in(trial, Trial.State.PLANNED)
    if not trial.moment.change.strip():
        raise MomentError(_("Tulis dulu satu hal yang kita ubah."))
    _change(trial, {"state": Trial.State.RUNNING, "started_at": now}, "trial.started", by, now)


def pause_trial(*, trial: Trial, by: Teammate | None, now: datetime) -> None:
    """Stand still: days and people of the pause count nowhere."""
    _only_in(trial, Trial.State.RUNNING)
    pauses = [*trial.pauses, [now.isoformat(), None]]
    _change(trial, {"state": Trial.State.PAUSED, "pauses": pauses}, "trial.paused", by, now)


def resume_trial(*, trial: Trial, by: Teammate | None, now: datetime) -> None:
    """Go on. Raises `MomentError` where the team has begun another moment meanwhile."""
    _only_in(trial, Trial.State.PAUSED)
    pauses = [*trial.pauses[:-1], [trial.pauses[-1][0], now.isoformat()]]
    _change(trial, {"state": Trial.State.RUNNING, "pauses": pauses}, "trial.resumed", by, now)


def end_trial(*, trial: Trial, choice: str, reason: str, by: Teammate | None, now: datetime) -> Trial:
    """End with what was decided: keep the change, stop it, or repeat. Answers the trial that the page is about then.

    To repeat makes a new trial with the same plan, to be begun. Raises `MomentError` without a reason.
    """
    if trial.state not in (Trial.State.RUNNING, Trial.State.PAUSED):
        raise MomentError(_("Momen ini tidak sedang berjalan."))
    if choice not in list(Choice):
        raise MomentError(_("Pilih: jadikan kebiasaan, berhenti, atau ulangi."))
    if not reason.strip():
        raise MomentError(_("Tulis alasannya, satu kalimat cukup."))
    values = {
        "state": Trial.State.ENDED,
        "ended_at": now,
        "choice": choice,
        "reason": reason.strip()[:_LONGEST],
        "pauses": [[since, until or now.isoformat()] for since, until in trial.pauses],
    }
    with write():
        _change(trial, values, "trial.ended", by, now)
        return _again(trial, now) if choice == Choice.REPEAT else trial


def put_back_trial(
    *, business: Business, trial_id: int, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """A trial as it was before a deed; the one that repeating made goes, where nobody has begun it.

    Raises LookupError where it has changed since, `MomentError` where another moment runs meanwhile.
    """
    trial = Trial.objects.select_related("business", "moment", "team").get(business=business, pk=trial_id)
    if _told(trial, _TRIAL) != entry_data["after"]:
        raise LookupError("this trial has changed since")
    later = Trial.objects.filter(moment=trial.moment, number__gt=trial.number)
    if later.exclude(state=Trial.State.PLANNED).exists():
        raise LookupError("this moment was begun again since")
    with write():
        later.delete()
        if entry_data["before"]["started_at"] is None:
            Look.objects.filter(trial=trial).delete()
        _change(trial, _read(entry_data["before"]), "trial.put_back", by, now)


def save_plan(*, trial: Trial, steps: Sequence[StepGiven], by: Teammate | None, now: datetime) -> None:
    """The plan as it is written now. A step whose day and words stay keeps what was done of it.

    Raises `MomentError` for a day beyond the seven, too many steps, or somebody who is no teammate.
    """
    given = [step for step in steps if step.text.strip()]
    if trial.state == Trial.State.ENDED:
        raise MomentError(_("Momen ini sudah selesai, rencananya tidak diubah lagi."))
    if not given:
        raise MomentError(_("Tulis sedikitnya satu langkah."))
    if len(given) > _MOST_STEPS or any(not 1 <= step.day <= DAYS for step in given):
        raise MomentError(_("Rencana berisi paling banyak 14 langkah dalam 7 hari."))
    people = set(
        Teammate.objects.filter(business=trial.business, is_active=True).values_list("pk", flat=True)
    )
    if any(step.owner_id is not None and step.owner_id not in people for step in given):
        raise MomentError(_("Orang ini tidak ada di tim. Pilih dari daftarnya."))
    with write():
        before = _plan(trial)
        known = {(one["day"], one["text"]): one for one in before}
        rows = []
        for step in given:
            text = step.text.strip()[:_LONGEST]
            done = known.get((step.day, text), {})
            rows.append({**done, "day": step.day, "text": text, "owner_id": step.owner_id})
        _lay(trial, rows)
        _audit(trial, "trial", "plan.saved", {"before": before, "after": _plan(trial)}, by, now)


def put_back_plan(
    *, business: Business, trial_id: int, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """The plan as it was before it was written anew. Raises LookupError where it has changed since."""
    trial = Trial.objects.select_related("business").get(business=business, pk=trial_id)
    before = _plan(trial)
    if before != entry_data["after"]:
        raise LookupError("this plan has changed since")
    with write():
        _lay(trial, entry_data["before"])
        _audit(trial, "trial", "plan.put_back", {"before": before, "after": _plan(trial)}, by, now)


def decide_step(
    *, step: PlanStep, verdict: str, until: datetime | None = None, by: Teammate | None, now: datetime
) -> None:
    """A step is done, not needed, or later (until a moment to come). Raises ValueError for another word."""
    if verdict not in VERDICTS or (verdict == "later" and (until is None or until <= now)):
        raise ValueError(f"{verdict} is no word on a step")
    values = {"verdict": verdict, "until": until if verdict == "later" else None, "by": by, "at": now}
    _change_step(step, values, "step.decided", by, now)


def put_back_step(
    *, business: Business, step_id: int, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """A step as it was before it was decided on. Raises LookupError where it has changed since."""
    step = PlanStep.objects.get(business=business, pk=step_id)
    if _told(step, _STEP) != entry_data["after"]:
        raise LookupError("this step has changed since")
    _change_step(step, _read(entry_data["before"]), "step.put_back", by, now)


def _only_in(trial: Trial, state: str) -> None:
    if trial.state != state:
        raise MomentError(_("Keadaan momen ini sudah berubah. Muat ulang halamannya."))


def _change(trial: Trial, values: Mapping[str, Any], verb: str, by: Teammate | None, now: datetime) -> None:
    if values["state"] == Trial.State.RUNNING:
        _refuse_second(trial)
    try:
        with write():
            before = _told(trial, _TRIAL)
            for name, value in values.items():
                setattr(trial, name, value)
            trial.save(update_fields=list(values))
            _audit(trial, "trial", verb, {"before": before, "after": _told(trial, _TRIAL)}, by, now)
    except IntegrityError as error:  # two who begin at the same moment
        raise MomentError(_second(find_running(trial.business, trial.team))) from error


def _refuse_second(trial: Trial) -> None:
    other = find_running(trial.business, trial.team)
    if other is not None and other.pk != trial.pk:
        raise MomentError(_second(other))


def _second(other: Trial | None) -> str:
    name = other.moment.name if other else ""
    return _(
        "Satu momen dulu: “%(name)s” masih berjalan. Jeda atau akhiri yang itu, lalu mulai yang ini."
    ) % {"name": name}


def _again(trial: Trial, now: datetime) -> Trial:
    last = Trial.objects.filter(moment=trial.moment).aggregate(last=Max("number"))["last"]
    again = Trial.objects.create(
        business=trial.business, moment=trial.moment, team=trial.team, number=last + 1, made_at=now
    )
    _lay(
        again, [{"day": step.day, "text": step.text, "owner_id": step.owner_id} for step in list_steps(trial)]
    )
    return again


def _plan(trial: Trial) -> list[dict[str, Any]]:
    return [_told(step, _STEP) for step in list_steps(trial)]


def _lay(trial: Trial, rows: Sequence[Mapping[str, Any]]) -> None:
    """The steps of a plan anew; one that stays the same keeps its row."""
    old = {(step.day, step.text): step for step in list_steps(trial)}
    kept: set[int] = set()
    for row in rows:
        step = old.pop((row["day"], row["text"]), None) or PlanStep(
            business_id=trial.business_id, trial=trial
        )
        for name, value in _read(row).items():
            setattr(step, name, value)
        step.save()
        kept.add(step.pk)
    PlanStep.objects.filter(trial=trial).exclude(pk__in=kept).delete()


def _change_step(
    step: PlanStep, values: Mapping[str, Any], verb: str, by: Teammate | None, now: datetime
) -> None:
    with write():
        before = _told(step, _STEP)
        for name, value in values.items():
            setattr(step, name, value)
        step.save()
        _audit(step, "plan_step", verb, {"before": before, "after": _told(step, _STEP)}, by, now)


def _told(row: Trial | PlanStep, columns: Sequence[str]) -> dict[str, Any]:
    """A row as the trail keeps it: times as text."""
    found = {name: getattr(row, name) for name in columns}
    return {
        name: value.astimezone(UTC).isoformat() if name in _TIMES and value is not None else value
        for name, value in found.items()
    }


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: parse_datetime(value) if name in _TIMES and isinstance(value, str) else value
        for name, value in values.items()
    }


def _audit(
    row: Trial | PlanStep, kind: str, verb: str, data: dict[str, Any], by: Teammate | None, now: datetime
) -> None:
    record_audit(
        business=row.business, by=by, verb=verb, object_kind=kind, object_id=str(row.pk), data=data, now=now
    )
