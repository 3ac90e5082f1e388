"""A page of rows: for questions that open a number to the people behind it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


def page_of(found: Any, a: SimpleNamespace) -> Any:
    """Rows of ranks `low` to `high` (not included, from 0), the latest `at` first; `total` is how many there are."""
    import ibis

    latest = ibis.window(order_by=[found.at.desc(), found.contact])
    ranked = found.mutate(rank=ibis.row_number().over(latest), total=found.count().over(ibis.window()))
    return ranked.filter((ranked["rank"] >= a.low) & (ranked["rank"] < a.high)).order_by("rank")
