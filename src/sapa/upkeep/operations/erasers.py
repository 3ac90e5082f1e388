"""What each room holds of a person, and how it goes: the words; times, amounts and codes stay.

Every table of `upkeep.tables.WORDS` has its eraser here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from sapa.accounts.models import Business
from sapa.contacts.models import Contact, Description, Identity, Link, Statement, Suggestion, ToldOrigin
from sapa.conversations.models import Attachment, Conversation, Draft, Message, Note, Remark
from sapa.gateway.digest.work import FactKind
from sapa.gateway.models import Dispatch, DispatchTry, Payload, Receipt, ScheduledMessage
from sapa.imports.models import BatchFile, Effect, FailedRow
from sapa.lib.secrets import identity_fingerprint, load_key
from sapa.metrics.models import Resolve, StoryKit
from sapa.moments.models import Moment, PlanStep, Quote, Trial
from sapa.notices.models import Notice
from sapa.orders.models import Order, OrderStep, Parcel, Scan
from sapa.programs.models import KeptAnswer
from sapa.promises.models import Promise
from sapa.readings.models import Reading
from sapa.responses.models import Response
from sapa.reviews.models import Review

NAMELESS = "·"
"""What stands for the name of somebody who was forgotten: a person still, but nobody's namesake."""

_AT_ONCE = 500
_PERSONAL = frozenset({"buyer_hint", "tracking_number"})


@dataclass(frozen=True, slots=True)
class Person:
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


def _threads(person: Person) -> list[int]:
    own = Conversation.objects.filter(
        business=person.business, identity__in=person.identities, is_group=False
    )
    return list(own.values_list("id", flat=True))


def _erase_messages(person: Person, now: datetime) -> int:
    theirs = _messages(person)
    for derived in (Promise, Reading):
        derived._default_manager.filter(message__in=theirs).delete()
    return theirs.update(
        text="", media=[], author_name="", former_texts=[], provider_id="", reply_to="", reactions=[]
    )


def _messages(person: Person) -> QuerySet[Message]:
    """Both sides of a thread of their own, and what they wrote in groups."""
    return Message.objects.filter(
        Q(identity__in=person.identities) | Q(conversation__in=_threads(person)), business=person.business
    )


def _erase_receipts(person: Person, now: datetime) -> int:
    """Some providers' message ids hold the number to which a message went."""
    ids = _messages(person).exclude(provider_id="").values("provider_id")
    return Receipt.objects.filter(business=person.business, provider_id__in=ids).delete()[0]


def _erase_attachments(person: Person, now: datetime) -> int:
    theirs = Attachment.objects.filter(
        Q(message__in=_messages(person)) | Q(draft__conversation__in=_threads(person))
    )
    return theirs.update(name="", ref={}, stored_as="", state=Attachment.State.GONE, next_try_at=None)


def list_attached_files(person: Person) -> list[str]:
    """The stored files that only this person's messages name, as the file storage knows them."""
    theirs = Q(message__in=_messages(person)) | Q(draft__conversation__in=_threads(person))
    names = set(Attachment.objects.filter(theirs).exclude(stored_as="").values_list("stored_as", flat=True))
    elsewhere = Attachment.objects.filter(stored_as__in=names).exclude(theirs)
    return sorted(names - set(elsewhere.values_list("stored_as", flat=True)))


def _erase_drafts(person: Person, now: datetime) -> int:
    return Draft.objects.filter(conversation__in=_threads(person)).delete()[0]


def _erase_remarks(person: Person, now: datetime) -> int:
    return Remark.objects.filter(conversation__in=_threads(person)).update(text="")


def _erase_resolves(person: Person, now: datetime) -> int:
    """What the team decided stays, unless it names the person."""
    rows = Resolve.objects.filter(business=person.business).exclude(text="")
    named = [row.pk for row in rows.iterator(chunk_size=_AT_ONCE) if person.is_named_in(row.text)]
    return sum(
        Resolve.objects.filter(pk__in=named[start : start + _AT_ONCE]).update(text="")
        for start in range(0, len(named), _AT_ONCE)
    )


def _erase_story_kits(person: Person, now: datetime) -> int:
    """Their own story, and what names them elsewhere; the code and how often it was used stay."""
    kits = StoryKit.objects.filter(business=person.business).exclude(text="")
    theirs = [
        kit.pk
        for kit in kits.iterator(chunk_size=_AT_ONCE)
        if kit.advocate_id in person.contacts or person.is_named_in(kit.text)
    ]
    return StoryKit.objects.filter(pk__in=theirs).update(text="", advocate=None, ended_at=now)


