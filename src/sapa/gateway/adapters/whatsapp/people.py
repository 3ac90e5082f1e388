"""Who writes on WhatsApp: by phone number, by business-scoped user id, or by both.

A person with a username may come without any number, and one from before April 2026 without a user id, so a person is the
set of what stands in the webhook. A username is a name only: it can be given up and taken by somebody else, and nothing
can be sent to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sapa.gateway.adapters._meta.shapes import mapping, rows, word
from sapa.gateway.types import ConversationRef, Key, Person
from sapa.lib.phones import normalise_phone

_USER_ID = re.compile(r"^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$")


@dataclass(frozen=True, slots=True)
class Party:
    """The customer of a thread, as the webhook names them; digits of the number as they came, without plus."""

    number: str = ""
    user_id: str = ""
    parent_user_id: str = ""
    name: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.number or self.user_id)

    @property
    def phone(self) -> str:
        """The number with its plus: a WhatsApp id is never a national number, whatever its first digits look like."""
        return f"+{self.number}" if self.number else ""

    @property
    def thread_key(self) -> str:
        """By the user id where there is one, since it stays when the number is hidden; else by the number."""
        return self.user_id or self.number

    def person(self) -> Person:
        keys = [Key("phone", self.phone)] if self.number else []
        keys += [Key("whatsapp_user", one) for one in (self.user_id, self.parent_user_id) if one]
        if self.user_id:
            return Person(("whatsapp_user", self.user_id), self.name, tuple(keys))
        return Person(("whatsapp", normalise_phone(self.phone) or self.phone), self.name, tuple(keys))

    def conversation(self) -> ConversationRef:
        return ConversationRef(self.thread_key, self.name or self.phone, party=self.person())


def party_of(number: object, user_id: object, contact: Mapping[str, Any]) -> Party:
    """The party that a message's own fields name, filled up from its row in `contacts`."""
    profile = mapping(contact.get("profile"))
    username = word(profile.get("username") or contact.get("username"))
    return Party(
        number=digits(number) or digits(contact.get("wa_id")),
        user_id=user_id_of(user_id) or user_id_of(contact.get("user_id")),
        parent_user_id=user_id_of(contact.get("parent_user_id")),
        name=word(profile.get("name")).strip() or (f"@{username.lstrip('@')}" if username else ""),
    )


def contact_of(value: Mapping[str, Any], number: object, user_id: object) -> Mapping[str, Any]:
    """The row of `contacts` that belongs to a message: by number or user id, else the only one of the only message."""
    contacts = list(rows(value.get("contacts")))
    own_number, own_id = digits(number), user_id_of(user_id)
    for contact in contacts:
        same_number = own_number and digits(contact.get("wa_id")) == own_number
        same_id = own_id and user_id_of(contact.get("user_id")) == own_id
        if same_number or same_id:
            return contact
    many = any(
        len(list(rows(value.get(name)))) > 1 for name in ("messages", "message_echoes", "user_preferences")
    )
    return contacts[0] if len(contacts) == 1 and not many else {}


def digits(number: object) -> str:
    """The digits of a WhatsApp id or number; "" for what is none (a user id that stands in its place)."""
    text = word(number).strip()
    found = re.sub(r"[\s+().-]", "", text)
    return found if found.isascii() and found.isdigit() and len(found) <= 20 else ""


def user_id_of(value: object) -> str:
    """A business-scoped user id (`ID.1349…`) exactly as it came, "" for what is none."""
    text = word(value).strip()
    return text if _USER_ID.match(text) else ""


def is_user_id(address: str) -> bool:
    """Whether an address to send to is a user id and no phone number."""
    return bool(_USER_ID.match(address))
