"""Public reviews, as they were posted."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.models import Identity


class Review(models.Model):
    """One public review: 1 to 5 stars, None where the source has words only."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="reviews")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="reviews")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="reviews")
    dedupe_key = models.CharField(max_length=64)
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "dedupe_key"], name="review_once")]

    def __str__(self) -> str:
        return f"{self.stars} stars"
