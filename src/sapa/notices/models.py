"""What teammates are told, on which devices, by push and by the morning's e-mail."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import Conversation
from sapa.lib.ids import uuid7


class Notice(models.Model):
    """One thing told to one teammate. `key` names what it is about: the same thing is told once.

    `kind` is a code of `notices.types.NoticeKind`; `title` and `line` hold people's words.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="notices")
    teammate = models.ForeignKey(Teammate, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    title = models.CharField(max_length=200)
    line = models.TextField(blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "teammate", "key"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["business", "teammate", "-created_at"], name="notice_newest"),
            models.Index(fields=["created_at"], name="notice_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.teammate_id}"


class Device(models.Model):
    """A browser that a teammate lets us wake: its address at the push service and its keys (base64url)."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="devices")
    teammate = models.ForeignKey(Teammate, on_delete=models.CASCADE, related_name="devices")
    endpoint = models.CharField(max_length=1000)
    endpoint_digest = models.CharField(max_length=64, db_index=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=5, default="id")
    hides_words = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "teammate", "endpoint_digest"], name="device_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.teammate_id}"


class Push(models.Model):
    """The sending of one notice to one device. `state` is waiting (taken again at `next_try_at`), sent or failed."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="pushes")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="pushes")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="pushes")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "notice", "device"], name="push_once"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="push_to_send")
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.notice_id} to {self.device_id}"


class Wish(models.Model):
    """What a teammate wants to be told, and when not. No row means the usual: everything, at any hour, no e-mail.

    Quiet minutes count from the shop's midnight; both None means never quiet.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="wishes")
    teammate = models.ForeignKey(Teammate, on_delete=models.CASCADE, related_name="wishes")
    wants_messages = models.BooleanField(default=True)
    wants_mentions = models.BooleanField(default=True)
    wants_escalations = models.BooleanField(default=True)
    wants_morning_mail = models.BooleanField(default=True)
    quiet_from_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_to_minute = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "teammate"], name="wish_once")]

    def __str__(self) -> str:
        return f"wish of {self.teammate_id}"


class MorningMail(models.Model):
    """The e-mail of one morning to one teammate; its row is taken before it is sent, so that none comes twice.

    `state` is taken, sent, failed (tried again while the morning lasts) or empty (there was nothing to say).
    """

    class State(models.TextChoices):
        TAKEN = "taken"
        SENT = "sent"
        FAILED = "failed"
        EMPTY = "empty"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="morning_mails")
    teammate = models.ForeignKey(Teammate, on_delete=models.CASCADE, related_name="morning_mails")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.TAKEN)
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    problem = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "teammate", "day"], name="morning_mail_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} to {self.teammate_id}"


class Bookmark(models.Model):
    """How far a reader has read a table of facts by id; `name` is the reader's."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="bookmarks")
    name = models.CharField(max_length=12)
    last_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="bookmark_once")]

    def __str__(self) -> str:
        return f"{self.name} at {self.last_id}"
