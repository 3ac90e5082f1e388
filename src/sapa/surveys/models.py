"""Asking customers: what is asked and when, and who was asked, answered, or left in peace and why."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models

from sapa.accounts.models import Business
from sapa.contacts.models import Identity
from sapa.conversations.models import Conversation, Message
from sapa.lib.ids import uuid7
from sapa.responses.models import Response


class Survey(models.Model):
    """One survey: kind, occasion and ways as in `surveys.types`. It runs only while its automation does.

    `slug` names it to its moment and automation. `words` is {"id": {"question", "open"}, "en": …}; `language` is the one
    in which people are asked. `share` of a hundred who may be asked are. One that was put away keeps `ended_at`.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="surveys")
    slug = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=4)
    occasion = models.CharField(max_length=10)
    delay_hours = models.PositiveIntegerField(default=24)
    every_days = models.PositiveSmallIntegerField(default=90)
    share = models.PositiveSmallIntegerField(default=100)
    ways: models.JSONField[Any] = models.JSONField(default=list)
    language = models.CharField(max_length=2, default="id")
    template = models.CharField(max_length=120, blank=True)
    words: models.JSONField[Any] = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "slug"], name="survey_once")]

    def __str__(self) -> str:
        return self.name


class Ask(models.Model):
    """One person and one occasion of a survey: asked, answered, or skipped with its reason.

    `public_id` is the unguessable part of the link to the answer page (random, not in order of time). `occasion` names
    what happened, such as order:12. `way` is how they were asked or answered; `heard_at` until when replies were looked
    for. The answer may be changed until an hour after `answered_at`; `closes_at` ends asking.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        ANSWERED = "answered"
        SKIPPED = "skipped"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="asks")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="asks")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="asks")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="asks"
    )
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="asks"
    )
    response = models.ForeignKey(
        Response, null=True, blank=True, on_delete=models.SET_NULL, related_name="asks"
    )
    occasion = models.CharField(max_length=60)
    product = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(max_length=24, blank=True)
    way = models.CharField(max_length=5, blank=True)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "survey", "occasion"], name="ask_once"),
        ]
        indexes = [
            models.Index(fields=["survey", "state", "-at"], name="ask_newest"),
            models.Index(fields=["identity", "-at"], name="ask_of_identity"),
            models.Index(
                fields=["business", "closes_at"],
                condition=models.Q(conversation__isnull=False) & ~models.Q(state="skipped"),
                name="ask_in_chat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.occasion}"
