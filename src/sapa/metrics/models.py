"""What the business states about its figures: targets, what it spends, what it decides, how it asks for stories.

And what the watch over the figures found, which is told once and may be put away.
"""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact
from sapa.lib.ids import uuid7


class Target(models.Model):
    """What the business wants of one metric from a day on, and who answers for it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="targets")
    metric = models.CharField(max_length=32)
    valid_from = models.DateField()
    value = models.FloatField(null=True, blank=True)
    owner = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "metric", "valid_from"], name="target_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.metric} from {self.valid_from}"


class Watched(models.Model):
    """The Monday of the week in which the figures of a business were last looked at for shifts."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="watched")
    week = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business"], name="watched_once")]

    def __str__(self) -> str:
        return f"watched in {self.week}"


class Shift(models.Model):
    """A figure that moved further than chance explains: `weeks` full weeks from `since` to `to` beside those before.

    `odds` is the probability of so large a difference, or a larger one, where nothing had changed.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="shifts")
    metric = models.CharField(max_length=32)
    weeks = models.PositiveSmallIntegerField()
    since = models.DateField()
    to = models.DateField()
    before = models.FloatField(null=True, blank=True)
    after = models.FloatField(null=True, blank=True)
    before_n = models.PositiveIntegerField()
    after_n = models.PositiveIntegerField()
    is_up = models.BooleanField()
    odds = models.FloatField()
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "metric", "to", "weeks"], name="shift_once")
        ]
        indexes = [models.Index(fields=["business", "-found_at"], name="shift_newest")]

    def __str__(self) -> str:
        return f"{self.metric} moved by {self.to}"


class Resolve(models.Model):
    """What the team decided to do about what customers said in a week, and what became of it."""

    class Outcome(models.TextChoices):
        OPEN = ""
        HELPED = "helped"
        NOT_YET = "not_yet"
        DROPPED = "dropped"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="resolves")
    week = models.DateField()
    topic = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    owner = models.ForeignKey(
        Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="resolves"
    )
    until = models.DateField()
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.OPEN)
    looked_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business", "-week"], name="resolve_by_week")]

    def __str__(self) -> str:
        return f"resolve of {self.week}"


class Spend(models.Model):
    """What was spent on one place of advertising from one day to another, both included; the business's own currency."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="spends")
    since = models.DateField()
    to = models.DateField()
    channel = models.CharField(max_length=32)
    campaign = models.CharField(max_length=80, blank=True)
    amount = models.BigIntegerField()
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "since", "to", "channel", "campaign"], name="spend_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.since}"


class StoryKit(models.Model):
    """Something that a customer can pass on: words with a link of ours and a code, by which who comes is known.

    `advocate` is whose story it is; None for a kit of the shop. `target` is where the link leads.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="story_kits")
    code = models.CharField(max_length=16)
    text = models.TextField()
    target = models.URLField(max_length=300)
    advocate = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="story_kits"
    )
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "code"], name="story_code_once")]

    def __str__(self) -> str:
        return self.code


class KitVisit(models.Model):
    """How many times the link of a kit was opened on a day of the shop."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="kit_visits")
    kit = models.ForeignKey(StoryKit, on_delete=models.CASCADE, related_name="visits")
    day = models.DateField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "kit", "day"], name="kit_visit_a_day")]

    def __str__(self) -> str:
        return f"{self.number} on {self.day}"
