"""The phase of each touchpoint, fixed by what came before it (docs: interface, "Phase of a touchpoint").

awareness: before the first question, form, cart or order. transaction: from then until payment.
service: from payment to delivery, and any complaint at any time. after_sales: 30 days from delivery.
retention: later, and the next purchase with its talk until it is paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sapa.timeline.kinds import KINDS

AFTER_SALES = timedelta(days=30)
TALK_ENDS = timedelta(hours=72)

STARTERS = frozenset(
    {"web.cart_added", "web.checkout", "web.form", "web.signup", "lead.form", "note.order", "order.placed"}
)
_ALWAYS_SERVICE = frozenset({"note.complaint", "order.returned", "order.refunded"})
_BUYING = frozenset({"order.placed", "order.paid"})


class Step(NamedTuple):
    """What the fold needs of a touchpoint: asks = it asks something; buys = it asks as a buyer does; complains."""

    at: datetime
    rank: int
    kind: str
    asks: bool = False
    buys: bool = False
    complains: bool = False


class Purchase(NamedTuple):
    """Times of a valid order; `paid_at` None while unpaid, `received_at` None until it is known or assumed."""

    placed_at: datetime
    paid_at: datetime | None
    received_at: datetime | None


@dataclass(slots=True)
class _State:
    purchases: Sequence[Purchase]
    has_started: bool = False
    talk_until: datetime | None = None

    def phase(self, at: datetime, kind: str = "") -> str:
        """The phase of something that happens at `at`."""
        paid, is_underway, received_at = False, False, None
        for bought in self.purchases:
            if bought.paid_at is None or bought.paid_at > at:
                continue
            paid = True
            if bought.received_at is None or bought.received_at > at:
                is_underway = True
            elif received_at is None or bought.received_at > received_at:
                received_at = bought.received_at
        if is_underway:
            return "service"
        if not paid:
            return "transaction" if self.has_started else _unstarted(kind)
        if self._buys_again(at) or received_at is None or at >= received_at + AFTER_SALES:
            return "retention"
        return "after_sales"

    def _buys_again(self, at: datetime) -> bool:
        if self.talk_until is not None and at < self.talk_until:
            return True
        return any(
            bought.placed_at <= at and (bought.paid_at is None or bought.paid_at > at)
            for bought in self.purchases
        )


def _unstarted(kind: str) -> str:
    return (KINDS[kind].phase if kind else "") or "awareness"


def fold_phases(steps: Iterable[Step], purchases: Sequence[Purchase]) -> list[str]:
    """The phase of each step; steps in order of time, purchases in any order."""
    state = _State(purchases)
    first_paid_at = min((bought.paid_at for bought in purchases if bought.paid_at), default=None)
    phases: list[str] = []
    for step in steps:
        if not state.has_started and (step.asks or step.kind in STARTERS):
            state.has_started = True
        phases.append(_phase_of(step, state, first_paid_at))
    return phases


def _phase_of(step: Step, state: _State, first_paid_at: datetime | None) -> str:
    if step.complains or step.kind in _ALWAYS_SERVICE:
        return "service"
    is_next = first_paid_at is not None and step.at > first_paid_at
    if is_next and (step.buys or step.kind in STARTERS):
        state.talk_until = step.at + TALK_ENDS
    if step.kind in _BUYING:
        return "retention" if is_next else "transaction"
    if step.kind == "order.shipped":
        return "service"
    if step.kind == "order.delivered":
        return "after_sales"
    return state.phase(step.at, step.kind)


def present_phase(steps: Sequence[Step], purchases: Sequence[Purchase], at: datetime) -> str:
    """The phase in which a plain word at `at` would fall, after all these steps."""
    state = _State(purchases)
    state.has_started = any(step.asks or step.kind in STARTERS for step in steps)
    first_paid_at = min((bought.paid_at for bought in purchases if bought.paid_at), default=None)
    if first_paid_at is not None:
        state.talk_until = max(
            (
                step.at + TALK_ENDS
                for step in steps
                if step.at > first_paid_at and (step.buys or step.kind in STARTERS)
            ),
            default=None,
        )
    return state.phase(at)


def turning_points(steps: Sequence[Step], purchases: Sequence[Purchase]) -> list[datetime]:
    """The moments at which the present phase may change by time alone."""
    moments: list[datetime] = []
    for bought in purchases:
        moments.append(bought.placed_at)
        if bought.paid_at is not None:
            moments.append(bought.paid_at)
        if bought.received_at is not None:
            moments.extend((bought.received_at, bought.received_at + AFTER_SALES))
    if purchases:
        moments.extend(step.at + TALK_ENDS for step in steps if step.buys or step.kind in STARTERS)
    return moments
