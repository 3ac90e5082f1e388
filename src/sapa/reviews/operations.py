"""Reviews are recorded once each; what the reviewer changed later counts instead."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.lib.inserting import insert_once
from sapa.reviews.models import Review


def record_reviews(reviews: Sequence[Review]) -> list[tuple[Review, bool]]:
    """(the review as it stands now, is new) of each, in order; the same dedupe key is the same review.

    A later version of a known one replaces its stars and words; an older one changes nothing.
    """
    recorded = insert_once(reviews)
    known = Review.objects.in_bulk([pk for pk, _ in recorded])
    changed: dict[int, Review] = {}
    for given, (pk, _is_new) in zip(reviews, recorded, strict=True):
        stored = known[pk]
        if given.happened_at > stored.happened_at:
            stored.stars, stored.text, stored.happened_at = given.stars, given.text, given.happened_at
            changed[pk] = stored
    Review.objects.bulk_update(changed.values(), ["stars", "text", "happened_at"])
    return [(known[pk], is_new) for pk, is_new in recorded]
