"""Moments: critical stretches of the journey, what is changed in them and whether it helped, and what may be automated."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Team, Teammate
from sapa.channels.models import Channel
from sapa.conversations.models import Message
from sapa.lib.ids import uuid7


class Moment(models.Model):
    """One moment that the shop has named: what people feel in it, what can go wrong, who answers for it.

    `code` is that of a moment Sapa knows (`moments.types.MomentCode`, a survey's) or one of its own for a canvas. No automation
    goes live without a row here that names the risk in words and says `may_be_automated`; the permission holds from
    `valid_from` on. The canvas: `event` is a key of `moments.events.EVENTS` or `topic:<intent>`, `change` the one thing that is
    changed, `channel` for whom (None: everybody), `measure` a `types.Measure` within `follow_days` or `metric:<key>`.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="moments")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    feeling = models.TextField(blank=True)
    risk = models.TextField(blank=True)
    responsible = models.ForeignKey(
        Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="moments"
    )
    may_be_automated = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    event = models.CharField(max_length=40, blank=True)
    change = models.TextField(blank=True)
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.SET_NULL, related_name="moments"
    )
    measure = models.CharField(max_length=60, blank=True)
    follow_days = models.PositiveSmallIntegerField(default=3)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="moments")
    is_removed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "code"], name="moment_once")]

    def __str__(self) -> str:
        return self.name


class Quote(models.Model):
    """A customer's own words that the owner has chosen for a moment. The words stay where they are: in the message."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="moment_quotes")
    moment = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="quotes")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="moment_quotes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "moment", "message"], name="quote_once")]

    def __str__(self) -> str:
        return f"{self.message_id} in {self.moment_id}"


class Trial(models.Model):
    """One go at a moment: a plan of seven days, two looks at the figures, and what was made of it.

    `pauses` are [from, to] in ISO 8601, the last one open (null) while it is paused; their time counts nowhere. `choice` and
    `reason` are what the shop decided at its end.
    """

    class State(models.TextChoices):
        PLANNED = "planned"
        RUNNING = "running"
        PAUSED = "paused"
        ENDED = "ended"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="trials")
    moment = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="trials")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="trials")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    pauses: models.JSONField[Any] = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True, blank=True)
    choice = models.CharField(max_length=8, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "moment", "number"], name="trial_numbered"),
            models.UniqueConstraint(
                fields=["business"],
                condition=models.Q(state="running", team__isnull=True),
                name="trial_one_running",
            ),
            models.UniqueConstraint(
                fields=["business", "team"], condition=models.Q(state="running"), name="trial_one_of_a_team"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moment_id} #{self.number}"


class PlanStep(models.Model):
    """One step of the plan: on which of its seven days, what is done and by whom; and what became of it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="plan_steps")
    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="steps")
    day = models.PositiveSmallIntegerField()
    text = models.TextField()
    owner = models.ForeignKey(
        Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="plan_steps"
    )
    verdict = models.CharField(max_length=12, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["trial", "day", "id"], name="plan_in_order")]

    def __str__(self) -> str:
        return f"day {self.day} of {self.trial_id}"


class Look(models.Model):
    """What the figures said on one of the two fixed days: taken once, so that nobody looks until it pleases.

    `found` is `moments.types.Weighed` as JSON: counts and shares only.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="moment_looks")
    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="looks")
    day = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    verdict = models.CharField(max_length=10)
    found: models.JSONField[Any] = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "trial", "day"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.verdict} on day {self.day} of {self.trial_id}"
