"""Builds every table of the copy from the staging tables, in the order of what rests on what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics.building.orders import build_orders
from sapa.analytics.building.origins import build_origins
from sapa.analytics.building.people import build_people
from sapa.analytics.building.replies import build_replies
from sapa.analytics.building.talks import build_talks
from sapa.analytics.building.touches import build_touches, mark_edges
from sapa.analytics.scope import Scope
from sapa.analytics.sources import stage

_MACROS = """
CREATE TEMP MACRO day_of(moment) AS CAST(date_diff('day', DATE '1970-01-01',
    CAST(timezone(getvariable('zone'), timezone('UTC', make_timestamp(moment))) AS DATE)) AS INTEGER);
CREATE TEMP MACRO month_of(day) AS CAST(year(DATE '1970-01-01' + day) * 12 + month(DATE '1970-01-01' + day) - 1 AS INTEGER);
CREATE TEMP MACRO hours(number) AS CAST(number * 3600000000 AS BIGINT);
"""


def build_tables(
    con: Any,
    business: Business,
    until: datetime | None,
    scope: Scope | None = None,
    kinds: Sequence[str] = (),
) -> None:
    """Fills an empty DuckDB database with the tables of `analytics.tables`: facts up to `until`, None for all.

    The same code makes the file that is published, the private copy of an earlier moment and, with a `scope`, the
    rows of a few contacts; rows of others may then stand beside them that are not whole. `kinds` are the kinds
    of touchpoints of the copy that those rows are for.
    """
    con.execute("SET VARIABLE zone = ?", [business.timezone])
    con.execute("SET VARIABLE until = ?", [_micros(until)])
    con.execute("SET VARIABLE currency = ?", [business.currency])
    con.execute("SET VARIABLE pushed = ?", [business.pushed_discount_percent])
    con.execute(_MACROS)
    stage(con, business, until, scope)
    build_touches(con)
    build_orders(con)
    build_talks(con, business)
    build_replies(con, business)
    build_origins(con)
    build_people(con)
    mark_edges(con, kinds)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1_000_000)
