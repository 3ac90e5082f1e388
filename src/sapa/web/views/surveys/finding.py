"""The survey that an address names, within the reader's own shop."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from sapa.surveys.models import Survey
from sapa.surveys.queries import get_survey
from sapa.web.access import Seat


def find(seat: Seat, survey_id: UUID) -> Survey:
    """Raises Http404 for a survey of another shop, or of none."""
    try:
        return get_survey(seat.business, survey_id)
    except Survey.DoesNotExist:
        raise Http404 from None
