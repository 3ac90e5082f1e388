"""What one contact's timeline adds up to. Derived whole; screens list and sort by it."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact


class Standing(models.Model):
    """One row a contact. `trust_why` and `origin` hold codes with data; they are worded when shown."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="standings")
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="standing")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    first_heard_at = models.DateTimeField(null=True, blank=True)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    last_in_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    origin_channel = models.CharField(max_length=32, blank=True)
    origin_context = models.CharField(max_length=300, blank=True)
    origin_at = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=10)
    phase = models.CharField(max_length=12)
    trust = models.CharField(max_length=14)
    trust_is_stated = models.BooleanField(default=False)
    trust_why: models.JSONField[Any] = models.JSONField(default=dict)
    is_hot = models.BooleanField(default=False)
    readiness = models.FloatField(default=0)
    touchpoint_count = models.PositiveIntegerField(default=0)
    order_count = models.PositiveIntegerField(default=0)
    order_total = models.BigIntegerField(default=0)
    first_order_at = models.DateTimeField(null=True, blank=True)
    last_order_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    look_again_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["business", "-last_seen_at", "-contact"], name="standing_newest"),
            models.Index(fields=["business", "trust", "-last_seen_at", "-contact"], name="standing_by_trust"),
            models.Index(fields=["business", "look_again_at"], name="standing_look_again"),
        ]

    def __str__(self) -> str:
        return f"standing of {self.contact_id}"
