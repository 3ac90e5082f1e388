"""Configured channels: one row for each account of each kind through which people reach the business."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Team
from sapa.lib.ids import uuid7


class Channel(models.Model):
    """One connection, live or filled by imports. `kind` is a code of `channels.types.ChannelKind`.

    `account` is the provider's own id of the connected account; `broken_why` is a code, empty while it works.
    `poll_taken_until` and `refresh_taken_until` are leases: who polls or renews the token is alone until then.
    `reply_target_minutes` is its own target, None where the shop's holds; `team` answers what comes in here.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    write_key_digest = models.CharField(max_length=64, blank=True, db_index=True)
    sealed_settings = models.BinaryField(null=True, blank=True)
    account = models.CharField(max_length=120, blank=True)
    is_live = models.BooleanField(default=False)
    connected_at = models.DateTimeField(null=True, blank=True)
    broken_since = models.DateTimeField(null=True, blank=True)
    broken_why = models.CharField(max_length=60, blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    poll_cursor: models.JSONField[Any] = models.JSONField(default=dict)
    polled_at = models.DateTimeField(null=True, blank=True)
    poll_taken_until = models.DateTimeField(null=True, blank=True)
    refresh_taken_until = models.DateTimeField(null=True, blank=True)
    reply_target_minutes = models.PositiveIntegerField(null=True, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="channels")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "kind", "name"], name="channel_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()
