"""Writing moments down, and putting back what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.lib.database import write
from sapa.moments.models import Moment, Trial
from sapa.moments.rules import LEAST_RISK, lacks
from sapa.moments.types import MomentError, MomentGiven

_COLUMNS = (
    "name",
    "feeling",
    "risk",
    "responsible_id",
    "may_be_automated",
    "event",
    "change",
    "channel_id",
    "measure",
    "follow_days",
    "team_id",
    "is_removed",
)
MEASURED = ("event", "measure", "follow_days", "channel_id", "team_id")
"""What stays as it is while a trial runs: before and after would be two things."""

_LONGEST = 2000


def write_moment(
    *, business: Business, code: str, given: MomentGiven, by: Teammate | None, now: datetime
) -> Moment:
    """Write a moment down, or change it. A permission that is new holds from now on.

    Raises `MomentError` where it may be automated but lacks a name, what people feel, or the written risk; and for
    somebody responsible who is no teammate here.
    """
    check_moment(business, given)
    with write():
        moment = Moment.objects.filter(business=business, code=code).first()
        before = tell_moment(moment) if moment else None
        moment = moment or Moment(business=business, code=code, valid_from=now)
        if given.may_be_automated and not moment.may_be_automated:
            moment.valid_from = now
        set_moment(moment, asdict(given))
        audit_moment(moment, "moment.written", before, by, now)
    return moment


def put_back_moment(
    *, moment: Moment, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """The moment as it was before a change; one that was new loses its permission.

    Raises LookupError where it was changed again since.
    """
    standing, after = tell_moment(moment), entry_data["after"]
    if any(standing[name] != value for name, value in after.items()):
        raise LookupError("this moment has changed since")
    wanted = entry_data["before"] or {"may_be_automated": False}
    if is_running(moment) and any(wanted.get(name, standing[name]) != standing[name] for name in MEASURED):
        raise LookupError("what a running trial measures stays as it is")
    with write():
        set_moment(moment, wanted)
        audit_moment(moment, "moment.put_back", standing, by, now)


def is_running(moment: Moment) -> bool:
    """Whether a trial of it was begun and not ended."""
    begun = (Trial.State.RUNNING, Trial.State.PAUSED)
    return Trial.objects.filter(moment=moment, state__in=begun).exists()


def check_moment(business: Business, given: MomentGiven) -> None:
    """Raises `MomentError` for what `write_moment` refuses."""
    if given.may_be_automated:
        missing = lacks(given.name, given.feeling, given.risk)
        if missing:
            raise MomentError(
                {
                    "name": _("Beri nama momennya dulu, misalnya “chat masuk setelah tutup”."),
                    "feeling": _("Tulis apa yang pelanggan rasakan pada saat itu."),
                    "risk": _("Tulis risikonya kalau jawaban ini salah, sedikitnya %(n)d huruf.")
                    % {"n": LEAST_RISK},
                }[missing]
            )
    if given.responsible_id is not None:
        known = Teammate.objects.filter(business=business, pk=given.responsible_id, is_active=True)
        if not known.exists():
            raise MomentError(_("Orang ini tidak ada di tim. Pilih dari daftarnya."))


def tell_moment(moment: Moment) -> dict[str, Any]:
    """A moment as the trail keeps it."""
    return {name: getattr(moment, name) for name in _COLUMNS}


def set_moment(moment: Moment, values: Mapping[str, Any]) -> None:
    """These columns and no others; texts are stripped and cut."""
    for name, value in values.items():
        setattr(moment, name, value.strip()[:_LONGEST] if isinstance(value, str) else value)
    moment.name = moment.name[:80]
    moment.save()


def audit_moment(
    moment: Moment,
    verb: str,
    before: dict[str, Any] | None,
    by: Teammate | None,
    now: datetime,
    **more: Any,
) -> None:
    """The trail of a moment: what it was, what it is, and what a verb needs besides."""
    record_audit(
        business=moment.business,
        by=by,
        verb=verb,
        object_kind="moment",
        object_id=str(moment.pk),
        data={"before": before, "after": tell_moment(moment), **more},
        now=now,
    )
