"""The timeline: one row for each thing that happened, never edited."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.models import Identity


class Touchpoint(models.Model):
    """One thing that happened between the business and a person. Order: `happened_at`, `rank`, id.

    It holds codes, ids and the measures listed in `timeline.kinds`, never words. (`source_kind`, `source_key`)
    names the fact behind it. `phase` is derived: fixed by what came before it.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="touchpoints")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="touchpoints")
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.SET_NULL, related_name="touchpoints"
    )
    kind = models.CharField(max_length=24)
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    rank = models.IntegerField(default=0)
    source_kind = models.CharField(max_length=16)
    source_key = models.CharField(max_length=64)
    measures: models.JSONField[Any] = models.JSONField(default=dict)
    phase = models.CharField(max_length=12, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "source_kind", "source_key", "kind"], name="touchpoint_once"
            )
        ]
        indexes = [models.Index(fields=["identity", "happened_at", "rank", "id"], name="touchpoint_in_order")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.happened_at:%Y-%m-%d %H:%M}"
