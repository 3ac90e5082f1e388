"""Forgetting a person: their words and addresses go from every room, their touchpoints stay as codes and times.

Identity values become HMACs, by which an old file is kept from bringing the words back (`gateway.digest.forgotten`).
The same fingerprints are written to `forgotten.jsonl` in the data folder, so that restoring an older backup
forgets again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.analytics import operations as analytics
from sapa.contacts.models import Contact, Description, Identity, Link, Statement, Suggestion, ToldOrigin
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Conversation, Message, Note
from sapa.gateway.digest.work import FactKind
from sapa.gateway.models import Payload
from sapa.imports.models import BatchFile, Effect, FailedRow
from sapa.lib.database import write
from sapa.lib.secrets import identity_fingerprint, load_key
from sapa.orders.models import Order, OrderStep
from sapa.promises.models import Promise
from sapa.readings.models import Reading
from sapa.responses.models import Response
from sapa.reviews.models import Review
from sapa.snapshots.operations import refresh_changed
from sapa.upkeep.types import Forgotten

NAMELESS = "·"
"""What stands for the name of somebody who was forgotten: a person still, but nobody's namesake."""

_LEAST_NAME = 3
_LEAST_DIGITS = 8
_AT_ONCE = 500
_PERSONAL = frozenset({"buyer_hint", "tracking_number"})


@dataclass(frozen=True, slots=True)
class _Person:
    """Whom to forget: the contact with those it absorbed, their identities, and what names them in loose text."""

    business: Business
    contacts: tuple[int, ...]
    identities: tuple[int, ...]
    fingerprints: dict[int, str]
    names: tuple[str, ...]
    digits: tuple[str, ...]

    def is_named_in(self, text: str) -> bool:
        plain = text.casefold()
        if any(name in plain for name in self.names):
            return True
        numbers = re.sub(r"\D", "", text)
        return any(digits in numbers for digits in self.digits)


def forget(*, business: Business, contact: Contact, by: Teammate | None, now: datetime) -> Forgotten:
    """Erases what a person wrote and what names them; answers how many rows that was. It cannot be taken back."""
    person = _gather(business, contact)
    with write():
        files = _stored_files(person)
        erased = {label: erase(person, now) for label, erase in ERASERS.items()}
        note_changes(business, person.contacts)
        record_audit(
            business=business, by=by, verb="forgot", object_kind="contact", object_id=str(contact.id), now=now
        )
    for path in files:
        path.unlink(missing_ok=True)
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


def _gather(business: Business, contact: Contact) -> _Person:
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
    return _Person(
        business=business,
        contacts=tuple(contacts),
        identities=tuple(pk for pk, *_ in rows),
        fingerprints={pk: identity_fingerprint(secret, kind, value) for pk, kind, value, _ in rows},
        names=tuple(names | {value.split(":", 1)[-1] for value in names if ":" in value}),
        digits=tuple(number for number in numbers if len(number) >= _LEAST_DIGITS),
    )


def _threads(person: _Person) -> list[int]:
    own = Conversation.objects.filter(
        business=person.business, identity__in=person.identities, is_group=False
    )
    return list(own.values_list("id", flat=True))


def _erase_messages(person: _Person, now: datetime) -> int:
    """Both sides of a thread of their own, and what they wrote in groups."""
    theirs = Message.objects.filter(
        Q(identity__in=person.identities) | Q(conversation__in=_threads(person)), business=person.business
    )
    for derived in (Promise, Reading):
        derived._default_manager.filter(message__in=theirs).delete()
    return theirs.update(text="", media=[], author_name="")


def _erase_conversations(person: _Person, now: datetime) -> int:
    secret = load_key(Path(settings.KEY_FILE))
    threads = list(Conversation.objects.filter(id__in=_threads(person)))
    for thread in threads:
        thread.title = NAMELESS
        thread.key = identity_fingerprint(secret, "conversation", thread.key)
    Conversation.objects.bulk_update(threads, ["title", "key"], batch_size=_AT_ONCE)
    return len(threads)


def _erase_identities(person: _Person, now: datetime) -> int:
    rows = list(Identity.objects.filter(id__in=person.identities))
    for row in rows:
        row.value = person.fingerprints[row.id]
        row.name = NAMELESS if row.name else ""
        row.is_forgotten, row.learned_at = True, now
    Identity.objects.bulk_update(rows, ["value", "name", "is_forgotten", "learned_at"], batch_size=_AT_ONCE)
    Link.objects.filter(Q(a__in=person.identities) | Q(b__in=person.identities)).update(evidence={})
    Suggestion.objects.filter(Q(a__in=person.contacts) | Q(b__in=person.contacts)).delete()
    return len(rows)


def _erase_contacts(person: _Person, now: datetime) -> int:
    return Contact.objects.filter(id__in=person.contacts).update(name=NAMELESS, name_key="")


def _erase_descriptions(person: _Person, now: datetime) -> int:
    rows = Description.objects.filter(identity__in=person.identities)
    return rows.update(city="", address="", note="", preferences=[])


def _erase_origins(person: _Person, now: datetime) -> int:
    return ToldOrigin.objects.filter(identity__in=person.identities).update(context="", referrer="")


