"""Customer sheets and address books: every row is a person that the shop knows.

Google Contacts is read by its own column names (both headers: `Given Name`/`Group Membership` until 2024,
`First Name`/`Labels` since); everything else by `columns.match`.
"""

from __future__ import annotations

import re

from sapa.gateway.types import ChannelRef, Event, Key, Person, PersonDescribed
from sapa.imports.formats.columns import Field, Matched, plain_name
from sapa.imports.formats.fields import PEOPLE
from sapa.imports.formats.persons import keys_of, name_and_keys, person_of
from sapa.imports.formats.reading import Reader, RowError
from sapa.imports.formats.rowwise import Builder, RowFormat, Sheet
from sapa.imports.formats.sources import origin_of
from sapa.imports.formats.tables import Cells, Table

_CHANNEL = ChannelRef("contacts")
_PREFERENCES = (("size", "size"), ("colour", "color"), ("variant", "variant"))
_MORE = ("source", "referrer", "size", "colour", "variant", "city", "address", "note", "since")


def _sheet_likeness(matched: Matched, table: Table) -> int:
    """A name or key column is needed, by its own name where nothing else speaks; what else is known of people adds."""
    reachable = matched.has("phone") or matched.has("email") or matched.has("instagram")
    named = max(matched.confidence.get(name, 0) for name in ("name", "first_name"))
    if not reachable and named < 85:
        return 0
    base = 58 if reachable and named else 45
    return min(base + 4 * sum(matched.has(name) for name in _MORE), 74)


def _sheet_builder(sheet: Sheet) -> Builder:
    reader = sheet.reader

    def build(cells: Cells) -> tuple[Event, ...]:
        name, keys = _name_and_keys(reader, cells)
        if not name and not keys:
            raise RowError("person_without_name")
        return (
            PersonDescribed(
                _CHANNEL,
                person_of("contacts", name, keys),
                at=reader.moment(cells, "since"),
                origin=origin_of(reader.text(cells, "source"), reader.text(cells, "referrer")),
                city=reader.text(cells, "city"),
                address=reader.text(cells, "address"),
                note=reader.text(cells, "note"),
                preferences=tuple(
                    (said, value) for field, said in _PREFERENCES if (value := reader.text(cells, field))
                ),
            ),
        )

    return build


def _name_and_keys(reader: Reader, cells: Cells) -> tuple[str, tuple[Key, ...]]:
    name = reader.text(cells, "name")
    if not name:
        name = f"{reader.text(cells, 'first_name')} {reader.text(cells, 'last_name')}".strip()
    phones = " ::: ".join(filter(None, (reader.phone(cells, field) for field in ("phone", "phone_2"))))
    emails = " ::: ".join(filter(None, (reader.text(cells, field) for field in ("email", "email_2"))))
    keys = keys_of(phones, emails, (("instagram", reader.text(cells, "instagram")),))
    if not keys:
        name, keys = name_and_keys(name)
    return name, keys


GOOGLE_NAMES = (
    Field("name", ("name",)),
    Field("first_name", ("first name", "given name")),
    Field("middle_name", ("middle name", "additional name")),
    Field("last_name", ("last name", "family name")),
    Field("company", ("organization name", "organization 1 name")),
    Field("phone", ("phone 1 value",)),
    Field("email", ("e mail 1 value",)),
    Field("city", ("address 1 city",)),
    Field("address", ("address 1 formatted",)),
    Field("note", ("notes",)),
)
_MANY = re.compile(r"^(phone|e mail) \d+ value$")


def _google_likeness(matched: Matched, table: Table) -> int:
    names = {plain_name(name) for name in table.header}
    old = {"given name", "family name"} <= names and bool(
        names & {"group membership", "phone 1 value", "e mail 1 value"}
    )
    new = {"first name", "last name", "labels"} <= names
    return 96 if old or new else 0


def _google_builder(sheet: Sheet) -> Builder:
    places: dict[str, list[int]] = {"phone": [], "e mail": []}
    exact: dict[str, int] = {}
    for index, header in enumerate(sheet.table.header):
        name = plain_name(header)
        exact.setdefault(name, index)
        if match := _MANY.match(name):
            places[match[1]].append(index)
    names = {
        wanted.name: next((exact[alias] for alias in wanted.aliases if alias in exact), sheet.table.width)
        for wanted in GOOGLE_NAMES
    }

    def build(cells: Cells) -> tuple[Event, ...]:
        said = {field: str(cells[index]).strip() for field, index in names.items()}
        parts = (said["first_name"], said["middle_name"], said["last_name"])
        name = said["name"] or " ".join(filter(None, parts)) or said["company"]
        phones = " ::: ".join(str(cells[index]) for index in places["phone"] if cells[index])
        emails = " ::: ".join(str(cells[index]) for index in places["e mail"] if cells[index])
        keys = keys_of(phones, emails)
        if not name and not keys:
            raise RowError("person_without_name")
        person: Person = person_of("contacts", name, keys)
        return (
            PersonDescribed(_CHANNEL, person, city=said["city"], address=said["address"], note=said["note"]),
        )

    return build


FORMATS = (
    RowFormat(
        "google_contacts",
        "contacts",
        GOOGLE_NAMES,
        _google_likeness,
        (("first_name", "name"),),
        (),
        _google_builder,
    ),
    RowFormat(
        "contacts_table",
        "contacts",
        PEOPLE,
        _sheet_likeness,
        (("name", "first_name", "phone", "email", "instagram"),),
        ("since",),
        _sheet_builder,
    ),
)
