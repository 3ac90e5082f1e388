"""What customers answer to a survey."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.models import Identity


class Response(models.Model):
    """One answer: `survey` is nps (0..10), csat (1..5) or ces (1..7)."""

    class Survey(models.TextChoices):
        NPS = "nps"
        CSAT = "csat"
        CES = "ces"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="responses")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="responses")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="responses")
    dedupe_key = models.CharField(max_length=64)
    survey = models.CharField(max_length=4, choices=Survey)
    score = models.SmallIntegerField()
    words = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "dedupe_key"], name="response_once")]

    def __str__(self) -> str:
        return f"{self.survey} {self.score}"
