"""Taking back deeds about figures: shifts put away, decisions of the week, spending, referrals, story kits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sapa.accounts.models import AuditEntry
from sapa.accounts.types import Act
from sapa.journeys.operations import believe, mark_day, unmark_day
from sapa.metrics.models import Shift, StoryKit
from sapa.metrics.operations import restore_target
from sapa.metrics.referrals.operations import end_kit, revive_kit
from sapa.metrics.shifts.operations import bring_back_shift
from sapa.metrics.spending.operations import record_spends, take_back_spends
from sapa.metrics.spending.types import SpendGiven
from sapa.metrics.voice.operations import take_back_resolve
from sapa.readings.operations import take_back_referral_word
from sapa.web.access import Seat


def _shift(seat: Seat, entry: AuditEntry) -> None:
    shift = Shift.objects.get(business=seat.business, pk=int(entry.object_id))
    bring_back_shift(shift=shift, by=seat.teammate, now=seat.now)


def _resolve(seat: Seat, entry: AuditEntry) -> None:
    take_back_resolve(
        business=seat.business,
        resolve_id=int(entry.object_id),
        verb=entry.verb,
        entry_data=entry.data,
        by=seat.teammate,
        now=seat.now,
    )


def _referral(seat: Seat, entry: AuditEntry) -> None:
    take_back_referral_word(
        business=seat.business,
        word_id=int(entry.object_id),
        entry_data=entry.data,
        by=seat.teammate,
        now=seat.now,
    )


def _kit(seat: Seat, entry: AuditEntry) -> None:
    kit = StoryKit.objects.select_related("business").get(business=seat.business, pk=int(entry.object_id))
    change = end_kit if entry.verb == "kit.made" else revive_kit
    change(kit=kit, by=seat.teammate, now=seat.now)


def _entered(seat: Seat, entry: AuditEntry) -> None:
    take_back_spends(business=seat.business, ids=entry.data["ids"], by=seat.teammate, now=seat.now)


def _dropped(seat: Seat, entry: AuditEntry) -> None:
    kept = entry.data["kept"]
    given = SpendGiven(
        date.fromisoformat(kept["since"]),
        date.fromisoformat(kept["to"]),
        kept["channel"],
        kept["campaign"],
        kept["amount"],
    )
    if not record_spends(business=seat.business, given=[given], by=seat.teammate, now=seat.now):
        raise LookupError(entry.object_id)


def _marked(seat: Seat, entry: AuditEntry) -> None:
    unmark_day(business=seat.business, marker_id=int(entry.object_id), by=seat.teammate, now=seat.now)


def _believed(seat: Seat, entry: AuditEntry) -> None:
    believe(business=seat.business, steps=entry.data["before"], by=seat.teammate, now=seat.now)


def _unmarked(seat: Seat, entry: AuditEntry) -> None:
    mark_day(
        business=seat.business,
        day=date.fromisoformat(entry.data["day"]),
        label=entry.data["label"],
        by=seat.teammate,
        now=seat.now,
    )


def _target(seat: Seat, entry: AuditEntry) -> None:
    restore_target(business=seat.business, target_id=int(entry.object_id), before=entry.data["before"])


FIGURES: dict[tuple[str, str], tuple[Act, Callable[[Seat, AuditEntry], None]]] = {
    ("road", "believed"): (Act.TARGETS, _believed),
    ("marker", "marked"): (Act.TARGETS, _marked),
    ("marker", "unmarked"): (Act.TARGETS, _unmarked),
    ("target", "set"): (Act.TARGETS, _target),
    ("shift", "shift.put_away"): (Act.TARGETS, _shift),
    ("spend", "spend.entered"): (Act.TARGETS, _entered),
    ("spend", "spend.dropped"): (Act.TARGETS, _dropped),
    ("referral", "referral.judged"): (Act.WORK, _referral),
    ("kit", "kit.made"): (Act.WORK, _kit),
    ("kit", "kit.ended"): (Act.WORK, _kit),
    ("resolve", "resolve.made"): (Act.WORK, _resolve),
    ("resolve", "resolve.settled"): (Act.WORK, _resolve),
}

NO_WAY_BACK_OF_FIGURES: dict[tuple[str, str], str] = {
    ("shift", "shift.brought_back"): "is itself a way back",
    ("resolve", "resolve.put_back"): "is itself a way back",
    ("spend", "spend.taken_back"): "is itself a way back",
    ("referral", "referral.unjudged"): "is itself a way back",
    ("kit", "kit.revived"): "is itself a way back",
}
