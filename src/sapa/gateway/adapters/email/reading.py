"""A mail as events: what a customer wrote, what the shop wrote elsewhere, what could not be delivered."""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message

from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failure, RawItem
from sapa.gateway.letters import Address, Letter, header_text, letter_key, parse_bytes, read_letter
from sapa.gateway.types import (
    ConversationRef,
    Event,
    Key,
    Media,
    MessageReceived,
    Person,
    ReceiptGiven,
    Unsupported,
)

LOOP_HEADER = "X-Sapa-Channel"
_ID = re.compile(r"<([^<>\s]+)>")
_STATUS = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})")
_PLUS = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
# RFC 3463: the subject and detail of an enhanced status code.
_FAILURES = {
    ("1", "1"): Failure.NO_SUCH_RECIPIENT,
    ("1", "2"): Failure.NO_SUCH_RECIPIENT,
    ("1", "3"): Failure.NO_SUCH_RECIPIENT,
    ("1", "6"): Failure.NO_SUCH_RECIPIENT,
    ("1", "10"): Failure.NO_SUCH_RECIPIENT,
    ("2", "1"): Failure.BLOCKED,
    ("2", "2"): Failure.QUOTA_USED_UP,
    ("2", "3"): Failure.TOO_LARGE,
    ("3", "4"): Failure.TOO_LARGE,
    ("4", "1"): Failure.UNREACHABLE,
    ("4", "4"): Failure.UNREACHABLE,
    ("7", "1"): Failure.REFUSED_CONTENT,
}


def own_addresses(account: Account) -> frozenset[str]:
    """The shop's own addresses in lower case."""
    told = f"{account.settings.get('address', '')},{account.settings.get('other_addresses', '')}"
    return frozenset(one.strip().casefold() for one in told.split(",") if "@" in one)


def own_domain(account: Account) -> str:
    """What stands behind the @ in the Message-IDs that we make."""
    return str(account.settings.get("address", "")).rpartition("@")[2].casefold() or "sapa.invalid"


def events_of(item: RawItem, account: Account) -> list[Event]:
    """The events of one mail; pure and total."""
    try:
        message = parse_bytes(item.body)
        letter = read_letter(message, account.timezone)
        return [
            _report(message, letter, account) if letter.is_report else _event(item, message, letter, account)
        ]
    except Exception as error:  # noqa: BLE001 - the email package raises a dozen kinds of errors on broken mails
        return [Unsupported("email.unreadable", type(error).__name__)]


def _event(item: RawItem, message: Message, letter: Letter, account: Account) -> Event:
    if letter.sender is None or letter.at is None:
        return Unsupported("email.no_sender" if letter.sender is None else "email.no_date", letter.message_id)
    own = own_addresses(account)
    from_us = letter.sender.address in own
    if from_us and not item.head.get("sent") and LOOP_HEADER in message:
        return Unsupported("email.own_mail", letter.message_id)
    party = (
        next((one for one in letter.recipients if one.address not in own), None) if from_us else letter.sender
    )
    if party is None:
        return Unsupported("email.to_ourselves", letter.message_id)
    return MessageReceived(
        account.ref,
        ConversationRef(
            _thread_key(letter, party.address),
            letter.subject[:200],
            party=_person(party),
            answers=_answered(letter, account),
        ),
        letter_key(letter),
        None if from_us else _person(letter.sender),
        letter.text or ("" if letter.media else letter.subject),
        letter.at,
        media=_files(letter, item),
        automatic=letter.automatic,
        teammate=(letter.sender.name or letter.sender.address) if from_us else "",
        source=_source(item, from_us=from_us),
        provider_id=letter.message_id[:255],
        reply_to=(letter.references[-1] if letter.references else "")[:255],
        client_ref=_client_ref(letter, account) if from_us else "",
    )


def _source(item: RawItem, *, from_us: bool) -> str:
    if item.head.get("history"):
        return "history"
    return "echo" if from_us else "live"


def _thread_key(letter: Letter, party: str) -> str:
    root = letter.references[0] if letter.references else letter.message_id
    return f"thread:{root}"[:255] if root else f"subject:{letter.subject.casefold()}:{party}"[:255]


def _answered(letter: Letter, account: Account) -> tuple[str, ...]:
    """The mails by which the thread may be known, newest first; a plus address names the very mail of ours."""
    named = [
        f"{ref.group(1).lower()}@{own_domain(account)}"
        for one in letter.recipients
        if (ref := _PLUS.search(one.address))
    ]
    return tuple(dict.fromkeys([*named, *reversed(letter.references)]))[:20]


def _client_ref(letter: Letter, account: Account) -> str:
    ref, _, domain = letter.message_id.partition("@")
    return ref if domain == own_domain(account) and re.fullmatch(r"[0-9a-f]{32}", ref) else ""


def _person(who: Address) -> Person:
    return Person(("email", who.address), who.name, (Key("email", who.address),))


def _files(letter: Letter, item: RawItem) -> tuple[Media, ...]:
    where = {
        "folder": item.head.get("folder", ""),
        "uid": item.head.get("uid", 0),
        "message_id": letter.message_id,
    }
    return tuple(
        replace(one, ref={**where, "part": place})
        for one, place in zip(letter.media, letter.parts, strict=True)
    )


def _report(message: Message, letter: Letter, account: Account) -> Event:
    """A delivery report (RFC 3464): only `failed` says that a mail did not arrive."""
    blocks = [
        block
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in _inner(part)
    ]
    action = next(
        (header_text(block, "Action").strip().casefold() for block in blocks if block.get("Action")), ""
    )
    status = next((header_text(block, "Status") for block in blocks if block.get("Status")), "")
    about = _reported_id(message)
    if action != "failed" or not about or letter.at is None:
        return Unsupported("email.report", action or "unknown")
    said = next(
        (header_text(block, "Diagnostic-Code") for block in blocks if block.get("Diagnostic-Code")), ""
    )
    return ReceiptGiven(
        account.ref, "failed", letter.at, about[:255], failure_of(status), f"{status} {said}".strip()[:300]
    )


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _reported_id(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            found = [header_text(one, "Message-ID") for one in _inner(part)]
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            found = [header_text(parse_bytes(payload), "Message-ID")] if isinstance(payload, bytes) else []
        else:
            continue
        for value in found:
            if ids := _ID.findall(value):
                return str(ids[0])
    return ""


def failure_of(status: str) -> Failure:
    """Our word for an enhanced status code such as 5.1.1 (RFC 3463)."""
    match = _STATUS.match(status)
    if match is None:
        return Failure.UNKNOWN
    return _FAILURES.get((match.group(2), match.group(3)), Failure.UNKNOWN)
