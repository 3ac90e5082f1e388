"""The list of customers as screens page it: by key, searched by name or by the last digits of a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from sapa.accounts.models import Business
from sapa.contacts.models import Contact, Identity
from sapa.contacts.rules import normalise_email
from sapa.lib.kept import MANY, kept
from sapa.lib.names import name_key
from sapa.lib.phones import normalise_phone
from sapa.standings.models import Standing

PAGE = 30
MOST_FOUND = 1000
_DIGITS = re.compile(r"[\d\s().+-]{3,}")


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One customer in a list. `order_total` is in minor units of the shop's currency."""

    contact_id: int
    public_id: str
    name: str
    trust: str
    origin_channel: str
    origin_context: str
    last_seen_at: datetime
    is_unseen: bool
    waiting_since: datetime | None
    order_count: int
    order_total: int
    owner: str


def list_directory(
    business: Business,
    *,
    search: str = "",
    trust: str = "",
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> list[DirectoryRow]:
    """A page of customers, seen last before others; `after` is the (last seen, contact id) of the row before.

    Of a search the first thousand found are put in order: narrower words find more exactly.
    """
    found = Standing.objects.filter(business=business)
    if trust:
        found = found.filter(trust=trust)
    if search.strip():
        found = found.filter(contact__in=_search(business, search.strip()))
    if after is not None:
        at, number = after
        found = found.filter(last_seen_at__lte=at).filter(
            Q(last_seen_at__lt=at) | Q(last_seen_at=at, contact__lt=number)
        )
    rows = found.select_related("contact", "owner").order_by("-last_seen_at", "-contact")[:limit]
    return [_row(row) for row in rows]


def _row(row: Standing) -> DirectoryRow:
    return DirectoryRow(
        contact_id=row.contact_id,
        public_id=str(row.contact.public_id),
        name=row.contact.name,
        trust=row.trust,
        origin_channel=row.origin_channel,
        origin_context=row.origin_context,
        last_seen_at=row.last_seen_at,
        is_unseen=row.touchpoint_count == 0,
        waiting_since=row.waiting_since,
        order_count=row.order_count,
        order_total=row.order_total,
        owner=row.owner.name if row.owner else "",
    )


def _search(business: Business, words: str) -> list[int]:
    if _DIGITS.fullmatch(words):
        return _by_number(business, words)
    if "@" in words or "." in words:
        found = Identity.objects.filter(business=business, contact__isnull=False, is_key=True)
        found = found.filter(value__contains=normalise_email(words) or words.lower().lstrip("@"))
        return _contact_ids(found.values_list("contact", flat=True)[:MOST_FOUND])
    return _by_name(business, words)


def _by_number(business: Business, words: str) -> list[int]:
    numbers = Identity.objects.filter(
        business=business, contact__isnull=False, kind__in=("phone", "whatsapp")
    )
    whole = normalise_phone(words)
    if whole is not None:
        numbers = numbers.filter(value=whole)
    else:
        numbers = numbers.filter(value__endswith=re.sub(r"\D", "", words).removeprefix("0"))
    return _contact_ids(numbers.values_list("contact", flat=True)[:MOST_FOUND])


def _by_name(business: Business, words: str) -> list[int]:
    own = Contact.objects.filter(business=business, merged_into__isnull=True)
    key = name_key(words)
    # A word of the name must begin with what was typed: "din" finds Dina and Sari Dinanti, not Nadine.
    fits = Q(name_key__startswith=key) | Q(name_key__contains=f" {key}") if key else Q(name__icontains=words)
    return list(own.filter(fits).values_list("id", flat=True)[:MOST_FOUND])


def _contact_ids(found: Iterable[int | None]) -> list[int]:
    return [number for number in found if number is not None]


def count_by_trust(business: Business) -> dict[str, int]:
    """How many customers stand in each trust status."""
    rows = Standing.objects.filter(business=business).order_by().values_list("trust")
    return dict(rows.annotate(number=Count("id")))


def find_addresses(contact_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """(kind, value) of the keys by which each of these contacts can be reached, numbers first."""
    found: dict[int, list[tuple[str, str]]] = {}
    for contact_id, kind, value in _keys(ids=contact_ids):
        if contact_id is not None:
            found.setdefault(contact_id, []).append((kind, value))
    return {key: sorted(lines, key=lambda line: line[0] != "phone") for key, lines in found.items()}


@kept(ids=MANY)
def _keys(ids: Any) -> QuerySet[Any, Any]:
    keys = Identity.objects.filter(contact_id__among=ids, is_key=True, is_forgotten=False)
    return keys.order_by("id").values_list("contact", "kind", "value")
