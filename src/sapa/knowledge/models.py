"""Answers that the shop has approved: whoever answers says the same."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.lib.ids import uuid7


class Answer(models.Model):
    """A saved reply: `shortcut` is what is typed behind `/`, `{name}` in `text` is a blank that is filled before sending.

    `topic` is an intent of `readings.types`, empty where none. The picture is a kept file (`lib.files`). `dedupe_key` names
    an answer that an import brought; `removed_at` takes it off the list without forgetting it.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    shortcut = models.CharField(max_length=30, blank=True)
    topic = models.CharField(max_length=40, blank=True)
    picture = models.CharField(max_length=160, blank=True)
    picture_name = models.CharField(max_length=200, blank=True)
    picture_mime = models.CharField(max_length=100, blank=True)
    picture_size = models.PositiveIntegerField(default=0)
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)
    dedupe_key = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "shortcut"],
                condition=models.Q(removed_at__isnull=True) & ~models.Q(shortcut=""),
                name="answer_shortcut_once",
            ),
            models.UniqueConstraint(
                fields=["business", "dedupe_key"],
                condition=~models.Q(dedupe_key=""),
                name="answer_brought_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["business", "-uses", "id"],
                condition=models.Q(removed_at__isnull=True),
                name="answer_most_used",
            )
        ]

    def __str__(self) -> str:
        return self.shortcut or self.question or self.text[:40]
