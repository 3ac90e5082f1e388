"""Reads of the register of moments."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business
from sapa.moments.models import Moment
from sapa.moments.rules import lacks, may_run


def list_moments(business: Business) -> list[Moment]:
    """All moments that the shop has written down, oldest first."""
    return list(Moment.objects.filter(business=business).select_related("responsible").order_by("id"))


def find_moment(business: Business, code: str) -> Moment | None:
    return Moment.objects.filter(business=business, code=code).select_related("responsible").first()


def get_moment(business: Business, moment_id: int) -> Moment:
    """One moment. Raises `Moment.DoesNotExist`."""
    return Moment.objects.get(business=business, pk=moment_id)


def may_automate(moment: Moment, *, now: datetime) -> bool:
    """Whether a machine may act in this moment now (property 10 of the design)."""
    is_whole = not lacks(moment.name, moment.feeling, moment.risk)
    return may_run(
        may_be_automated=moment.may_be_automated, is_whole=is_whole, valid_from=moment.valid_from, now=now
    )
