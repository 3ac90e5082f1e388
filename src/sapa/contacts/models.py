"""People: identities, the links that join them, and the contacts that they add up to (property 5 of the design)."""

from __future__ import annotations

from typing import Any

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.lib.ids import uuid7


class Contact(models.Model):
    """The person we talk with: a component of linked identities. An absorbed one stays, with `merged_into`."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200, blank=True)
    name_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="absorbed"
    )

    class Meta:
        indexes = [models.Index(fields=["business", "name_key"], name="contact_by_name")]

    def __str__(self) -> str:
        return self.name or str(self.public_id)


class Identity(models.Model):
    """One address or source record by which a contact is known.

    A key identity (phone, e-mail, handle, …) can be shared by many records; a record identity is one row, author
    or buyer block. `contact` is derived: the component, or None for what belongs to nobody known
    (an anonymous visitor, a fully masked order). `home` is the contact it first belonged to: an un-merge
    gives it back.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=32)
    value = models.CharField(max_length=255)
    name = models.CharField(max_length=200, blank=True)
    is_key = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)
    is_forgotten = models.BooleanField(default=False)
    learned_at = models.DateTimeField()
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="identities"
    )
    home = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="born_here"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "kind", "value"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Link(models.Model):
    """Why two identities are one person. A link that was taken back keeps `removed_at`."""

    class Reason(models.TextChoices):
        KEY = "key"
        VISITOR = "visitor"
        ORDER_NUMBER = "order_number"
        TEAMMATE = "teammate"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="links")
    a = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="links_a")
    b = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="links_b")
    reason = models.CharField(max_length=16, choices=Reason)
    evidence: models.JSONField[Any] = models.JSONField(default=dict)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "a", "b", "reason"], name="link_once")]

    def __str__(self) -> str:
        return f"{self.a_id}-{self.b_id} {self.reason}"


class Apart(models.Model):
    """Two identities that are not one person: no automatic rule may join across it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="aparts")
    a = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="aparts_a")
    b = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="aparts_b")
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "a", "b"], name="apart_once")]

    def __str__(self) -> str:
        return f"{self.a_id}|{self.b_id}"


class Description(models.Model):
    """What a source row says about a person beside names and keys; each different statement is a row."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="descriptions")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="descriptions")
    digest = models.CharField(max_length=32)
    at = models.DateTimeField()
    city = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    preferences: models.JSONField[Any] = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "identity", "digest"], name="description_once")
        ]

    def __str__(self) -> str:
        return f"description of {self.identity_id}"


class ToldOrigin(models.Model):
    """Where a person says they heard of the shop, from a row, a note or a teammate."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="told_origins")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="told_origins")
    dedupe_key = models.CharField(max_length=64)
    at = models.DateTimeField()
    channel = models.CharField(max_length=32, blank=True)
    context = models.CharField(max_length=300, blank=True)
    referrer = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "dedupe_key"], name="told_origin_once")]

    def __str__(self) -> str:
        return f"origin of {self.identity_id}"


class Statement(models.Model):
    """What a teammate declares of the contact shown at the time; read through `merged_into`, newest first.

    `field` is trust, owner, name or preference; `value` is its new value, None to return to what is derived.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="statements")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="statements")
    field = models.CharField(max_length=16)
    value: models.JSONField[Any] = models.JSONField(null=True)
    why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["contact", "field", "-at"], name="statement_newest")]

    def __str__(self) -> str:
        return f"{self.field} of {self.contact_id}"


class Consent(models.Model):
    """Whether a person lets the shop write to them for a purpose; the newest word stands.

    `purpose` is service or promotion; `how` says by what: keyword, form, provider, teammate, import.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="consents")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="consents")
    dedupe_key = models.CharField(max_length=64)
    purpose = models.CharField(max_length=12)
    is_given = models.BooleanField()
    how = models.CharField(max_length=12)
    text_version = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "dedupe_key"], name="consent_once")]
        indexes = [models.Index(fields=["identity", "purpose", "-at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.identity_id}"


class Suggestion(models.Model):
    """Two contacts who may be one, with the evidence. Derived: made anew from what is stored."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="suggestions")
    a = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="suggestions_a")
    b = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="suggestions_b")
    score = models.FloatField()
    evidence: models.JSONField[Any] = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "a", "b"], name="suggestion_once")]
        indexes = [models.Index(fields=["business", "-score"], name="suggestion_best")]

    def __str__(self) -> str:
        return f"{self.a_id}?{self.b_id}"


class Change(models.Model):
    """The change log: whose facts changed, in order. Consumers follow it by id; `contact` is None for nobody known."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="changes")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="changes"
    )

    class Meta:
        indexes = [models.Index(fields=["business", "id"], name="change_in_order")]

    def __str__(self) -> str:
        return f"change {self.pk}"


class Cursor(models.Model):
    """How far a consumer has read the change log; `taken_until` is its lease while it works."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="cursors")
    consumer = models.CharField(max_length=32)
    position = models.BigIntegerField(default=0)
    taken_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "consumer"], name="cursor_once")]

    def __str__(self) -> str:
        return f"{self.consumer} at {self.position}"
