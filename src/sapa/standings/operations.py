"""Storing standings. All of them are derived: they can be thrown away and made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sapa.accounts.models import Business
from sapa.lib.database import write
from sapa.lib.inserting import upsert_rows
from sapa.standings.models import Standing
from sapa.standings.types import StandingValues

Columns = dict[str, Any]


def store_standings(*, rows: Sequence[Columns]) -> None:
    """Write these rows, each over the one that its contact had."""
    upsert_rows(Standing, rows, key="contact_id")


def make_row(business: Business, values: StandingValues, look_again_at: datetime | None) -> Columns:
    """A standing as the columns of its row."""
    return {
        "business_id": business.pk,
        "contact_id": values.contact_id,
        "first_seen_at": values.first_seen_at,
        "last_seen_at": values.last_seen_at,
        "first_heard_at": values.first_heard_at,
        "first_contact_at": values.first_contact_at,
        "last_in_at": values.last_in_at,
        "waiting_since": values.waiting_since,
        "origin_channel": values.origin.channel,
        "origin_context": values.origin.context,
        "origin_at": values.origin.at,
        "stage": values.stage,
        "phase": values.phase,
        "trust": values.trust,
        "trust_is_stated": values.trust_is_stated,
        "trust_why": values.trust_why,
        "is_hot": values.is_hot,
        "readiness": values.readiness,
        "touchpoint_count": values.touchpoint_count,
        "order_count": values.order_count,
        "order_total": values.order_total,
        "first_order_at": values.first_order_at,
        "last_order_at": values.last_order_at,
        "owner_id": values.owner_id,
        "look_again_at": look_again_at,
    }


def forget_standings(*, contact_ids: Sequence[int]) -> None:
    """Drop the standings of contacts that no longer stand for themselves."""
    with write():
        Standing.objects.filter(contact_id__in=contact_ids).delete()


def list_unlike(stored: Standing, made: Columns) -> list[str]:
    """The columns in which a stored standing differs from one made anew."""
    return [column for column, value in made.items() if getattr(stored, column) != value]
