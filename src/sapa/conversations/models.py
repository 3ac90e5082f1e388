"""Threads, the messages in them, and notes."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.channels.models import Channel
from sapa.contacts.models import Identity
from sapa.lib.ids import uuid7


class Conversation(models.Model):
    """A thread on one channel. A group has no identity: each author's message is that author's.

    Derived columns: `last_message_at`, `last_in_at`, `last_out_at`, `waiting_since` (None when nobody waits).
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="conversations")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="conversations")
    key = models.CharField(max_length=255)
    title = models.CharField(max_length=200, blank=True)
    is_group = models.BooleanField(default=False)
    identity = models.ForeignKey(
        Identity, null=True, blank=True, on_delete=models.CASCADE, related_name="conversations"
    )
    last_message_at = models.DateTimeField(null=True, blank=True)
    last_in_at = models.DateTimeField(null=True, blank=True)
    last_out_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "channel", "key"], name="conversation_once")
        ]
        indexes = [
            models.Index(fields=["business", "-last_message_at", "-id"], name="conversation_newest"),
            models.Index(
                fields=["business", "waiting_since", "id"],
                condition=models.Q(waiting_since__isnull=False),
                name="conversation_waiting",
            ),
            models.Index(
                fields=["business", "last_in_at"],
                condition=models.Q(waiting_since__isnull=False),
                name="conversation_waiting_heard",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.key


class Message(models.Model):
    """One utterance. `identity` is its author, None when the shop wrote it. Order: `happened_at`, `rank`, id."""

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="messages")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    identity = models.ForeignKey(
        Identity, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    direction = models.CharField(max_length=3, choices=Direction)
    text = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    rank = models.IntegerField(default=0)
    dedupe_key = models.CharField(max_length=64)
    media: models.JSONField[Any] = models.JSONField(default=list)
    is_deleted = models.BooleanField(default=False)
    is_edited = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    author_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "dedupe_key"], name="message_once")]
        indexes = [
            models.Index(fields=["conversation", "happened_at", "rank", "id"], name="message_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.pk}"


class Mark(models.Model):
    """What a teammate says of a waiting conversation: answered elsewhere ("sudah saya balas"), or no answer needed."""

    class Kind(models.TextChoices):
        ANSWERED = "answered"
        NO_ANSWER = "no_answer"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="marks")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "-at"], name="mark_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.conversation_id}"


class Note(models.Model):
    """A remark among ourselves, or what was noted at the counter or after a call. `act` is remark, visit, call, order, complaint or other."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="notes")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="notes")
    dedupe_key = models.CharField(max_length=64)
    act = models.CharField(max_length=12)
    text = models.TextField()
    outcome = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "dedupe_key"], name="note_once")]

    def __str__(self) -> str:
        return f"{self.act} {self.pk}"
