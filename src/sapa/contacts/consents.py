"""Reads of consent: the newest word of a person for a purpose stands, whichever of their addresses it came by."""

from __future__ import annotations

from collections.abc import Collection

from sapa.contacts.models import Consent, Contact


def find_consent(contact: Contact, purpose: str) -> Consent | None:
    """The word that stands, None where the person has never said anything on this."""
    said = Consent.objects.filter(identity__contact=contact, purpose=purpose, undone_at=None)
    return said.order_by("-at", "-id").first()


def list_refusing(contact_ids: Collection[int], purpose: str) -> set[int]:
    """Those of the contacts whose newest word for this purpose is no."""
    said = Consent.objects.filter(identity__contact__in=contact_ids, purpose=purpose, undone_at=None)
    newest = dict(said.order_by("at", "id").values_list("identity__contact_id", "is_given"))
    return {contact_id for contact_id, is_given in newest.items() if not is_given}
