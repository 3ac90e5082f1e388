"""Intake: a payload is stored before it is understood (property 1 of the design)."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.models import Identity
from sapa.conversations.models import Message


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


class OrderMention(models.Model):
    """An order number that a customer wrote: it joins the chat to the order once both are known."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="order_mentions")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="order_mentions")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="order_mentions")
    number = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "message", "number"], name="mention_once")]
        indexes = [models.Index(fields=["business", "number"], name="mention_by_number")]

    def __str__(self) -> str:
        return self.number
