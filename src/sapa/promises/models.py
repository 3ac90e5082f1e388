"""What we said we would do and by when; what teammates say became of it."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact
from sapa.conversations.models import Message


class Promise(models.Model):
    """A promise found in a message of the shop, or noted by a teammate. Derived.

    `state` is what the facts say: open, kept, late (done after it was due); an open one past due is broken
    once 14 days have gone by, which the reader decides with its own now. `done_at` is when the deed was announced.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="promises")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="promises")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="promises")
    ordinal = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=20)
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    is_dismissed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "message", "contact", "ordinal"], name="promise_once")
        ]
        indexes = [models.Index(fields=["business", "due_at"], name="promise_by_due")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.due_at:%Y-%m-%d %H:%M}"


class PromiseStatement(models.Model):
    """A teammate's word on a promise: kept at a time, or no promise at all."""

    class Verdict(models.TextChoices):
        KEPT = "kept"
        NO_PROMISE = "no_promise"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="promise_statements")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="promise_statements")
    ordinal = models.PositiveSmallIntegerField(default=0)
    verdict = models.CharField(max_length=10, choices=Verdict)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.verdict} {self.message_id}"