def _erase_dispatches(person: Person, now: datetime) -> int:
    """What is still to be sent to them is not sent any more."""
    theirs = Dispatch.objects.filter(message__in=_messages(person))
    theirs.filter(state=Dispatch.State.QUEUED).update(state=Dispatch.State.CANCELLED)
    return theirs.update(recipient="", content={})


def _erase_tries(person: Person, now: datetime) -> int:
    return DispatchTry.objects.filter(dispatch__message__in=_messages(person)).update(detail="")


def _erase_scheduled(person: Person, now: datetime) -> int:
    theirs = ScheduledMessage.objects.filter(conversation__in=_threads(person))
    theirs.filter(state=ScheduledMessage.State.WAITING).update(state=ScheduledMessage.State.CANCELLED)
    return theirs.update(text="", content={})


def _erase_conversations(person: Person, now: datetime) -> int:
    secret = load_key(Path(settings.KEY_FILE))
    threads = list(Conversation.objects.filter(id__in=_threads(person)))
    for thread in threads:
        thread.title = NAMELESS
        thread.key = identity_fingerprint(secret, "conversation", thread.key)
    Conversation.objects.bulk_update(threads, ["title", "key"], batch_size=_AT_ONCE)
    return len(threads)


def _erase_identities(person: Person, now: datetime) -> int:
    rows = list(Identity.objects.filter(id__in=person.identities))
    for row in rows:
        row.value = person.fingerprints[row.id]
        row.name = NAMELESS if row.name else ""
        row.is_forgotten, row.learned_at = True, now
    Identity.objects.bulk_update(rows, ["value", "name", "is_forgotten", "learned_at"], batch_size=_AT_ONCE)
    Link.objects.filter(Q(a__in=person.identities) | Q(b__in=person.identities)).update(evidence={})
    Suggestion.objects.filter(Q(a__in=person.contacts) | Q(b__in=person.contacts)).delete()
    return len(rows)


def _erase_contacts(person: Person, now: datetime) -> int:
    return Contact.objects.filter(id__in=person.contacts).update(name=NAMELESS, name_key="")


def _erase_descriptions(person: Person, now: datetime) -> int:
    rows = Description.objects.filter(identity__in=person.identities)
    return rows.update(city="", address="", note="", preferences=[])


def _erase_origins(person: Person, now: datetime) -> int:
    return ToldOrigin.objects.filter(identity__in=person.identities).update(context="", referrer="")


def _erase_statements(person: Person, now: datetime) -> int:
    said = Statement.objects.filter(contact__in=person.contacts)
    said.filter(field__in=("name", "preference")).update(value=None)
    return said.update(why="")


def _erase_kept_answers(person: Person, now: datetime) -> int:
    """They are sealed and live for a day: none is kept. That a write was done stays known."""
    return KeptAnswer.objects.filter(business=person.business).exclude(body="").update(body="")


def _erase_quotes(person: Person, now: datetime) -> int:
    """What they wrote is shown in no moment any more."""
    return Quote.objects.filter(message__in=_messages(person)).delete()[0]


def _unname(rows: QuerySet[Any], person: Person, *columns: str) -> int:
    """The shop's own sentences stay, without the name of this person or what they are known by."""
    named = re.compile("|".join(sorted(map(re.escape, person.names), key=len, reverse=True)), re.IGNORECASE)
    changed = 0
    for row in rows if person.names else ():
        before = [getattr(row, name) for name in columns]
        after = [named.sub("…", text) for text in before]
        if before != after:
            for name, text in zip(columns, after, strict=True):
                setattr(row, name, text)
            row.save(update_fields=columns)
            changed += 1
    return changed


def _erase_moments(person: Person, now: datetime) -> int:
    rows = Moment.objects.filter(business=person.business)
    return _unname(rows, person, "name", "feeling", "risk", "change")


def _erase_plan_steps(person: Person, now: datetime) -> int:
    return _unname(PlanStep.objects.filter(business=person.business), person, "text")


def _erase_trials(person: Person, now: datetime) -> int:
    return _unname(Trial.objects.filter(business=person.business), person, "reason")


def _erase_notices(person: Person, now: datetime) -> int:
    """What teammates were told of them, wherever it was said."""
    rows = Notice.objects.filter(business=person.business).values_list("id", "title", "line", "conversation")
    threads = set(_threads(person))
    told = [
        pk
        for pk, title, line, thread in rows.iterator(chunk_size=_AT_ONCE)
        if thread in threads or person.is_named_in(f"{title} {line}")
    ]
    found = Notice.objects.filter(id__in=told)
    count = found.count()
    found.delete()
    return count


def _erase_notes(person: Person, now: datetime) -> int:
    return Note.objects.filter(identity__in=person.identities).update(text="", outcome="")


