"""Forgetting a person: their words and addresses go from every room, their touchpoints stay as codes and times.

Identity values become HMACs, by which an old file is kept from bringing the words back (`gateway.digest.forgotten`).
The same fingerprints are written to `forgotten.jsonl` in the data folder, so that restoring an older backup
forgets again.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.analytics import operations as analytics
from sapa.contacts.models import Contact, Identity
from sapa.contacts.operations import note_changes
from sapa.lib.database import write
from sapa.lib.secrets import identity_fingerprint, load_key
from sapa.snapshots.operations import refresh_changed
from sapa.upkeep.operations.erasers import ERASERS, Person, list_attached_files, list_import_files
from sapa.upkeep.types import Forgotten

_LEAST_NAME = 3
_LEAST_DIGITS = 8
_AT_ONCE = 500


def forget(*, business: Business, contact: Contact, by: Teammate | None, now: datetime) -> Forgotten:
    """Erases what a person wrote and what names them; answers how many rows that was. It cannot be taken back."""
    person = _gather(business, contact)
    with write():
        files, attached = list_import_files(person), list_attached_files(person)
        erased = {label: erase(person, now) for label, erase in ERASERS.items()}
        note_changes(business, person.contacts)
        record_audit(
            business=business, by=by, verb="forgot", object_kind="contact", object_id=str(contact.id), now=now
        )
    for path in files:
        path.unlink(missing_ok=True)
    for name in attached:
        default_storage.delete(name)
    _remember_outside(person, now)
    refresh_changed(business, now=now)
    analytics.rebuild(business)
    identities, messages = erased.pop("contacts.Identity"), erased.pop("conversations.Message")
    return Forgotten(identities=identities, messages=messages, others=sum(erased.values()))


def replay_forgotten(*, now: datetime) -> int:
    """Forgets again, after a restore, everybody whom the list beside the data names; answers how many people."""
    path = _list_path()
    if not path.exists():
        return 0
    listed: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        listed.setdefault(entry["business"], set()).add(entry["fingerprint"])
    return sum(
        _replay(business, listed[str(business.public_id)], now)
        for business in Business.objects.order_by("id")
        if str(business.public_id) in listed
    )


def _replay(business: Business, fingerprints: set[str], now: datetime) -> int:
    secret = load_key(Path(settings.KEY_FILE))
    rows = Identity.objects.filter(business=business, is_forgotten=False).values_list(
        "contact_id", "kind", "value"
    )
    found = {
        contact_id
        for contact_id, kind, value in rows.iterator(chunk_size=_AT_ONCE)
        if contact_id is not None and identity_fingerprint(secret, kind, value) in fingerprints
    }
    for contact in Contact.objects.filter(business=business, id__in=found).order_by("id"):
        forget(business=business, contact=contact, by=None, now=now)
    return len(found)


def _gather(business: Business, contact: Contact) -> Person:
    contacts = [
        contact.id,
        *Contact.objects.filter(business=business, merged_into=contact).values_list("id", flat=True),
    ]
    found = Identity.objects.filter(business=business, contact__in=contacts, is_forgotten=False)
    rows = list(found.order_by("id").values_list("id", "kind", "value", "name"))
    named = [contact.name, *(name for *_, name in rows), *(value for _, _, value, _ in rows)]
    names = {name.casefold() for name in named if len(name) >= _LEAST_NAME}
    secret = load_key(Path(settings.KEY_FILE))
    numbers = {re.sub(r"\D", "", value)[-10:] for _, _, value, _ in rows}
    return Person(
        business=business,
        contacts=tuple(contacts),
        identities=tuple(pk for pk, *_ in rows),
        fingerprints={pk: identity_fingerprint(secret, kind, value) for pk, kind, value, _ in rows},
        names=tuple(names | {value.split(":", 1)[-1] for value in names if ":" in value}),
        digits=tuple(number for number in numbers if len(number) >= _LEAST_DIGITS),
    )


def _remember_outside(person: Person, now: datetime) -> None:
    with _list_path().open("a", encoding="utf-8") as file:
        for fingerprint in person.fingerprints.values():
            entry = {
                "business": str(person.business.public_id),
                "fingerprint": fingerprint,
                "at": now.isoformat(),
            }
            file.write(json.dumps(entry) + "\n")


def _list_path() -> Path:
    return Path(settings.HOME) / "forgotten.jsonl"
