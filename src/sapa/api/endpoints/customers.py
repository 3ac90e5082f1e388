"""People: found, read, written down, described; two who are one, and taken apart again."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sapa.accounts.queries import list_teammates
from sapa.api.errors import conflict, not_found, unfit
from sapa.api.paging import Number, Page, PageAsked, cut_page, make_page, read_cursor, write_cursor
from sapa.api.register import Asked, endpoint
from sapa.api.types import Made
from sapa.contacts import operations as contacts
from sapa.contacts.models import Contact
from sapa.contacts.operations.merge import SamePersonError
from sapa.contacts.operations.statements import state, undo_statement
from sapa.contacts.queries import get_contact, get_statement, list_suggestions_after
from sapa.contacts.rules import normalise_key
from sapa.contacts.types import Duplicate
from sapa.conversations.operations import remark
from sapa.gateway.types import Key, Origin
from sapa.imports.operations.by_hand import write_down
from sapa.programs.types import Scope
from sapa.snapshots.queries import get_snapshot, list_rows_of, list_told_timeline
from sapa.snapshots.types import ContactRow, Snapshot, TimelineEntry
from sapa.standings.directory import list_directory

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Trust(Enum):
    NEW = "new"
    CONSIDERING = "considering"
    TRUSTING = "trusting"
    NEEDS_SUPPORT = "needs_support"


class StatedField(Enum):
    TRUST = "trust"
    NAME = "name"
    OWNER = "owner"
    PREFERENCE = "preference"


class ContactsAsked(PageAsked, forbid_unknown_fields=True, kw_only=True):
    search: Annotated[str, msgspec.Meta(max_length=200)] = ""
    trust: Trust | None = None


class OriginTold(msgspec.Struct, forbid_unknown_fields=True):
    channel: Annotated[str, msgspec.Meta(max_length=32)] = ""
    context: Annotated[str, msgspec.Meta(max_length=300)] = ""


class ContactTold(msgspec.Struct, forbid_unknown_fields=True):
    """The same number or address is the same person."""

    name: Name
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    asked: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    origin: OriginTold | None = None


class NoteTold(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class StatementTold(msgspec.Struct, forbid_unknown_fields=True):
    """`value` is a trust status (null: back to what Sapa thinks), a name, a teammate's id or a preference."""

    field: StatedField
    value: Annotated[str, msgspec.Meta(max_length=200)] | None
    why: Annotated[str, msgspec.Meta(max_length=300)] = ""


class TwoContacts(msgspec.Struct, forbid_unknown_fields=True):
    a: UUID
    b: UUID


def _contact(asked: Asked) -> Contact:
    return get_contact(asked.business, asked.ids["contact_id"])


@endpoint(
    "GET",
    "/contacts",
    Scope.READ_CUSTOMERS,
    "Customers, the last seen first, or those whom `search` finds by name, number or address",
    answer=ContactRow,
    paged=True,
    query=ContactsAsked,
)
def list_contacts(asked: Asked) -> Page[ContactRow]:
    wanted: ContactsAsked = asked.query
    found = list_directory(
        asked.business,
        search=wanted.search,
        trust=wanted.trust.value if wanted.trust else "",
        after=read_cursor(wanted.after, tuple[Moment, Number]),
        limit=wanted.limit + 1,
    )
    shown = found[: wanted.limit]
    last = shown[-1] if len(found) > wanted.limit else None
    return Page(
        items=tuple(list_rows_of(asked.business, [row.contact_id for row in shown])),
        next=write_cursor([last.last_seen_at, last.contact_id]) if last else None,
    )


@endpoint("GET", "/contacts/{contact_id}", Scope.READ_CUSTOMERS, "One customer", answer=ContactRow)
def get_one_contact(asked: Asked) -> ContactRow:
    return _row(asked, _contact(asked))


def _row(asked: Asked, contact: Contact) -> ContactRow:
    rows = list_rows_of(asked.business, [contact.pk])
    if not rows:
        raise not_found()
    return rows[0]


@endpoint(
    "POST",
    "/contacts",
    Scope.WRITE_CUSTOMERS,
    "Writes a customer down",
    answer=ContactRow,
    status=201,
    body=ContactTold,
)
def create_contact(asked: Asked) -> ContactRow:
    told: ContactTold = asked.body
    origin = told.origin
    try:
        _identity, contact = write_down(
            business=asked.business,
            name=_words(told.name, "name"),
            keys=tuple(_key(kind, value) for kind, value in _keys_of(told)),
            asked=told.asked.strip(),
            origin=Origin(channel=origin.channel, context=origin.context) if origin else None,
            by=asked.by,
            now=asked.now,
        )
    except LookupError as error:
        raise unfit(_("Dengan isian ini tidak ada yang bisa dikenali. Tulis namanya."), "name") from error
    return _row(asked, contact)


def _keys_of(told: ContactTold) -> list[tuple[str, str]]:
    return [(kind, value) for kind, value in (("phone", told.phone), ("email", told.email)) if value]


def _key(kind: str, value: str) -> Key:
    if normalise_key(kind, value) is None:
        raise unfit(_("Nomor atau alamat ini tidak terbaca. Tulis lengkap, atau kosongkan."), kind)
    return Key(kind, value)


