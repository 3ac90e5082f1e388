"""Notes from the counter, from calls, and among ourselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.models import Contact
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Note
from sapa.lib.database import write
from sapa.lib.ids import uuid7
from sapa.lib.inserting import insert_once


def record_notes(notes: Sequence[Note]) -> list[tuple[int, bool]]:
    """(id, is new) of each note, in order; the same dedupe key is the same note."""
    return insert_once(notes)


def remark(*, business: Business, contact: Contact, text: str, by: Teammate | None, now: datetime) -> Note:
    """A teammate's remark on a contact, for the team only."""
    with write():
        note = Note.objects.create(
            business=business,
            identity=contact.identities.order_by("id")[0],
            dedupe_key=f"remark:{uuid7()}",
            act="remark",
            text=text,
            happened_at=now,
            learned_at=now,
            by=by,
        )
        _audit(note, "note.written", by, now)
        note_changes(business, [contact.pk])
        return note


def take_back_remark(*, business: Business, note_id: int, by: Teammate | None, now: datetime) -> None:
    """A teammate's remark goes. Raises Note.DoesNotExist for what is none, or is gone already."""
    with write():
        ours = Note.objects.filter(business=business, dedupe_key__startswith="remark:")
        note = ours.select_related("identity").get(pk=note_id)
        _audit(note, "note.taken_back", by, now)
        note_changes(business, [note.identity.contact_id])
        note.delete()


def _audit(note: Note, verb: str, by: Teammate | None, now: datetime) -> None:
    record_audit(
        business=note.business, by=by, verb=verb, object_kind="note", object_id=str(note.pk), now=now
    )
