"""Reads of what was understood, and of what teammates put right."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.accounts.models import Business
from sapa.readings.models import Correction, Reading


def find_readings(message_ids: Sequence[int]) -> dict[int, Reading]:
    """The reading of each of these messages that has one."""
    return {row.message_id: row for row in Reading.objects.filter(message__in=message_ids)}


def get_correction(business: Business, correction_id: int) -> Correction:
    """A correction, to take it back. Raises `Correction.DoesNotExist`."""
    return Correction.objects.select_related("message__identity").get(business=business, pk=correction_id)
