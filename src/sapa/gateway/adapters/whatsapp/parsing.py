"""A stored body of WhatsApp becomes events: every message and every status of every change of every entry in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sapa.gateway.adapters._meta.shapes import mapping, read_object, rows, when, word
from sapa.gateway.adapters.whatsapp.coexistence import read_address_book, read_history
from sapa.gateway.adapters.whatsapp.messages import read_echoes, read_messages
from sapa.gateway.adapters.whatsapp.standing import (
    read_account,
    read_preferences,
    read_template_status,
    read_templates,
    read_user_id_updates,
)
from sapa.gateway.adapters.whatsapp.statuses import read_statuses
from sapa.gateway.connecting import Account
from sapa.gateway.contract import RawItem, RawRequest
from sapa.gateway.types import ConversationMoved, Event, Unsupported


def parse(raw: RawRequest | RawItem, account: Account) -> list[Event]:
    """The events in the order they stand. Total: what is not understood is `Unsupported`."""
    body = read_object(raw.body)
    if body is None:
        return [Unsupported("whatsapp.unreadable")]
    if isinstance(raw, RawItem):
        return list(read_templates(body, when(raw.head.get("asked_at")), account))
    if body.get("object") != "whatsapp_business_account":
        return [Unsupported("whatsapp.other_object", word(body.get("object"))[:300])]
    events = [event for entry in rows(body.get("entry")) for event in _read_entry(entry, account)]
    return _each_move_once(events) or [Unsupported("whatsapp.empty")]


def _each_move_once(events: list[Event]) -> list[Event]:
    """A batch of one person's messages names their thread's two keys with each: the first time says it."""
    seen: set[tuple[str, str]] = set()
    kept: list[Event] = []
    for event in events:
        if isinstance(event, ConversationMoved):
            if (event.old_key, event.new_key) in seen:
                continue
            seen.add((event.old_key, event.new_key))
        kept.append(event)
    return kept


def _read_entry(entry: Mapping[str, Any], account: Account) -> Iterator[Event]:
    for change in rows(entry.get("changes")):
        value = mapping(change.get("value"))
        number = word(mapping(value.get("metadata")).get("phone_number_id"))
        if number and account.account and number != account.account:
            yield Unsupported("whatsapp.other_number", number[:300])
            continue
        if not number and _is_of_others(entry, value, account):
            yield Unsupported("whatsapp.other_account", word(entry.get("id"))[:300])
            continue
        found = list(_read_change(word(change.get("field")), value, when(entry.get("time")), account))
        yield from found or [Unsupported(f"whatsapp.{word(change.get('field'))}"[:60])]


def _is_of_others(entry: Mapping[str, Any], value: Mapping[str, Any], account: Account) -> bool:
    """Whether news that name no number are of another WhatsApp account: shops may share one app and its secret."""
    own = str(account.settings.get("waba_id") or "")
    named = word(mapping(value.get("waba_info")).get("waba_id")) or word(entry.get("id"))
    return bool(own and named) and named != own


def _read_change(
    field: str, value: Mapping[str, Any], at: datetime | None, account: Account
) -> Iterator[Event]:
    if field == "messages":
        yield from read_messages(value, account)
        yield from read_statuses(value, account)
        for error in rows(value.get("errors")):
            yield Unsupported(
                f"whatsapp.error.{word(error.get('code'))}"[:60], word(error.get("title"))[:300]
            )
    elif field == "smb_message_echoes":
        yield from read_echoes(value, account)
    elif field == "history":
        yield from read_history(value, account)
    elif field == "smb_app_state_sync":
        yield from read_address_book(value, account)
    elif field == "user_preferences":
        yield from read_preferences(value, account)
    elif field == "user_id_update":
        yield from read_user_id_updates(value, account)
    elif field == "message_template_status_update":
        yield from read_template_status(value, at, account)
    elif field == "account_update":
        yield from read_account(value, at, account)
