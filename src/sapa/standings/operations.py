"""Storing standings. All of them are derived: they can be thrown away and made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from sapa.accounts.models import Business
from sapa.lib.database import write
from sapa.standings.models import Standing
from sapa.standings.types import StandingValues

COLUMNS = (
    "first_seen_at",
    "last_seen_at",
    "first_heard_at",
    "first_contact_at",
    "last_in_at",
    "waiting_since",
    "origin_channel",
    "origin_context",
    "origin_at",
    "stage",
    "phase",
    "trust",
    "trust_is_stated",
    "trust_why",
    "is_hot",
    "readiness",
    "touchpoint_count",
    "order_count",
    "order_total",
    "first_order_at",
    "last_order_at",
    "owner_id",
    "look_again_at",
)


def store_standings(*, rows: Sequence[Standing]) -> None:
    """Write these rows, each over the one that its contact had.

    In plain SQL: an import of orders writes one of these 24 columns wide for each of 300,000 contacts, and
    Django's `bulk_create` takes five times as long for it as this.
    """
    with write(), connection.cursor() as cursor:
        cursor.executemany(_upsert(), [_values(row) for row in rows])


@cache
def _upsert() -> str:
    quote = connection.ops.quote_name
    columns = ["business_id", "contact_id", *COLUMNS]
    names = ", ".join(map(quote, columns))
    places = ", ".join(["%s"] * len(columns))
    changes = ", ".join(f"{quote(column)} = excluded.{quote(column)}" for column in COLUMNS)
    table, key = quote(Standing._meta.db_table), quote("contact_id")
    return f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT ({key}) DO UPDATE SET {changes}"  # noqa: S608


def _values(row: Standing) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    values: list[Any] = [row.business_id, row.contact_id]
    for column in COLUMNS:
        value = getattr(row, column)
        if column.endswith("_at") or column == "waiting_since":
            value = adapt(value) if value is not None else None
        elif column == "trust_why":
            value = connection.ops.adapt_json_value(value, None)
        values.append(value)
    return values


def make_row(business: Business, values: StandingValues, look_again_at: datetime | None) -> Standing:
    """A standing as its row, unsaved."""
    return Standing(
        business=business,
        contact_id=values.contact_id,
        first_seen_at=values.first_seen_at,
        last_seen_at=values.last_seen_at,
        first_heard_at=values.first_heard_at,
        first_contact_at=values.first_contact_at,
        last_in_at=values.last_in_at,
        waiting_since=values.waiting_since,
        origin_channel=values.origin.channel,
        origin_context=values.origin.context,
        origin_at=values.origin.at,
        stage=values.stage,
        phase=values.phase,
        trust=values.trust,
        trust_is_stated=values.trust_is_stated,
        trust_why=values.trust_why,
        is_hot=values.is_hot,
        readiness=values.readiness,
        touchpoint_count=values.touchpoint_count,
        order_count=values.order_count,
        order_total=values.order_total,
        first_order_at=values.first_order_at,
        last_order_at=values.last_order_at,
        owner_id=values.owner_id,
        look_again_at=look_again_at,
    )


def forget_standings(*, contact_ids: Sequence[int]) -> None:
    """Drop the standings of contacts that no longer stand for themselves."""
    with write():
        Standing.objects.filter(contact_id__in=contact_ids).delete()


def list_unlike(stored: Standing, made: Standing) -> list[str]:
    """The columns in which a stored standing differs from one made anew."""
    return [column for column in COLUMNS if getattr(stored, column) != getattr(made, column)]
