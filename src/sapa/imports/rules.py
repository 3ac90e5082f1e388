"""Decisions about imports as pure functions."""

from __future__ import annotations

from collections.abc import Collection

_FEW_ROWS = 50


def eta_seconds(done: int, expected: int | None, spent: float) -> int | None:
    """Seconds until the rest is read at the pace so far; None until there is a pace to speak of."""
    if not expected or done < _FEW_ROWS or spent <= 0:
        return None
    return max(0, round((expected - done) * spent / done))


def next_file(contacts: int, with_messages: int, with_orders: int, kinds: Collection[str]) -> tuple[str, str]:
    """(kind, reason code) of the file that is worth most next: orders first, then the chats of recent buyers."""
    if "orders" not in kinds:
        return "orders", "no_orders_yet"
    if "whatsapp" not in kinds:
        return "whatsapp", "no_chats_yet"
    if with_orders and with_messages < contacts and with_orders > with_messages:
        return "whatsapp", "buyers_without_chat"
    if "contacts" not in kinds:
        return "contacts", "names_without_numbers"
    if "reviews" not in kinds and "surveys" not in kinds:
        return "reviews", "no_voices_yet"
    return "", "all_covered"


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection); numbers stay numbers."""
    if cell[:1] in ("=", "@") or (
        cell[:1] in ("+", "-") and not cell[1:].replace(" ", "").replace("-", "").isdigit()
    ):
        return "'" + cell
    return cell
