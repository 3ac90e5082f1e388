"""Marked days: something was changed, and figures before and after it are compared."""

from __future__ import annotations

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
