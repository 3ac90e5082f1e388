"""What runs by itself, each tied to a registered moment; and what each run did."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business
from sapa.contacts.models import Identity
from sapa.conversations.models import Conversation, Message
from sapa.lib.ids import uuid7
from sapa.moments.models import Moment


class Automation(models.Model):
    """One automation of a shop, by kind (`automations.types.AutomationKind`). Off until somebody switches it on.

    `text` is what it says, with blanks that are filled from facts.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="automations")
    kind = models.CharField(max_length=32)
    moment = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="automations")
    is_on = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    switched_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "kind"], name="automation_once")]

    def __str__(self) -> str:
        return self.kind


class Run(models.Model):
    """That an automation has dealt with one person in one stretch of time; it never does so twice.

    `party` is the person (a contact, else an identity), `stretch` what the run belongs to: for the answer after hours the
    moment at which the shop closed. `outcome` is sent, or a code of why nothing was sent.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="automation_runs")
    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="runs")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="automation_runs")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="automation_runs")
    party = models.CharField(max_length=24)
    stretch = models.CharField(max_length=40)
    outcome = models.CharField(max_length=24)
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="automation_runs"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "automation", "party", "stretch"], name="run_once")
        ]
        indexes = [models.Index(fields=["automation", "-at"], name="run_newest")]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.party}"
