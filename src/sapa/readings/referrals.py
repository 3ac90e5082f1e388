"""A teammate's word on what looks like a referral: one tap, and a way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.models import Contact
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Message
from sapa.lib.database import write
from sapa.readings.models import ReferralWord


def judge_referral(
    *,
    business: Business,
    message: Message,
    is_one: bool,
    referrer: Contact | None = None,
    by: Teammate,
    now: datetime,
) -> ReferralWord:
    """Keeps whether a message is a referral, and who sent its author; a later word replaces an earlier one."""
    verdict = ReferralWord.Verdict.CONFIRMED if is_one else ReferralWord.Verdict.REJECTED
    with write():
        before = ReferralWord.objects.filter(business=business, message=message).first()
        former = {"verdict": before.verdict, "referrer": before.referrer_id} if before else None
        word, _made = ReferralWord.objects.update_or_create(
            business=business,
            message=message,
            defaults={"verdict": verdict, "referrer": referrer if is_one else None, "by": by, "at": now},
        )
        _after(word, "referral.judged", by, now, {"before": former, "verdict": word.verdict})
    return word


def take_back_referral_word(
    *, business: Business, word_id: int, entry_data: dict[str, Any], by: Teammate, now: datetime
) -> None:
    """What was said before holds again. Raises LookupError where it was said otherwise since."""
    with write():
        word = ReferralWord.objects.filter(business=business, pk=word_id).select_related("message").first()
        if word is None or word.verdict != entry_data["verdict"]:
            raise LookupError(word_id)
        former = entry_data["before"]
        if former is None:
            _after(word, "referral.unjudged", by, now, {})
            word.delete()
            return
        word.verdict, word.referrer_id = former["verdict"], former["referrer"]
        word.save(update_fields=["verdict", "referrer"])
        _after(word, "referral.unjudged", by, now, {})


def _after(word: ReferralWord, verb: str, by: Teammate, now: datetime, data: dict[str, Any]) -> None:
    identity = word.message.identity
    note_changes(word.business, [identity.contact_id if identity else None])
    record_audit(
        business=word.business,
        by=by,
        verb=verb,
        object_kind="referral",
        object_id=str(word.pk),
        data=data,
        now=now,
    )
