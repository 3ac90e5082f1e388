"""Targets and owners of metrics, each valid from a day: figures of the past do not move."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business, Teammate


class Target(models.Model):
    """What the business wants of one metric from a day on, and who answers for it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="targets")
    metric = models.CharField(max_length=32)
    valid_from = models.DateField()
    value = models.FloatField(null=True, blank=True)
    owner = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "metric", "valid_from"], name="target_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.metric} from {self.valid_from}"
