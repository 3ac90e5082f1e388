"""In: a payload is stored before it is understood. Out: the dispatch row is the outbox (properties 1 and 6 of the design)."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.channels.models import Channel
from sapa.contacts.models import Identity
from sapa.conversations.models import Conversation, Message
from sapa.lib.ids import uuid7


class Payload(models.Model):
    """A raw body that came to a channel, unique by its key; dropped 30 days after it was digested.

    `head` holds what else of the request `parse` needs (codes and ids, no secret). `problem` is a code where
    the body could not be understood: it stays and can be replayed.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="payloads")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="payloads")
    dedupe_key = models.CharField(max_length=64)
    head: models.JSONField[Any] = models.JSONField(default=dict)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    digested_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "channel", "dedupe_key"], name="payload_once")
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(digested_at__isnull=True), name="payload_undigested"
            )
        ]

    def __str__(self) -> str:
        return f"payload {self.pk}"


class OrderMention(models.Model):
    """An order number that a customer wrote: it joins the chat to the order once both are known."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="order_mentions")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="order_mentions")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="order_mentions")
    number = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "message", "number"], name="mention_once")]
        indexes = [models.Index(fields=["business", "number"], name="mention_by_number")]

    def __str__(self) -> str:
        return self.number


class Dispatch(models.Model):
    """The tracked sending of one message: the row is the outbox.

    `state`: queued → taken → sent, or failed, or uncertain (the process ended in mid-send: a teammate decides), or
    cancelled. Rows are taken by a conditional update; nothing is sent inside a transaction. `content` is what the adapter
    sends beside the text: template, quoted id, buttons. `failure` is a code of `gateway.types`.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        TAKEN = "taken"
        SENT = "sent"
        FAILED = "failed"
        UNCERTAIN = "uncertain"
        CANCELLED = "cancelled"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="dispatches")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="dispatches")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="dispatch")
    idempotency_key = models.CharField(max_length=64)
    recipient = models.CharField(max_length=255)
    purpose = models.CharField(max_length=12, default="service")
    content: models.JSONField[Any] = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=60, blank=True)
    cost = models.PositiveBigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "idempotency_key"], name="dispatch_once")]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(state="queued"), name="dispatch_to_take"
            ),
            models.Index(fields=["taken_at"], condition=models.Q(state="taken"), name="dispatch_in_flight"),
            models.Index(fields=["business", "-created_at"], name="dispatch_newest"),
        ]

    def __str__(self) -> str:
        return f"dispatch {self.pk} {self.state}"


class DispatchTry(models.Model):
    """One attempt to send, for the delivery log: `outcome` is sent, retry, failed or uncertain."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="dispatch_tries")
    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10)
    code = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    took_ms = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["dispatch", "at"], name="try_in_order")]

    def __str__(self) -> str:
        return f"{self.outcome} of {self.dispatch_id}"


class Receipt(models.Model):
    """What a provider says became of a message that the shop sent; kept also where the message is not known yet.

    `status` is sent, delivered, read, played or failed.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="receipts")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="receipts")
    provider_id = models.CharField(max_length=255)
    status = models.CharField(max_length=10)
    failure = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "channel", "provider_id", "status"], name="receipt_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.status} of {self.provider_id}"


class ScheduledMessage(models.Model):
    """A reply that waits for its time; it becomes a message and a dispatch when due, or is `held` with a reason."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        HELD = "held"
        CANCELLED = "cancelled"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="scheduled_messages")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="scheduled_messages"
    )
    text = models.TextField(blank=True)
    content: models.JSONField[Any] = models.JSONField(default=dict)
    send_at = models.DateTimeField()
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    why = models.CharField(max_length=60, blank=True)
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="scheduled_as"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["send_at"], condition=models.Q(state="waiting"), name="scheduled_to_send")
        ]

    def __str__(self) -> str:
        return f"scheduled {self.pk}"


class Template(models.Model):
    """A message that the provider has approved for use outside the window. `category` is utility, marketing or authentication.

    `blanks` names its variables in order; `status` is approved, pending, rejected or paused.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="templates")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="id")
    category = models.CharField(max_length=16)
    text = models.TextField()
    blanks: models.JSONField[Any] = models.JSONField(default=list)
    status = models.CharField(max_length=10, default="approved")
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "channel", "name", "language"], name="template_once")
        ]

    def __str__(self) -> str:
        return self.name


class Lookup(models.Model):
    """Something that the provider has to be asked about (`gateway.types.LookAgain`); gone once its answer is stored.

    What is asked again only when it has grown old stays, `is_answered`, with the moment of the answer as `due_at`.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="lookups")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="lookups")
    ref = models.CharField(max_length=160)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    is_answered = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "channel", "ref"], name="lookup_once")]
        indexes = [models.Index(fields=["due_at"], name="lookup_due")]

    def __str__(self) -> str:
        return self.ref
