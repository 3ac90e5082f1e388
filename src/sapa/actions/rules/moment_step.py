"""A step of the plan of a running moment (S2.68). It is nobody's matter but the team's: it has no contact and no dossier.

Its own word is kept where the plan is (`moments.operations.decide_step`); done, later and not needed mean what they mean for actions.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sapa.actions.rules.scoring import score
from sapa.actions.rules.told import Translate
from sapa.actions.types import TodayStep
from sapa.moments.rules.plan import DAYS
from sapa.moments.types import StepFact

KEY = "moment_step"
BAND = 80.0
"""Below what customers wait for, above what would only be good: the one thing that the team has chosen."""


def find(step: StepFact, zone: ZoneInfo, _: Translate) -> TodayStep:
    """A step as it stands in today: due by the end of its day."""
    due_at = datetime.combine(step.due_on + timedelta(days=1), time(), zone)
    return TodayStep(
        id=step.public_id,
        moment_id=step.moment_id,
        text=step.text,
        why=why(step, _),
        rule=KEY,
        owner=step.owner,
        owner_id=step.owner_id,
        due_at=due_at,
        score=round(score(BAND, due_at), 3),
    )


def why(step: StepFact, _: Translate) -> str:
    """Which moment it serves, and on which day of its plan."""
    return _("Hari {day} dari {days}, momen “{moment}”.").format(day=step.day, days=DAYS, moment=step.moment)
