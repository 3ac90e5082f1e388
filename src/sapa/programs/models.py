"""Programs of others: their tokens, the addresses that want to be told, what was told, and answers kept for repeats."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact
from sapa.lib.ids import uuid7


class Token(models.Model):
    """What a program shows to work through the API. Only its digest is kept; `tail` are its last four letters.

    It may what its `scopes` say, and never more than `by`, the teammate who made it, may now. `last_used_at` moves at
    most once an hour.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    scopes: models.JSONField[Any] = models.JSONField(default=list)
    digest = models.CharField(max_length=64, db_index=True)
    tail = models.CharField(max_length=4)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="tokens")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "digest"], name="token_once")]

    def __str__(self) -> str:
        return f"{self.name} …{self.tail}"


class Listener(models.Model):
    """An address that is called when something happens: what the outside calls a webhook.

    `kinds` are codes of `programs.kinds`. `sealed_former` is the secret before the newest one, which signs beside it
    until `former_until`. `off_why` is a code (withdrawn, gone, broken), empty while it is on; `failing_since` is when the
    first call failed since one arrived. `told_actions` is the highest id of an action that it was told of.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="listeners")
    name = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=500)
    kinds: models.JSONField[Any] = models.JSONField(default=list)
    with_text = models.BooleanField(default=False)
    sealed_secret = models.CharField(max_length=400)
    sealed_former = models.CharField(max_length=400, blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="listeners"
    )
    created_at = models.DateTimeField()
    since = models.DateTimeField()
    told_actions = models.BigIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)
    off_why = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business", "id"], name="listener_in_order")]

    def __str__(self) -> str:
        return self.name or self.address


class Call(models.Model):
    """One thing told to one listener: the outbox of outgoing webhooks. Its row is taken, then sent or tried again.

    (`source_kind`, `source_key`, `kind`) names what is told: it is told once. `data` holds codes, ids and measures;
    names and words are looked up when the body is made.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="calls")
    listener = models.ForeignKey(Listener, on_delete=models.CASCADE, related_name="calls")
    kind = models.CharField(max_length=24)
    source_kind = models.CharField(max_length=16)
    source_key = models.CharField(max_length=64)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="calls"
    )
    happened_at = models.DateTimeField()
    data: models.JSONField[Any] = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "listener", "source_kind", "source_key", "kind"], name="call_once"
            )
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="call_due"),
            models.Index(fields=["listener", "-id"], name="call_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.listener_id}"


class CallTry(models.Model):
    """One attempt: the status that came back (0 where none did), how long it took, and the problem as a code."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="call_tries")
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)
    took_ms = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["call", "id"], name="call_try_in_order")]

    def __str__(self) -> str:
        return f"{self.status} {self.problem}".strip()


class KeptAnswer(models.Model):
    """The answer to a write, kept for a day under the program's own key: the same write again has the same answer."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="kept_answers")
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=255)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "token", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return f"answer to {self.key}"
