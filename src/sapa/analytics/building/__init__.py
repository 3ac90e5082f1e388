"""Builds every table of the copy from the staging tables, in the order of what rests on what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics.building.orders import build_orders
from sapa.analytics.building.origins import build_origins
from sapa.analytics.building.people import build_people
from sapa.analytics.building.replies import build_replies
from sapa.analytics.building.talks import build_talks
from sapa.analytics.building.touches import build_touches, mark_edges
from sapa.analytics.sources import stage

_MACROS = """
CREATE TEMP MACRO day_of(moment) AS CAST(date_diff('day', DATE '1970-01-01',
    CAST(timezone(getvariable('zone'), timezone('UTC', make_timestamp(moment))) AS DATE)) AS INTEGER);
CREATE TEMP MACRO month_of(day) AS CAST(year(DATE '1970-01-01' + day) * 12 + month(DATE '1970-01-01' + day) - 1 AS INTEGER);
CREATE TEMP MACRO hours(number) AS CAST(number * 3600000000 AS BIGINT);
"""


def build_tables(con: Any, business: Business, until: datetime | None) -> None:
    """Fills an empty DuckDB database with the tables of `analytics.tables`: facts up to `until`, None for all.

    The same code makes the file that is published and the private copy of an earlier moment.
    """
    con.execute("SET VARIABLE zone = ?", [business.timezone])
    con.execute("SET VARIABLE until = ?", [_micros(until)])
    con.execute("SET VARIABLE currency = ?", [business.currency])
    con.execute("SET VARIABLE pushed = ?", [business.pushed_discount_percent])
    con.execute(_MACROS)
    stage(con, business, until)
    build_touches(con)
    build_orders(con)
    build_talks(con, business)
    build_replies(con, business)
    build_origins(con)
    build_people(con)
    mark_edges(con)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1_000_000)
