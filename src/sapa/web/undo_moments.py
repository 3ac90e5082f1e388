"""Taking back what was done with a moment: its canvas, its trials, its plan and the steps of it.

What was changed again since has its own way back: each raises LookupError then.
"""

from __future__ import annotations

from collections.abc import Callable

from sapa.accounts.models import AuditEntry
from sapa.accounts.types import AccountError, Act
from sapa.moments.operations import (
    bring_back_canvas,
    put_back_canvas,
    put_back_plan,
    put_back_step,
    put_back_trial,
    remove_canvas,
)
from sapa.moments.queries import get_moment
from sapa.moments.types import MomentError
from sapa.web.access import Seat


def _made(seat: Seat, entry: AuditEntry) -> None:
    moment = get_moment(seat.business, int(entry.object_id))
    if moment.is_removed:
        raise LookupError("this moment was thrown away since")
    try:
        remove_canvas(moment=moment, by=seat.teammate, now=seat.now)
    except MomentError as error:
        raise AccountError(str(error)) from error


def _removed(seat: Seat, entry: AuditEntry) -> None:
    moment = get_moment(seat.business, int(entry.object_id))
    bring_back_canvas(moment=moment, by=seat.teammate, now=seat.now)


def _canvas(seat: Seat, entry: AuditEntry) -> None:
    moment = get_moment(seat.business, int(entry.object_id))
    put_back_canvas(moment=moment, entry_data=entry.data, by=seat.teammate, now=seat.now)


def _trial(seat: Seat, entry: AuditEntry) -> None:
    try:
        put_back_trial(
            business=seat.business,
            trial_id=int(entry.object_id),
            entry_data=entry.data,
            by=seat.teammate,
            now=seat.now,
        )
    except MomentError as error:
        raise AccountError(str(error)) from error


def _plan(seat: Seat, entry: AuditEntry) -> None:
    put_back_plan(
        business=seat.business,
        trial_id=int(entry.object_id),
        entry_data=entry.data,
        by=seat.teammate,
        now=seat.now,
    )


def _step(seat: Seat, entry: AuditEntry) -> None:
    put_back_step(
        business=seat.business,
        step_id=int(entry.object_id),
        entry_data=entry.data,
        by=seat.teammate,
        now=seat.now,
    )


MOMENTS: dict[tuple[str, str], tuple[Act, Callable[[Seat, AuditEntry], None]]] = {
    ("moment", "moment.made"): (Act.TARGETS, _made),
    ("moment", "moment.removed"): (Act.TARGETS, _removed),
    ("moment", "canvas.written"): (Act.TARGETS, _canvas),
    ("trial", "trial.started"): (Act.TARGETS, _trial),
    ("trial", "trial.paused"): (Act.TARGETS, _trial),
    ("trial", "trial.resumed"): (Act.TARGETS, _trial),
    ("trial", "trial.ended"): (Act.TARGETS, _trial),
    ("trial", "plan.saved"): (Act.TARGETS, _plan),
    ("plan_step", "step.decided"): (Act.WORK, _step),
}
