"""What each team did for a result: one whole point for each purchase or referral, shared among the touches before it.

A plain, conserved split: the last five touches of the thirty days before a result get equal parts of its one
point, and each part goes to the team whose phase the touch was in (awareness: marketing; transaction: sales;
service, after-sales and retention: service). A result without a touch before it stays with nobody. It says who was
there, not who was the cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics.queries import open_copy
from sapa.analytics.questions import register
from sapa.analytics.tables import DAY
from sapa.analytics.windows import Window, parameters
from sapa.metrics.definition import within

LAST_TOUCHES = 5
LOOK_BACK_DAYS = 30
OUTCOMES = ("first", "repeat", "referral")
TEAM_OF_PHASE = {
    "awareness": "marketing",
    "transaction": "sales",
    "service": "service",
    "after_sales": "service",
    "retention": "service",
}
TEAMS = ("marketing", "sales", "service")


@dataclass(frozen=True, slots=True)
class Credit:
    """Points by team, and of results with no touch before them; together they are the number of results."""

    results: int
    points: dict[str, float]
    nobody: float

    def share(self, team: str) -> float | None:
        """The part of the results that is known to be this team's; None where nothing is known."""
        known = sum(self.points.values())
        return self.points.get(team, 0.0) / known if known else None


def _results(t: SimpleNamespace, a: SimpleNamespace, outcome: str) -> Any:
    if outcome == "referral":
        given = within(t.referral, t.referral.day, a)
        rows = given.filter(given.is_by_buyer & ~given.is_prompted)
        return rows.select(person=rows.contact, at=rows.happened_at)
    orders = within(t.purchase, t.purchase.day, a)
    rows = orders.filter(orders.nth == 1 if outcome == "first" else orders.nth >= 2)
    return rows.select(person=rows.contact, at=rows.placed_at)


def _shared(outcome: str) -> Any:
    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        results = _results(t, a, outcome)
        touches = t.ev.select("contact", "touch", "happened_at", "phase")
        near = results.join(
            touches,
            [
                results.person == touches.contact,
                touches.happened_at < results.at,
                touches.happened_at >= results.at - LOOK_BACK_DAYS * DAY,
            ],
        )
        place = near.touch.rank().over(
            group_by=[near.person, near.at], order_by=[near.happened_at.desc(), near.touch.desc()]
        )
        last = near.mutate(place=place)
        last = last.filter(last.place < LAST_TOUCHES)
        shares = last.mutate(part=1.0 / last.touch.count().over(group_by=[last.person, last.at]))
        return shares.group_by("phase").aggregate(points=shares.part.sum())

    return build


def _counted(outcome: str) -> Any:
    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        results = _results(t, a, outcome)
        return results.aggregate(n=results.count())

    return build


for _outcome in OUTCOMES:
    register(f"credit.{_outcome}", _shared(_outcome))
    register(f"credit.{_outcome}.results", _counted(_outcome))


def get_credit(
    business: Business, outcome: str, *, from_: date | None, to: date | None, now: datetime
) -> Credit:
    """Who was there before the results of a window. `outcome` is first, repeat or referral. Raises KeyError for another."""
    if outcome not in OUTCOMES:
        raise KeyError(outcome)
    copy, given = open_copy(business), parameters(business, Window(from_, to), now)
    results = int(copy.ask(f"credit.{outcome}.results", given)[0]["n"])
    points = dict.fromkeys(TEAMS, 0.0)
    for row in copy.ask(f"credit.{outcome}", given):
        team = TEAM_OF_PHASE.get(row["phase"])
        if team is not None:  # a touch whose phase is not worked out yet is nobody's
            points[team] += float(row["points"])
    return Credit(results, points, max(0.0, results - sum(points.values())))
