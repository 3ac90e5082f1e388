"""Reads of what was understood, and of what teammates put right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from sapa.accounts.models import Business
from sapa.lib.kept import MANY, kept
from sapa.readings.models import Correction, Reading


def find_readings(message_ids: Sequence[int]) -> dict[int, Reading]:
    """The reading of each of these messages that has one."""
    return {row.message_id: row for row in _of_messages(ids=message_ids)} if message_ids else {}


@kept(ids=MANY)
def _of_messages(ids: Any) -> QuerySet[Reading]:
    return Reading.objects.filter(message_id__among=ids)


def get_correction(business: Business, correction_id: int) -> Correction:
    """A correction, to take it back. Raises `Correction.DoesNotExist`."""
    return Correction.objects.select_related("message__identity").get(business=business, pk=correction_id)
