"""Beside the phone app: half a year of history, and the phone's address book.

Meta, "history webhook" and "smb_app_state_sync webhook": three phases in chunks that may come in any order and repeat ids
that came live; files of the last fourteen days come later, in a webhook of their own under the same message id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sapa.gateway.adapters._meta.shapes import mapping, rows, when, word
from sapa.gateway.adapters.whatsapp.messages import Seen, events_of
from sapa.gateway.adapters.whatsapp.people import Party, contact_of, digits, party_of, user_id_of
from sapa.gateway.connecting import Account
from sapa.gateway.types import Event, PersonDescribed, Unsupported


def read_history(value: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """The messages of every thread of every chunk, and the files that were told of before; all as history."""
    own = digits(mapping(value.get("metadata")).get("display_phone_number"))
    for chunk in rows(value.get("history")):
        for error in rows(chunk.get("errors")):
            yield Unsupported(
                f"whatsapp.history.{word(error.get('code'))}"[:60], word(error.get("title"))[:300]
            )
        for thread in rows(chunk.get("threads")):
            party = _party_of_thread(thread)
            for row in rows(thread.get("messages")):
                yield from _event(row, party, own, account)
    for row in rows(value.get("messages")):
        yield from _event(row, _party_of_file(row, value, own), own, account)


def _event(row: Mapping[str, Any], party: Party, own: str, account: Account) -> Iterator[Event]:
    is_ours = bool(own) and digits(row.get("from")) == own
    yield from events_of(Seen(row, party, "history", is_ours=is_ours), account)


def _party_of_thread(thread: Mapping[str, Any]) -> Party:
    context = mapping(thread.get("context"))
    thread_id = thread.get("id")
    return party_of(digits(thread_id) or context.get("wa_id"), user_id_of(thread_id), context)


def _party_of_file(row: Mapping[str, Any], value: Mapping[str, Any], own: str) -> Party:
    """Whom a message without a thread is with: whom the shop wrote to, else who wrote."""
    side = "to" if digits(row.get("from")) == own else "from"
    number, user_id = row.get(side), row.get(f"{side}_user_id")
    return party_of(number, user_id, contact_of(value, number, user_id))


def read_address_book(value: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """Names that the shop gave in its phone. One that it removes there stays known here."""
    for row in rows(value.get("state_sync")):
        contact, at = mapping(row.get("contact")), when(mapping(row.get("metadata")).get("timestamp"))
        name = word(contact.get("full_name")) or word(contact.get("first_name"))
        party = Party(
            digits(contact.get("phone_number")),
            user_id_of(contact.get("user_id")),
            name=name or word(contact.get("username")),
        )
        if row.get("type") != "contact" or row.get("action") != "add" or not party.is_known:
            yield Unsupported(f"whatsapp.state_sync.{word(row.get('action'))}"[:60])
            continue
        yield PersonDescribed(account.ref, party.person(), at)
