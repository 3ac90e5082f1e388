"""Marked days, and the road to a purchase as the shop believes it to be."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Teammate


class Marker(models.Model):
    """A day on which the business changed something."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="markers")
    day = models.DateField()
    label = models.CharField(max_length=120)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "day", "label"], name="marker_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.label}"


class Belief(models.Model):
    """The road that the shop believes most of its buyers take, beside which the real roads are shown (S2.24).

    `steps` are kinds of channel in their order.
    """

    business = models.OneToOneField(Business, on_delete=models.CASCADE, related_name="belief")
    steps: models.JSONField[Any] = models.JSONField(default=list)
    said_at = models.DateTimeField()
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return " > ".join(self.steps)
