"""What someone should do now and why; what they decided."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact, Identity
from sapa.lib.ids import uuid7


class ToDo(models.Model):
    """Something that a teammate should do for one contact.

    `data` holds what wording needs (codes, ids, times); `evidence` names the facts behind it as
    {"kind", "id", "at"}; `evidence_key` is what a decision is remembered by.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="%(class)ss")
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="%(class)s")
    rule = models.CharField(max_length=32)
    evidence_key = models.CharField(max_length=80)
    identity = models.ForeignKey(Identity, null=True, blank=True, on_delete=models.SET_NULL)
    data: models.JSONField[Any] = models.JSONField(default=dict)
    evidence: models.JSONField[Any] = models.JSONField(default=list)
    metric = models.CharField(max_length=32)
    score = models.FloatField()
    due_at = models.DateTimeField()
    owner = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["business", "-score", "contact"], name="%(class)s_most_pressing")]

    def __str__(self) -> str:
        return f"{self.rule} for {self.contact_id}"


class Action(ToDo):
    """The open action of one contact: the most pressing of the rules that fire. Derived."""


class Escalation(ToDo):
    """What the supervisor should see to beside a contact's own action, because somebody waits much too long. Derived."""


class Decision(models.Model):
    """A teammate's word on an action: done, later or not needed; keyed by rule, identity and evidence."""

    class Verdict(models.TextChoices):
        DONE = "done"
        LATER = "later"
        NOT_NEEDED = "not_needed"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="decisions")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="decisions")
    identity = models.ForeignKey(Identity, null=True, blank=True, on_delete=models.SET_NULL)
    rule = models.CharField(max_length=32)
    evidence_key = models.CharField(max_length=80)
    verdict = models.CharField(max_length=12, choices=Verdict)
    until = models.DateTimeField(null=True, blank=True)
    data: models.JSONField[Any] = models.JSONField(default=dict)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business", "contact", "-at"], name="decision_newest")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.rule}"
