"""Imports: batches of files, what each row became, and what must be known to take it back."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.lib.ids import uuid7


class Batch(models.Model):
    """One import of files."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="batches")
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["business", "-created_at"], name="batch_newest")]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class BatchFile(models.Model):
    """One file of a batch (a zip's chats are files of their own): `stored_as` is its path below SAPA_HOME/files.

    `answers` holds what was asked and answered; rows = created + merged + skipped + failed once it is done.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="batch_files")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=16, blank=True)
    format = models.CharField(max_length=32, blank=True)
    answers: models.JSONField[Any] = models.JSONField(default=dict)
    problem: models.JSONField[Any] = models.JSONField(null=True, blank=True)
    warnings: models.JSONField[Any] = models.JSONField(default=list)
    rows_expected = models.PositiveIntegerField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class FailedRow(models.Model):
    """A row that could not be taken in, with its problem (code and data) and the row as read, to mend."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="failed_rows")
    file = models.ForeignKey(BatchFile, on_delete=models.CASCADE, related_name="failed_rows")
    number = models.PositiveIntegerField()
    problem: models.JSONField[Any] = models.JSONField(default=dict)
    raw: models.JSONField[Any] = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["file", "number"], name="failed_row_in_order")]

    def __str__(self) -> str:
        return f"row {self.number}"


class Effect(models.Model):
    """A batch vouches for a stored fact; `is_creator` where it made it.

    Undoing a batch takes away what it made and no other batch vouches for; what a live channel made stays.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="effects")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="effects")
    kind = models.PositiveSmallIntegerField()
    object_id = models.BigIntegerField()
    is_creator = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id"], name="effect_of_object")]

    def __str__(self) -> str:
        return f"effect {self.kind}:{self.object_id}"


class Mapping(models.Model):
    """A remembered answer: the columns of a table with these headers, or the shop's own name in a chat."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="mappings")
    signature = models.CharField(max_length=64)
    answers: models.JSONField[Any] = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "signature"], name="mapping_once")]

    def __str__(self) -> str:
        return self.signature
