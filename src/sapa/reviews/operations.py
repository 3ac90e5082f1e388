"""Reviews are recorded once each."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.lib.inserting import insert_once
from sapa.reviews.models import Review


def record_reviews(reviews: Sequence[Review]) -> list[tuple[int, bool]]:
    """(id, is new) of each review, in order; the same dedupe key is the same review."""
    return insert_once(reviews)
