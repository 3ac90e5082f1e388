"""Messages of customers and of the shop's own phone app: words, files, edits, unsends, reactions, changed numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sapa.gateway.adapters._meta.shapes import digest_of, mapping, rows, when, word
from sapa.gateway.adapters.whatsapp.people import Party, contact_of, digits, party_of, user_id_of
from sapa.gateway.adapters.whatsapp.words import content_of
from sapa.gateway.connecting import Account
from sapa.gateway.types import (
    ConversationMoved,
    ConversationRef,
    Event,
    Key,
    KeyReplaced,
    Media,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    Origin,
    Reacted,
    Unsupported,
)

_LONGEST_ID = 255
_NUMBER_CHANGES = ("user_changed_number", "customer_changed_number", "user_changed_user_id")


@dataclass(frozen=True, slots=True)
class Seen:
    """One message object with who it is with: `party` is the customer, whoever wrote."""

    row: Mapping[str, Any]
    party: Party
    source: str
    is_ours: bool

    @property
    def id(self) -> str:
        return word(self.row.get("id"))[:_LONGEST_ID]


def read_messages(value: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """The events of `messages`: what customers wrote."""
    for row in rows(value.get("messages")):
        number, user_id = row.get("from"), row.get("from_user_id") or row.get("from")
        contact = contact_of(value, number, user_id)
        party = party_of(number, user_id, contact)
        yield from events_of(Seen(row, party, "live", is_ours=False), account)


def read_echoes(value: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """The events of `message_echoes`: what the shop wrote in its phone app."""
    for row in rows(value.get("message_echoes")):
        number, user_id = row.get("to"), row.get("to_user_id") or row.get("to")
        contact = contact_of(value, number, user_id)
        yield from events_of(Seen(row, party_of(number, user_id, contact), "echo", is_ours=True), account)


def events_of(seen: Seen, account: Account) -> Iterator[Event]:
    """The events of one message; a thread known by its number so far is named by its user id from now on."""
    kind, at = word(seen.row.get("type")), when(seen.row.get("timestamp"))
    if at is None or not seen.id:
        yield Unsupported("whatsapp.message_without_id_or_time", seen.id)
        return
    if kind == "system":
        yield from _system(seen, at, account)
        return
    if kind in ("edit", "revoke"):
        yield _change(seen, kind, at, account)
        return
    if not (seen.party.is_known or word(seen.row.get("group_id"))):
        yield Unsupported("whatsapp.message_of_nobody", seen.id)
        return
    if kind == "reaction":
        yield _reaction(seen, at, account)
        return
    is_private = not word(seen.row.get("group_id"))
    if is_private and seen.party.number and seen.party.user_id and seen.source != "history":
        yield ConversationMoved(account.ref, seen.party.number, seen.party.user_id, at)
    yield from _message(seen, kind, at, account)


def _message(seen: Seen, kind: str, at: datetime, account: Account) -> Iterator[Event]:
    content = content_of(seen.row)
    text, media = content or ("", (Media("document", name=_unknown_kind(seen.row, kind)),))
    context = mapping(seen.row.get("context"))
    yield MessageReceived(
        channel=account.ref,
        conversation=_conversation(seen),
        dedupe_key=digest_of("whatsapp", account.account, seen.id),
        person=None if seen.is_ours else seen.party.person(),
        text=text,
        at=at,
        media=media,
        source=seen.source,
        provider_id=seen.id,
        reply_to=word(context.get("id"))[:_LONGEST_ID],
        origin=None if seen.is_ours else _origin(seen.row),
    )
    if content is None and kind != "media_placeholder":
        yield Unsupported(f"whatsapp.message.{_unknown_kind(seen.row, kind)}"[:60], seen.id)


def _unknown_kind(row: Mapping[str, Any], kind: str) -> str:
    return word(mapping(row.get("unsupported")).get("type")) or kind or "unknown"


def _conversation(seen: Seen) -> ConversationRef:
    group = word(seen.row.get("group_id"))
    if group:
        return ConversationRef(
            f"group:{group}"[:_LONGEST_ID], word(seen.row.get("group_subject")), is_group=True
        )
    return seen.party.conversation()


def _change(seen: Seen, kind: str, at: datetime, account: Account) -> Event:
    body = mapping(seen.row.get(kind))
    original = word(body.get("original_message_id"))[:_LONGEST_ID]
    if not original:
        return Unsupported(f"whatsapp.{kind}_of_nothing", seen.id)
    if kind == "revoke":
        return MessageDeleted(account.ref, original, at)
    content = content_of(mapping(body.get("message")))
    if content is None:
        return Unsupported("whatsapp.edit_of_unknown_kind", seen.id)
    return MessageEdited(account.ref, original, content[0], at)


def _reaction(seen: Seen, at: datetime, account: Account) -> Event:
    body = mapping(seen.row.get("reaction"))
    target = word(body.get("message_id"))[:_LONGEST_ID]
    if not target:
        return Unsupported("whatsapp.reaction_to_nothing", seen.id)
    person = None if seen.is_ours else seen.party.person()
    return Reacted(account.ref, target, person, word(body.get("emoji")), at)


def _system(seen: Seen, at: datetime, account: Account) -> Iterator[Event]:
    """A changed number or user id, which WhatsApp vouches for; a new number brings a new user id."""
    body = mapping(seen.row.get("system"))
    kind = word(body.get("type"))
    if kind not in _NUMBER_CHANGES:
        yield Unsupported(f"whatsapp.system.{kind}"[:60], seen.id)
        return
    old = Party(
        number=digits(body.get("customer")) or seen.party.number,
        user_id=user_id_of(body.get("previous_user_id")),
        parent_user_id=user_id_of(body.get("previous_parent_user_id")),
    )
    new = Party(
        number=digits(body.get("wa_id")) or digits(body.get("new_wa_id")),
        user_id=user_id_of(body.get("user_id")),
        parent_user_id=user_id_of(body.get("parent_user_id")),
    )
    if kind == "user_changed_user_id" and not old.user_id:
        old = Party(old.number, seen.party.user_id)
    changes = list(_replaced(old, new, at, account))
    yield from changes or [Unsupported(f"whatsapp.system.{kind}", seen.id)]


def _replaced(old: Party, new: Party, at: datetime, account: Account) -> Iterator[Event]:
    pairs = (
        ("phone", old.phone, new.phone),
        ("whatsapp_user", old.user_id, new.user_id),
        ("whatsapp_user", old.parent_user_id, new.parent_user_id),
    )
    for kind, before, after in pairs:
        if before and after and before != after:
            yield KeyReplaced(account.ref, Key(kind, before), Key(kind, after), at)
    threads = dict.fromkeys(key for key in (old.number, old.user_id) if key)
    for key in threads:
        if new.is_known and key != new.thread_key:
            yield ConversationMoved(account.ref, key, new.thread_key, at)


def _origin(row: Mapping[str, Any]) -> Origin | None:
    """The ad or post that was clicked, else the product that was asked about."""
    referral = mapping(row.get("referral"))
    if referral:
        link = word(referral.get("source_url"))
        named = word(referral.get("headline")) or word(referral.get("body")) or link
        channel = "instagram" if "instagram." in link.lower() else "facebook"
        return Origin(channel, named[:300])
    product = mapping(mapping(row.get("context")).get("referred_product"))
    named = word(product.get("product_retailer_id"))
    return Origin("whatsapp", named[:300]) if named else None
