"""The register of moments: critical stretches of the journey, and what may be automated in them."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.lib.ids import uuid7


class Moment(models.Model):
    """One moment that the shop has named: what people feel in it, what can go wrong, who answers for it.

    `code` is that of a moment Sapa knows (`moments.types.MomentCode`). No automation goes live without a row here that
    names the risk in words and says `may_be_automated`; the permission holds from `valid_from` on.
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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "code"], name="moment_once")]

    def __str__(self) -> str:
        return self.name
