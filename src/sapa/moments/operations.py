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
from sapa.moments.models import Moment
from sapa.moments.rules import LEAST_RISK, lacks
from sapa.moments.types import MomentError, MomentGiven

_COLUMNS = ("name", "feeling", "risk", "responsible_id", "may_be_automated")
_LONGEST = 2000


def write_moment(
    *, business: Business, code: str, given: MomentGiven, by: Teammate | None, now: datetime
) -> Moment:
    """Write a moment down, or change it. A permission that is new holds from now on.

    Raises `MomentError` where it may be automated but lacks a name, what people feel, or the written risk; and for
    somebody responsible who is no teammate here.
    """
    _check(business, given)
    with write():
        moment = Moment.objects.filter(business=business, code=code).first()
        before = _told(moment) if moment else None
        moment = moment or Moment(business=business, code=code, valid_from=now)
        if given.may_be_automated and not moment.may_be_automated:
            moment.valid_from = now
        _set(moment, asdict(given))
        _audit(moment, "moment.written", before, by, now)
    return moment


def put_back_moment(
    *, moment: Moment, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """The moment as it was before a change; one that was new loses its permission.

    Raises LookupError where it was changed again since.
    """
    standing = _told(moment)
    if standing != entry_data["after"]:
        raise LookupError("this moment has changed since")
    with write():
        _set(moment, entry_data["before"] or {**standing, "may_be_automated": False})
        _audit(moment, "moment.put_back", standing, by, now)


def _check(business: Business, given: MomentGiven) -> None:
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


def _told(moment: Moment) -> dict[str, Any]:
    return {name: getattr(moment, name) for name in _COLUMNS}


def _set(moment: Moment, values: Mapping[str, Any]) -> None:
    for name in _COLUMNS:
        value = values[name]
        setattr(moment, name, value.strip()[:_LONGEST] if isinstance(value, str) else value)
    moment.name = moment.name[:80]
    moment.save()


def _audit(
    moment: Moment, verb: str, before: dict[str, Any] | None, by: Teammate | None, now: datetime
) -> None:
    record_audit(
        business=moment.business,
        by=by,
        verb=verb,
        object_kind="moment",
        object_id=str(moment.pk),
        data={"before": before, "after": _told(moment)},
        now=now,
    )
