"""What is not a talk: consent to advertising, templates, and the state of the account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sapa.gateway.adapters._meta.shapes import digest_of, mapping, rows, when, word
from sapa.gateway.adapters.whatsapp.people import contact_of, party_of
from sapa.gateway.connecting import Account
from sapa.gateway.types import (
    ChannelStateChanged,
    ConsentStated,
    Event,
    Key,
    KeyReplaced,
    TemplateStated,
    Unsupported,
)

_TEMPLATE_STATUS = {
    "APPROVED": "approved",
    "REINSTATED": "approved",
    "UNPAUSED": "approved",
    "PENDING": "pending",
    "IN_APPEAL": "pending",
    "APPEAL_REQUESTED": "pending",
    "FLAGGED": "approved",
    "REJECTED": "rejected",
    "PENDING_DELETION": "rejected",
    "DELETED": "rejected",
    "DISABLED": "paused",
    "PAUSED": "paused",
    "ARCHIVED": "paused",
    "LIMIT_EXCEEDED": "paused",
    "LOCKED": "paused",
}
_LOST = {
    "ACCOUNT_DELETED": "account_deleted",
    "PARTNER_REMOVED": "disconnected",
    "PARTNER_APP_UNINSTALLED": "disconnected",
    "ACCOUNT_OFFBOARDED": "disconnected",
    "ACCOUNT_RECONNECTED": "",
}
_BANS = {"DISABLE": "banned", "REINSTATE": ""}
# Other restrictions touch who may be written to first, not the replies.
_NO_REPLIES = {"RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "RESTRICTED_USER_INITIATED_MESSAGING"}
_BLANK = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def read_preferences(value: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """Whether a person wants advertising; service messages are not touched by it."""
    for row in rows(value.get("user_preferences")):
        number, user_id = row.get("wa_id"), row.get("user_id")
        party = party_of(number, user_id, contact_of(value, number, user_id))
        choice, at = word(row.get("value")).lower(), when(row.get("timestamp"))
        if choice not in ("stop", "resume", "signup") or at is None or not party.is_known:
            yield Unsupported(f"whatsapp.preference.{choice}"[:60])
            continue
        yield ConsentStated(
            channel=account.ref,
            dedupe_key=digest_of("whatsapp.preference", party.thread_key, choice, at.isoformat()),
            person=party.person(),
            purpose="promotion",
            given=choice != "stop",
            how="provider",
            at=at,
        )


def read_template_status(value: Mapping[str, Any], at: datetime | None, account: Account) -> Iterator[Event]:
    """Meta's word on a template. Its text is learned when templates are listed."""
    event, name = word(value.get("event")).upper(), word(value.get("message_template_name"))
    status = _TEMPLATE_STATUS.get(event)
    if status is None or at is None or not name:
        yield Unsupported(f"whatsapp.template.{event}"[:60], name[:300])
        return
    yield TemplateStated(
        channel=account.ref,
        name=name[:120],
        language=word(value.get("message_template_language"))[:10] or "id",
        status=status,
        at=at,
        category=word(value.get("message_template_category")).lower()[:16],
    )


def read_templates(body: Mapping[str, Any], at: datetime | None, account: Account) -> Iterator[Event]:
    """The templates of a list that was asked for, with their words and the blanks in them, in order."""
    for row in rows(body.get("data")):
        status, name = _TEMPLATE_STATUS.get(word(row.get("status")).upper()), word(row.get("name"))
        if status is None or not name or at is None:
            yield Unsupported(f"whatsapp.template.{word(row.get('status'))}"[:60], name[:300])
            continue
        text = _words_of(row)
        yield TemplateStated(
            channel=account.ref,
            name=name[:120],
            language=word(row.get("language"))[:10] or "id",
            status=status,
            at=at,
            category=word(row.get("category")).lower()[:16],
            text=text,
            blanks=tuple(dict.fromkeys(_BLANK.findall(text))),
        )


def _words_of(row: Mapping[str, Any]) -> str:
    parts = {word(part.get("type")).upper(): word(part.get("text")) for part in rows(row.get("components"))}
    return parts.get("BODY", "")


def read_account(value: Mapping[str, Any], at: datetime | None, account: Account) -> Iterator[Event]:
    """Whether the account still works: bans, restrictions, an unlinked phone app."""
    event = word(value.get("event")).upper()
    why = _LOST.get(event)
    if event == "DISABLED_UPDATE":
        why = _BANS.get(word(mapping(value.get("ban_info")).get("waba_ban_state")).upper())
    restricted = {word(row.get("restriction_type")) for row in rows(value.get("restriction_info"))}
    if event == "ACCOUNT_RESTRICTION" and _NO_REPLIES & restricted:
        why = "restricted"
    if why is None or at is None:
        yield Unsupported(f"whatsapp.account.{event}"[:60])
        return
    yield ChannelStateChanged(account.ref, why, at)


def read_user_id_updates(value: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """The webhook of changed user ids that came before August 2026; since then they are system messages."""
    for row in rows(value.get("user_id_update")):
        ids, at = mapping(row.get("user_id")), when(row.get("timestamp"))
        old, new = word(ids.get("previous")), word(ids.get("current"))
        if at is None or not (old and new):
            yield Unsupported("whatsapp.user_id_update")
            continue
        yield KeyReplaced(account.ref, Key("whatsapp_user", old), Key("whatsapp_user", new), at)
