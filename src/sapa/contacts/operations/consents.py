"""Whether a person lets the shop write to them: what they said, what a provider says, what a teammate heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.models import Consent, Contact
from sapa.contacts.operations.changes import note_changes
from sapa.lib.database import write
from sapa.lib.ids import uuid7
from sapa.lib.inserting import insert_once


@dataclass(frozen=True, slots=True)
class ConsentSeen:
    """One word on consent: `purpose` is service or promotion, `how` keyword, form, provider or import."""

    identity_id: int
    dedupe_key: str
    purpose: str
    is_given: bool
    how: str
    at: datetime
    text_version: str = ""


def record_consents(*, business: Business, seen: Sequence[ConsentSeen]) -> list[tuple[int, bool]]:
    """(id, is new) of each, in order; the same dedupe key is the same word."""
    return insert_once(
        [
            Consent(
                business=business,
                identity_id=one.identity_id,
                dedupe_key=one.dedupe_key,
                purpose=one.purpose[:12],
                is_given=one.is_given,
                how=one.how[:12],
                text_version=one.text_version[:40],
                at=one.at,
            )
            for one in seen
        ]
    )


def state_consent(
    *, business: Business, contact: Contact, purpose: str, is_given: bool, by: Teammate | None, now: datetime
) -> Consent:
    """A teammate writes down what the person said to them."""
    with write():
        consent = Consent.objects.create(
            business=business,
            identity=contact.identities.order_by("id")[0],
            dedupe_key=f"stated:{uuid7()}",
            purpose=purpose,
            is_given=is_given,
            how="teammate",
            by=by,
            at=now,
        )
        _after(consent, contact.pk, "consent.stated", by, now)
        return consent


def undo_consent(*, business: Business, consent_id: int, by: Teammate | None, now: datetime) -> None:
    """A teammate's word on consent is taken back: what stood before it stands again.

    Raises `Consent.DoesNotExist` for what is none of theirs, or was taken back already.
    """
    with write():
        ours = Consent.objects.filter(business=business, how="teammate", undone_at=None)
        consent = ours.select_related("identity").get(pk=consent_id)
        consent.undone_at = now
        consent.save(update_fields=["undone_at"])
        _after(consent, consent.identity.contact_id, "consent.taken_back", by, now)


def _after(consent: Consent, contact_id: int | None, verb: str, by: Teammate | None, now: datetime) -> None:
    note_changes(consent.business, [contact_id])
    record_audit(
        business=consent.business,
        by=by,
        verb=verb,
        object_kind="consent",
        object_id=str(consent.pk),
        data={"contact": contact_id, "purpose": consent.purpose, "given": consent.is_given},
        now=now,
    )