def _words(text: str, field: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise unfit(_("Isian ini masih kosong."), field)
    return plain


@endpoint(
    "GET",
    "/contacts/{contact_id}/timeline",
    Scope.READ_CUSTOMERS,
    "What happened, in order of time",
    answer=TimelineEntry,
    paged=True,
    query=PageAsked,
)
def get_timeline(asked: Asked) -> Page[TimelineEntry]:
    return cut_page(list_told_timeline(_contact(asked)), asked.query, _name_entry, _is_later)


def _name_entry(entry: TimelineEntry) -> tuple[Any, ...]:
    return entry.at, entry.kind, entry.source.kind, entry.source.id


def _is_later(entry: TimelineEntry, spot: Any) -> bool:
    try:
        return entry.at > datetime.fromisoformat(str(spot[0]))
    except (ValueError, TypeError, IndexError):
        return False


@endpoint(
    "GET", "/contacts/{contact_id}/snapshot", Scope.READ_CUSTOMERS, "The sheet of a customer", answer=Snapshot
)
def get_sheet(asked: Asked) -> Snapshot:
    return get_snapshot(_contact(asked), now=asked.now)


@endpoint(
    "POST",
    "/contacts/{contact_id}/notes",
    Scope.WRITE_CUSTOMERS,
    "A note for the team only",
    answer=Made,
    status=201,
    body=NoteTold,
)
def create_note(asked: Asked) -> Made:
    told: NoteTold = asked.body
    if not told.text.strip():
        raise unfit(_("Isian ini masih kosong."), "text")
    note = remark(
        business=asked.business, contact=_contact(asked), text=told.text.strip(), by=asked.by, now=asked.now
    )
    return Made(str(note.pk))


@endpoint(
    "POST",
    "/contacts/{contact_id}/statements",
    Scope.WRITE_CUSTOMERS,
    "What the shop says of a customer: trust, name, owner or a preference; the newest stands",
    answer=Made,
    status=201,
    body=StatementTold,
)
def create_statement(asked: Asked) -> Made:
    told: StatementTold = asked.body
    made = state(
        business=asked.business,
        contact=_contact(asked),
        field=told.field.value,
        value=_stated(asked, told),
        why=told.why,
        by=asked.by,
        now=asked.now,
    )
    return Made(str(made.pk))


def _stated(asked: Asked, told: StatementTold) -> str | int | None:
    if told.field is StatedField.TRUST:
        if told.value is not None and told.value not in {one.value for one in Trust}:
            raise unfit(_("Status ini tidak dikenal."), "value")
        return told.value
    value = _words(told.value or "", "value")
    if told.field is not StatedField.OWNER:
        return value
    mate = next((one for one in list_teammates(asked.business) if str(one.public_id) == value), None)
    if mate is None:
        raise unfit(_("Tidak ada anggota tim dengan id ini."), "value")
    return mate.pk


@endpoint(
    "DELETE",
    "/contacts/{contact_id}/statements/{number}",
    Scope.WRITE_CUSTOMERS,
    "Takes a statement back: what stood before stands again",
    status=204,
)
def delete_statement(asked: Asked) -> None:
    statement = get_statement(asked.business, read_number(asked, "number"))
    if statement.undone_at is not None or statement.contact_id != _contact(asked).pk:
        raise not_found()
    undo_statement(business=asked.business, statement=statement, by=asked.by, now=asked.now)


def read_number(asked: Asked, name: str) -> int:
    """An id that is a number, small enough for every table."""
    number: Any = asked.ids[name]
    if not 0 < int(number) <= 2**62:
        raise not_found()
    return int(number)


@endpoint(
    "GET",
    "/duplicates",
    Scope.READ_CUSTOMERS,
    "Customers who may be one, best first",
    answer=Duplicate,
    paged=True,
    query=PageAsked,
)
def list_duplicates(asked: Asked) -> Page[Duplicate]:
    wanted: PageAsked = asked.query
    rows = list_suggestions_after(
        asked.business, after=read_cursor(wanted.after, tuple[float, Number]), limit=wanted.limit + 1
    )
    return make_page(rows, wanted.limit, _place_pair, _show_pair)


def _place_pair(row: tuple[tuple[float, int], Duplicate]) -> tuple[float, int]:
    return row[0]


def _show_pair(row: tuple[tuple[float, int], Duplicate]) -> Duplicate:
    return row[1]


@endpoint(
    "POST",
    "/merges",
    Scope.WRITE_CUSTOMERS,
    "Joins two customers who are one",
    answer=Made,
    status=201,
    body=TwoContacts,
    may_fail=(409,),
)
def create_merge(asked: Asked) -> Made:
    told: TwoContacts = asked.body
    a, b = get_contact(asked.business, told.a), get_contact(asked.business, told.b)
    try:
        link = contacts.merge(business=asked.business, a=a, b=b, by=asked.by, now=asked.now)
    except SamePersonError as same:
        raise conflict("same_person", _("Keduanya sudah satu pelanggan.")) from same
    return Made(str(link.pk))


@endpoint("DELETE", "/merges/{number}", Scope.WRITE_CUSTOMERS, "Parts them again", status=204)
def delete_merge(asked: Asked) -> None:
    contacts.unmerge(
        business=asked.business, link_id=read_number(asked, "number"), by=asked.by, now=asked.now
    )
