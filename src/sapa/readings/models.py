"""What one customer message says, and what teammates say that it says."""

from __future__ import annotations

from django.db import models

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact
from sapa.conversations.models import Message


class Reading(models.Model):
    """What the machine understood of one customer message, corrections applied. Derived.

    `intent` and `sentiment` are empty where the machine abstains; confidences are percent.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="readings")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="reading")
    intent = models.CharField(max_length=20, blank=True)
    sentiment = models.CharField(max_length=10, blank=True)
    needs_human = models.BooleanField(default=False)
    is_question = models.BooleanField(default=False)
    closes = models.BooleanField(default=False)
    intent_confidence = models.PositiveSmallIntegerField(default=0)
    sentiment_confidence = models.PositiveSmallIntegerField(default=0)
    needs_human_confidence = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.intent or '-'} of {self.message_id}"


class ReferralWord(models.Model):
    """A teammate's word on whether a message is a referral; `referrer` is who sent its author, where that is known."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed"
        REJECTED = "rejected"

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="referral_words")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="referral_words")
    verdict = models.CharField(max_length=9, choices=Verdict)
    referrer = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="referral_words"
    )
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "message"], name="referral_word_once")]

    def __str__(self) -> str:
        return f"{self.verdict} referral in {self.message_id}"


class Correction(models.Model):
    """A teammate's word on what a message says: it holds, and teaches this shop's readings.

    `is_learnt`: the readings of the shop's other messages follow its present state (given, or undone).
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="corrections")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="corrections")
    intent = models.CharField(max_length=20, blank=True)
    sentiment = models.CharField(max_length=10, blank=True)
    needs_human = models.BooleanField(null=True)
    by = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    is_learnt = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["business", "-at"], name="correction_newest"),
            models.Index(
                fields=["business"], condition=models.Q(is_learnt=False), name="correction_unlearnt"
            ),
        ]

    def __str__(self) -> str:
        return f"correction of {self.message_id}"
