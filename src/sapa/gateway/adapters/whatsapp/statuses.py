"""What became of our messages: the status webhooks, with their errors and their price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sapa.gateway.adapters._meta.shapes import mapping, rows, when, word
from sapa.gateway.adapters.whatsapp.failures import failure_of
from sapa.gateway.adapters.whatsapp.people import contact_of, party_of
from sapa.gateway.connecting import Account
from sapa.gateway.types import ConversationMoved, Event, PersonDescribed, ReceiptGiven, Unsupported

STATUSES = frozenset({"sent", "delivered", "read", "played", "failed"})
_LONGEST = 300


def read_statuses(value: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """A receipt for each status, in the order they stand; order says nothing, the core keeps the furthest."""
    for row in rows(value.get("statuses")):
        yield _receipt(row, account)
        yield from _both_keys(row, value, account)


def _both_keys(row: Mapping[str, Any], value: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """Whom we wrote to by number may be named by number and user id here for the first time."""
    number, user_id, at = row.get("recipient_id"), row.get("recipient_user_id"), when(row.get("timestamp"))
    party = party_of(number, user_id, contact_of(value, number, user_id))
    if at is not None and word(row.get("status")) == "delivered" and party.number and party.user_id:
        yield PersonDescribed(account.ref, party.person(), at)
        yield ConversationMoved(account.ref, party.number, party.user_id, at)


def _receipt(row: Mapping[str, Any], account: Account) -> Event:
    status, at, provider_id = word(row.get("status")), when(row.get("timestamp")), word(row.get("id"))[:255]
    if status not in STATUSES or at is None or not provider_id:
        return Unsupported(f"whatsapp.status.{status}"[:60], provider_id[:_LONGEST])
    error = next(rows(row.get("errors")), {})
    code = word(error.get("code"))
    return ReceiptGiven(
        channel=account.ref,
        status=status,
        at=at,
        provider_id=provider_id,
        failure=str(failure_of(int(code) if code.isdigit() else -1)) if status == "failed" else "",
        detail=_error_words(code, error) if error else _price_words(row),
        cost=_cost(mapping(row.get("pricing")), account),
        client_ref=word(row.get("biz_opaque_callback_data"))[:64],
    )


def _error_words(code: str, error: Mapping[str, Any]) -> str:
    details = word(mapping(error.get("error_data")).get("details"))
    words = details or word(error.get("message")) or word(error.get("title"))
    return f"{code} {words}".strip()[:_LONGEST]


def _price_words(row: Mapping[str, Any]) -> str:
    """How Meta counts the message, such as `PMP:utility:regular`: model, category, type."""
    pricing = mapping(row.get("pricing"))
    parts = (pricing.get("pricing_model"), pricing.get("category"), pricing.get("type"))
    return ":".join(filter(None, map(word, parts)))[:_LONGEST]


def _cost(pricing: Mapping[str, Any], account: Account) -> int | None:
    """The price of the message in minor units: Meta names the category, the business its `prices`.

    Nothing where Meta says it is free; None where the business has named no price, so that the price reckoned before
    sending stays. Every status of a message repeats it: it is one price, not a sum.
    """
    if not pricing:
        return None
    if pricing.get("billable") is False or word(pricing.get("type")).startswith("free"):
        return 0
    category = word(pricing.get("category")).lower()
    price = mapping(account.settings.get("prices")).get(_PRICED_AS.get(category, category))
    return price if isinstance(price, int) and not isinstance(price, bool) and price >= 0 else None


_PRICED_AS = {"marketing_lite": "marketing", "authentication_international": "authentication"}
