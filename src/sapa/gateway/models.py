"""Intake: a payload is stored before it is understood (property 1 of the design)."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business
from sapa.channels.models import Channel


class Payload(models.Model):
    """A raw body that came to a channel, unique by its key; dropped 30 days after it was digested."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="payloads")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="payloads")
    dedupe_key = models.CharField(max_length=64)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    digested_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "channel", "dedupe_key"], name="payload_once")
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(digested_at__isnull=True), name="payload_undigested"
            )
        ]

    def __str__(self) -> str:
        return f"payload {self.pk}"