def _erase_reviews(person: Person, now: datetime) -> int:
    return Review.objects.filter(identity__in=person.identities).update(text="")


def _erase_responses(person: Person, now: datetime) -> int:
    return Response.objects.filter(identity__in=person.identities).update(words="")


def _erase_order_steps(person: Person, now: datetime) -> int:
    """What was bought for how much stays; to whom and under which parcel it went does not."""
    rows = list(OrderStep.objects.filter(order__identity__in=person.identities))
    for row in rows:
        row.values = {name: value for name, value in row.values.items() if name not in _PERSONAL}
    OrderStep.objects.bulk_update(rows, ["values"], batch_size=_AT_ONCE)
    return len(rows)


def _erase_orders(person: Person, now: datetime) -> int:
    return Order.objects.filter(identity__in=person.identities).update(tracking_number="", buyer_hint="")


def _erase_scans(person: Person, now: datetime) -> int:
    return Scan.objects.filter(parcel__order__identity__in=person.identities).delete()[0]


def _erase_parcels(person: Person, now: datetime) -> int:
    """A waybill leads to a name and an address at the courier's."""
    return Parcel.objects.filter(order__identity__in=person.identities).delete()[0]


def _erase_failed_rows(person: Person, now: datetime) -> int:
    rows = FailedRow.objects.filter(business=person.business).values_list("id", "raw", "problem")
    named = [
        pk
        for pk, raw, problem in rows.iterator(chunk_size=_AT_ONCE)
        if person.is_named_in(json.dumps([raw, problem], ensure_ascii=False))
    ]
    return FailedRow.objects.filter(id__in=named).delete()[0]


def _erase_payloads(person: Person, now: datetime) -> int:
    understood = Q(digested_at__isnull=False) | ~Q(problem="")
    rows = Payload.objects.filter(understood, business=person.business)
    named = [
        pk
        for pk, head, body in rows.values_list("id", "head", "body").iterator(chunk_size=_AT_ONCE)
        if person.is_named_in(json.dumps(head) + bytes(body).decode("utf-8", "replace"))
    ]
    return Payload.objects.filter(id__in=named).delete()[0]


def _erase_files(person: Person, now: datetime) -> int:
    rows = list(BatchFile.objects.filter(business=person.business, batch__in=_batches(person)))
    for row in rows:
        row.stored_as = ""
        if person.is_named_in(row.name):
            row.name = NAMELESS
    BatchFile.objects.bulk_update(rows, ["stored_as", "name"], batch_size=_AT_ONCE)
    return len(rows)


def list_import_files(person: Person) -> list[Path]:
    """The kept files of the imports that brought this person; a file of the user's own elsewhere is left alone."""
    folder = Path(settings.MEDIA_ROOT).resolve()
    rows = BatchFile.objects.filter(business=person.business, batch__in=_batches(person)).exclude(
        stored_as=""
    )
    paths = [(folder / stored_as).resolve() for stored_as in rows.values_list("stored_as", flat=True)]
    return [path for path in paths if path.is_relative_to(folder)]


def _batches(person: Person) -> set[int]:
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
ERASERS: dict[str, Callable[[Person, datetime], int]] = {
    "imports.BatchFile": _erase_files,
    "imports.FailedRow": _erase_failed_rows,
    "gateway.Payload": _erase_payloads,
    "gateway.Receipt": _erase_receipts,
    "gateway.DispatchTry": _erase_tries,
    "gateway.Dispatch": _erase_dispatches,
    "gateway.ScheduledMessage": _erase_scheduled,
    "conversations.Attachment": _erase_attachments,
    "conversations.Draft": _erase_drafts,
    "conversations.Remark": _erase_remarks,
    "moments.Moment": _erase_moments,
    "moments.PlanStep": _erase_plan_steps,
    "moments.Quote": _erase_quotes,
    "moments.Trial": _erase_trials,
    "notices.Notice": _erase_notices,
    "metrics.Resolve": _erase_resolves,
    "metrics.StoryKit": _erase_story_kits,
    "programs.KeptAnswer": _erase_kept_answers,
    "conversations.Message": _erase_messages,
    "conversations.Conversation": _erase_conversations,
    "conversations.Note": _erase_notes,
    "reviews.Review": _erase_reviews,
    "responses.Response": _erase_responses,
    "orders.Scan": _erase_scans,
    "orders.Parcel": _erase_parcels,
    "orders.OrderStep": _erase_order_steps,
    "orders.Order": _erase_orders,
    "contacts.Description": _erase_descriptions,
    "contacts.ToldOrigin": _erase_origins,
    "contacts.Statement": _erase_statements,
    "contacts.Identity": _erase_identities,
    "contacts.Contact": _erase_contacts,
}
