"""Threads, the messages in them, and notes."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Team, Teammate
from sapa.channels.models import Channel
from sapa.contacts.models import Identity
from sapa.lib.ids import uuid7


class Conversation(models.Model):
    """A thread on one channel. A group has no identity: each author's message is that author's.

    Derived columns: `last_message_at`, `last_in_at`, `last_out_at`, `waiting_since` (None when nobody waits),
    `window_closes_at` (until when the channel lets the shop answer freely; None where it has no window).
    `assignee`, `team`, `snoozed_until` and `closed_at` are what teammates decided; a message of the customer ends
    a snooze and opens a closed thread again. A thread `merged_into` another shows its messages there.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="conversations")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="conversations")
    key = models.CharField(max_length=255)
    title = models.CharField(max_length=200, blank=True)
    is_group = models.BooleanField(default=False)
    identity = models.ForeignKey(
        Identity, null=True, blank=True, on_delete=models.CASCADE, related_name="conversations"
    )
    last_message_at = models.DateTimeField(null=True, blank=True)
    last_in_at = models.DateTimeField(null=True, blank=True)
    last_out_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    window_closes_at = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey(
        Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="absorbed"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "channel", "key"], name="conversation_once")
        ]
        indexes = [
            models.Index(
                fields=["business", "assignee", "waiting_since"],
                condition=models.Q(assignee__isnull=False),
                name="conversation_assigned",
            ),
            models.Index(
                fields=["business", "assignee", "-last_message_at", "-id"],
                condition=models.Q(assignee__isnull=False),
                name="conversation_assigned_newest",
            ),
            models.Index(
                fields=["business", "snoozed_until"],
                condition=models.Q(snoozed_until__isnull=False),
                name="conversation_snoozed",
            ),
            models.Index(fields=["business", "-last_message_at", "-id"], name="conversation_newest"),
            models.Index(
                fields=["business", "waiting_since", "id"],
                condition=models.Q(waiting_since__isnull=False),
                name="conversation_waiting",
            ),
            models.Index(
                fields=["business", "last_in_at"],
                condition=models.Q(waiting_since__isnull=False),
                name="conversation_waiting_heard",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.key


class Message(models.Model):
    """One utterance. `identity` is its author, None when the shop wrote it. Order: `happened_at`, `rank`, id.

    `source` says how it came: live, echo (typed in the provider's own app), history (handed over when a channel was
    connected) or import; only a live one starts anything. `provider_id` is the provider's id, `reply_to` that of the
    message it answers. `send_status` is derived from the dispatch and its receipts: "" (not sent by us), queued,
    sent, delivered, read, failed or uncertain. `reactions` is a list of {"by": identity id or null for the shop,
    "emoji"}; `former_texts` keeps what an edit replaced, oldest first.
    """

    class Source(models.TextChoices):
        LIVE = "live"
        ECHO = "echo"
        HISTORY = "history"
        IMPORT = "import"

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="messages")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    identity = models.ForeignKey(
        Identity, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    direction = models.CharField(max_length=3, choices=Direction)
    text = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    rank = models.IntegerField(default=0)
    dedupe_key = models.CharField(max_length=64)
    media: models.JSONField[Any] = models.JSONField(default=list)
    is_deleted = models.BooleanField(default=False)
    is_edited = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    author_name = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=8, choices=Source, default=Source.IMPORT)
    provider_id = models.CharField(max_length=255, blank=True)
    reply_to = models.CharField(max_length=255, blank=True)
    by = models.ForeignKey(
        Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    send_status = models.CharField(max_length=10, blank=True)
    reactions: models.JSONField[Any] = models.JSONField(default=list)
    former_texts: models.JSONField[Any] = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "dedupe_key"], name="message_once")]
        indexes = [
            models.Index(fields=["conversation", "happened_at", "rank", "id"], name="message_in_order"),
            models.Index(
                fields=["business", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="message_by_provider_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.pk}"


class Mark(models.Model):
    """What a teammate says of a waiting conversation: answered elsewhere ("sudah saya balas"), or no answer needed."""

    class Kind(models.TextChoices):
        ANSWERED = "answered"
        NO_ANSWER = "no_answer"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="marks")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "-at"], name="mark_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.conversation_id}"


class Note(models.Model):
    """A remark among ourselves, or what was noted at the counter or after a call. `act` is remark, visit, call, order, complaint or other."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="notes")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="notes")
    dedupe_key = models.CharField(max_length=64)
    act = models.CharField(max_length=12)
    text = models.TextField()
    outcome = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "dedupe_key"], name="note_once")]

    def __str__(self) -> str:
        return f"{self.act} {self.pk}"


class Remark(models.Model):
    """What teammates say to one another beside a thread; the customer never sees it. `mentions` are teammate ids."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="remarks")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField()
    mentions: models.JSONField[Any] = models.JSONField(default=list)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "at"], name="remark_in_order")]

    def __str__(self) -> str:
        return f"remark {self.pk}"