def _erase_statements(person: _Person, now: datetime) -> int:
    said = Statement.objects.filter(contact__in=person.contacts)
    said.filter(field__in=("name", "preference")).update(value=None)
    return said.update(why="")


def _erase_notes(person: _Person, now: datetime) -> int:
    return Note.objects.filter(identity__in=person.identities).update(text="", outcome="")


def _erase_reviews(person: _Person, now: datetime) -> int:
    return Review.objects.filter(identity__in=person.identities).update(text="")


def _erase_responses(person: _Person, now: datetime) -> int:
    return Response.objects.filter(identity__in=person.identities).update(words="")


def _erase_order_steps(person: _Person, now: datetime) -> int:
    """What was bought for how much stays; to whom and under which parcel it went does not."""
    rows = list(OrderStep.objects.filter(order__identity__in=person.identities))
    for row in rows:
        row.values = {name: value for name, value in row.values.items() if name not in _PERSONAL}
    OrderStep.objects.bulk_update(rows, ["values"], batch_size=_AT_ONCE)
    return len(rows)


def _erase_orders(person: _Person, now: datetime) -> int:
    return Order.objects.filter(identity__in=person.identities).update(tracking_number="", buyer_hint="")


def _erase_failed_rows(person: _Person, now: datetime) -> int:
    rows = FailedRow.objects.filter(business=person.business).values_list("id", "raw", "problem")
    named = [
        pk
        for pk, raw, problem in rows.iterator(chunk_size=_AT_ONCE)
        if person.is_named_in(json.dumps([raw, problem], ensure_ascii=False))
    ]
    return FailedRow.objects.filter(id__in=named).delete()[0]


def _erase_payloads(person: _Person, now: datetime) -> int:
    rows = Payload.objects.filter(business=person.business, digested_at__isnull=False)
    named = [
        pk
        for pk, body in rows.values_list("id", "body").iterator(chunk_size=_AT_ONCE)
        if person.is_named_in(bytes(body).decode("utf-8", "replace"))
    ]
    return Payload.objects.filter(id__in=named).delete()[0]


def _erase_files(person: _Person, now: datetime) -> int:
    rows = list(BatchFile.objects.filter(business=person.business, batch__in=_batches(person)))
    for row in rows:
        row.stored_as = ""
        if person.is_named_in(row.name):
            row.name = NAMELESS
    BatchFile.objects.bulk_update(rows, ["stored_as", "name"], batch_size=_AT_ONCE)
    return len(rows)


def _stored_files(person: _Person) -> list[Path]:
    """The kept files of the imports that brought this person; a file of the user's own elsewhere is left alone."""
    folder = Path(settings.MEDIA_ROOT).resolve()
    rows = BatchFile.objects.filter(business=person.business, batch__in=_batches(person)).exclude(
        stored_as=""
    )
    paths = [(folder / stored_as).resolve() for stored_as in rows.values_list("stored_as", flat=True)]
    return [path for path in paths if path.is_relative_to(folder)]


def _batches(person: _Person) -> set[int]:
    mine = person.identities
    facts: dict[FactKind, Iterable[int]] = {
        FactKind.MESSAGE: Message.objects.filter(
            Q(identity__in=mine) | Q(conversation__in=_threads(person))
        ).values_list("id", flat=True),
        FactKind.ORDER_STEP: OrderStep.objects.filter(order__identity__in=mine).values_list("id", flat=True),
        FactKind.NOTE: Note.objects.filter(identity__in=mine).values_list("id", flat=True),
        FactKind.REVIEW: Review.objects.filter(identity__in=mine).values_list("id", flat=True),
        FactKind.RESPONSE: Response.objects.filter(identity__in=mine).values_list("id", flat=True),
        FactKind.ORIGIN: ToldOrigin.objects.filter(identity__in=mine).values_list("id", flat=True),
        FactKind.DESCRIPTION: Description.objects.filter(identity__in=mine).values_list("id", flat=True),
    }
    found: set[int] = set()
    for kind, ids in facts.items():
        effects = Effect.objects.filter(business=person.business, kind=int(kind), object_id__in=list(ids))
        found.update(effects.values_list("batch_id", flat=True))
    return found


# In this order: what is found through identities and threads goes before they do.
ERASERS: dict[str, Callable[[_Person, datetime], int]] = {
    "imports.BatchFile": _erase_files,
    "imports.FailedRow": _erase_failed_rows,
    "gateway.Payload": _erase_payloads,
    "conversations.Message": _erase_messages,
    "conversations.Conversation": _erase_conversations,
    "conversations.Note": _erase_notes,
    "reviews.Review": _erase_reviews,
    "responses.Response": _erase_responses,
    "orders.OrderStep": _erase_order_steps,
    "orders.Order": _erase_orders,
    "contacts.Description": _erase_descriptions,
    "contacts.ToldOrigin": _erase_origins,
    "contacts.Statement": _erase_statements,
    "contacts.Identity": _erase_identities,
    "contacts.Contact": _erase_contacts,
}


def _remember_outside(person: _Person, now: datetime) -> None:
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
