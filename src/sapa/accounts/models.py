"""Businesses, the people who work in Sapa, and the trail of what they did."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from sapa.lib.ids import uuid7


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who can sign in; belongs to businesses through Teammate."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, default="id")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.email


class Business(models.Model):
    """One shop or brand: owns every row; nothing crosses it."""

    class Goal(models.TextChoices):
        PURCHASE = "purchase"
        REGISTRATION = "registration"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=40, default="Asia/Jakarta")
    currency = models.CharField(max_length=3, default="IDR")
    created_at = models.DateTimeField()
    goal = models.CharField(max_length=20, choices=Goal, default=Goal.PURCHASE)
    reply_target_minutes = models.PositiveIntegerField(default=120)
    after_sales_target_minutes = models.PositiveIntegerField(null=True, blank=True)
    urgent_target_percent = models.PositiveSmallIntegerField(default=50)
    escalate_after_percent = models.PositiveSmallIntegerField(default=200)
    leave_after_days = models.PositiveIntegerField(default=14)
    churn_after_days = models.PositiveIntegerField(default=90)
    pushed_discount_percent = models.PositiveIntegerField(default=20)
    open_on_holidays = models.BooleanField(default=False)
    quiet_from_minute = models.PositiveSmallIntegerField(default=21 * 60)
    quiet_to_minute = models.PositiveSmallIntegerField(default=8 * 60)
    promotions_a_week = models.PositiveSmallIntegerField(default=1)
    month_cost_limit = models.PositiveBigIntegerField(null=True, blank=True)
    assigns_by_itself = models.BooleanField(default=False)
    ranks_by_name = models.BooleanField(default=False)
    own_names = models.JSONField(default=list)
    is_sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Hours(models.Model):
    """Opening hours from a day on: seven lists of [from, to] in minutes after midnight, Monday first."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="hours")
    valid_from = models.DateField()
    week = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "valid_from"], name="hours_once_a_day")]

    def __str__(self) -> str:
        return f"{self.business_id} from {self.valid_from}"


class Teammate(models.Model):
    """A person's place in one business."""

    class Role(models.TextChoices):
        OWNER = "owner"
        SUPERVISOR = "supervisor"
        MEMBER = "member"
        VIEWER = "viewer"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="teammates")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER)
    is_active = models.BooleanField(default=True)
    is_away = models.BooleanField(default=False)
    most_open = models.PositiveSmallIntegerField(null=True, blank=True)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "user"], name="teammate_once_a_business")]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A group of teammates to whom conversations can be handed together."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="team_once")]

    def __str__(self) -> str:
        return self.name


class TeamPlace(models.Model):
    """That a teammate belongs to a team."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="team_places")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="places")
    teammate = models.ForeignKey(Teammate, on_delete=models.CASCADE, related_name="team_places")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "team", "teammate"], name="team_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.teammate_id} in {self.team_id}"


class SignInLink(models.Model):
    """A link that signs a person in once; only its digest is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link of {self.user_id}"


class SignInAttempt(models.Model):
    """A failed sign-in, kept to slow down guessing: `key` is an e-mail or an address."""

    key = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="attempt_by_key")]

    def __str__(self) -> str:
        return self.key


class AuditEntry(models.Model):
    """Who changed what and when; `data` holds codes and ids, enough to tell it and to undo it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="audit_entries")
    teammate = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    data: models.JSONField[Any] = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["business", "-at"], name="audit_by_time"),
            models.Index(fields=["business", "object_kind", "object_id"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_id}"