class Attachment(models.Model):
    """A file of a message, or of a draft before it is sent. Fetched apart from its message, with retries of its own.

    `state` is waiting (to be fetched), stored, failed (tried again at `next_try_at` where that is set) or gone.
    `ref` is what the adapter needs to fetch it. `stored_as` is its content-addressed name in the file storage.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        STORED = "stored"
        FAILED = "failed"
        GONE = "gone"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    draft = models.ForeignKey(
        "Draft", null=True, blank=True, on_delete=models.SET_NULL, related_name="attachments"
    )
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10)
    mime = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(null=True, blank=True)
    ref: models.JSONField[Any] = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    stored_as = models.CharField(max_length=120, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "message", "position"], name="attachment_once")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state__in=["waiting", "failed"]),
                name="attachment_to_fetch",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


class Label(models.Model):
    """A word that teammates put on conversations."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="label_once")]

    def __str__(self) -> str:
        return self.name


class Labelling(models.Model):
    """That a conversation carries a label."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="labellings")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="labellings")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="labellings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "conversation", "label"], name="labelling_once")
        ]

    def __str__(self) -> str:
        return f"{self.label_id} on {self.conversation_id}"


class Draft(models.Model):
    """What a teammate has begun to write: one a conversation, kind (reply or remark) and person."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    teammate = models.ForeignKey(Teammate, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=6)
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "conversation", "teammate", "kind"], name="draft_once"
            )
        ]

    def __str__(self) -> str:
        return f"draft of {self.teammate_id}"


class Unread(models.Model):
    """That a teammate wants to come back to a conversation: theirs alone, until they open it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="unreads")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="unreads")
    teammate = models.ForeignKey(Teammate, on_delete=models.CASCADE, related_name="unreads")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "conversation", "teammate"], name="unread_once")
        ]
        indexes = [models.Index(fields=["teammate", "conversation"], name="unread_of_teammate")]

    def __str__(self) -> str:
        return f"{self.conversation_id} for {self.teammate_id}"


class SavedView(models.Model):
    """A named way to look at the inbox: a tab with what it is narrowed to. `teammate` is None where the whole team has it.

    `choice` holds the parameters of `types.Choice` as the inbox's address writes them.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="saved_views")
    teammate = models.ForeignKey(
        Teammate, null=True, blank=True, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=40)
    tab = models.CharField(max_length=10)
    choice: models.JSONField[Any] = models.JSONField(default=dict)
    position = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["business", "position", "id"], name="saved_view_in_order")]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """Who has a conversation open just now: `state` is viewing or typing, true for a few seconds after `at`."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="presences")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="presences")
    teammate = models.ForeignKey(Teammate, on_delete=models.CASCADE, related_name="presences")
    state = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "conversation", "teammate"], name="presence_once")
        ]

    def __str__(self) -> str:
        return f"{self.teammate_id} {self.state}"


class Stir(models.Model):
    """That something on a screen changed, in order: open screens follow it by id; rows go after some minutes.

    `what` is message, status, state (assigned, closed, …), presence, remark or channel; `conversation` is None where the
    whole shop is meant.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="stirs")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="stirs"
    )
    what = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="stir_by_age")]

    def __str__(self) -> str:
        return f"{self.what} of {self.conversation_id}"
