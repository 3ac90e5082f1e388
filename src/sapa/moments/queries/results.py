"""What the looks at a trial say, taken or due; and what is left to wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sapa.moments.models import Look, Trial
from sapa.moments.queries.counting import Counts, count_people, look_due
from sapa.moments.queries.trials import list_looks
from sapa.moments.rules.comparing import LOOKS, beside, compare
from sapa.moments.types import DayCount, Verdict, Week, Weighed


@dataclass(frozen=True, slots=True)
class LookSeen:
    """One look: taken (`found`), or still to come."""

    day: int
    due_at: datetime
    found: Weighed | None


@dataclass(frozen=True, slots=True)
class Result:
    """A trial as its page shows it: its looks, the people by week, and how many a day reach the moment now."""

    looks: tuple[LookSeen, ...]
    weeks: tuple[Week, ...]
    before: tuple[int, int]
    after: tuple[int, int]
    a_day: float

    @property
    def last(self) -> LookSeen | None:
        """The newest look that was taken."""
        return next((one for one in reversed(self.looks) if one.found is not None), None)


def due_looks(trial: Trial, *, now: datetime) -> list[tuple[int, datetime]]:
    """The looks whose day has come and that nobody has taken."""
    taken = {look.day for look in list_looks(trial)}
    due = [(day, look_due(trial, day, now)) for day in LOOKS if day not in taken]
    return [(day, at) for day, at in due if at <= now]


def weigh_trial(trial: Trial, *, day: int, until: datetime) -> Weighed:
    """What the look on `day` finds among the people who are seen whole by `until`."""
    counts = count_people(trial, until=until)
    return compare(day, counts.before, counts.after, beside(counts.before, counts.after, counts.others))


def get_result(trial: Trial, *, now: datetime) -> Result:
    """What can be said of a trial that was started. A look that is due is weighed here where the worker has not taken it yet.

    Between the looks it says how many people there are, and no verdict: who looks every day finds help sooner or later.
    """
    taken = {look.day: look for look in list_looks(trial)}
    until = min(now, trial.ended_at) if trial.ended_at else now
    due = {day: look_due(trial, day, until) for day in LOOKS}
    looks = tuple(_seen(trial, day, due[day], taken.get(day), until) for day in LOOKS)
    counts = count_people(trial, until=until)
    return Result(
        looks=looks,
        weeks=tuple(_weeks(counts)),
        before=_sum(counts.before),
        after=_sum(counts.after),
        a_day=_a_day(counts),
    )


def _seen(trial: Trial, day: int, due_at: datetime, taken: Look | None, until: datetime) -> LookSeen:
    if taken is not None:
        return LookSeen(day, taken.due_at, _read(taken))
    is_due = due_at <= until and trial.state != Trial.State.PAUSED
    return LookSeen(day, due_at, weigh_trial(trial, day=day, until=due_at) if is_due else None)


def _read(look: Look) -> Weighed:
    found = dict(look.found)
    found["verdict"] = Verdict(found["verdict"])
    if found["difference_range"] is not None:
        found["difference_range"] = tuple(found["difference_range"])
    return Weighed(**found)


def _weeks(counts: Counts) -> list[Week]:
    weeks: dict[int, list[int]] = {}
    for cell in (*counts.before, *counts.after):
        week = weeks.setdefault(cell.day // 7, [0, 0])
        week[0] += cell.people
        week[1] += cell.went_on
    return [Week(number, people, went_on) for number, (people, went_on) in sorted(weeks.items())]


def _sum(cells: Sequence[DayCount]) -> tuple[int, int]:
    return sum(cell.people for cell in cells), sum(cell.went_on for cell in cells)


def _a_day(counts: Counts) -> float:
    lately = [*counts.before, *counts.after][-28:]
    if not lately:
        return 0.0
    days = lately[-1].day - lately[0].day + 1
    return sum(cell.people for cell in lately) / days


def days_to_know(weighed: Weighed, a_day: float) -> int | None:
    """How many days of people it takes until ten points would show; None where no number of people would."""
    if weighed.people_needed is None or a_day <= 0:
        return None
    return ceil(weighed.people_needed / a_day)
