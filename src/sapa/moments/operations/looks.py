"""The two looks at the figures of a trial: each is taken once, when its day has come, and stays as it was."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sapa.accounts.models import Business
from sapa.lib.database import write
from sapa.moments.models import Look, Trial
from sapa.moments.queries.results import due_looks, weigh_trial
from sapa.moments.types import Weighed


def take_looks(*, business: Business, now: datetime) -> int:
    """Take the looks whose day has come; answers how many. Facts that are learnt later change none of them."""
    taken = 0
    running = Trial.objects.filter(business=business, state=Trial.State.RUNNING, moment__is_removed=False)
    for trial in running.select_related("business", "moment"):
        for day, due_at in due_looks(trial, now=now):
            found = weigh_trial(trial, day=day, until=due_at)
            taken += _keep(trial, day, due_at, found, now)
    return taken


def _keep(trial: Trial, day: int, due_at: datetime, found: Weighed, now: datetime) -> bool:
    with write():
        _look, is_new = Look.objects.get_or_create(
            business=trial.business,
            trial=trial,
            day=day,
            defaults={"due_at": due_at, "taken_at": now, "verdict": found.verdict, "found": asdict(found)},
        )
    return is_new
