"""Prices per message: a dated table, the owner's own numbers over it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sapa.gateway.dispatch.types import Price

SORTS = ("service", "utility", "marketing", "authentication")


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices of one kind of channel in one currency, as of a day and by a source. `is_checked`: somebody has compared it with the provider's page."""

    service: int
    utility: int
    marketing: int
    authentication: int
    free_service_a_month: int = 0
    free_hours_after_ad: int = 0
    as_of: date | None = None
    source: str = ""
    is_checked: bool = False


def find_prices(kind: str, currency: str, own: Mapping[str, Any] | None = None) -> PriceTable | None:
    """The prices of a kind of channel with the owner's own over them; None where messages there cost nothing."""
    table = _tables().get((kind, currency))
    if table is None or not own:
        return table
    names = {field.name for field in fields(PriceTable)} - {"as_of", "source", "is_checked"}
    known: dict[str, Any] = {name: int(value) for name, value in own.items() if name in names}
    return replace(table, **known, is_checked=table.is_checked or bool(known))


def price_of(table: PriceTable, *, sort: str, service_this_month: int, is_free_after_ad: bool) -> Price:
    """What the next message of a sort costs; `service_this_month` counts those that went before it."""
    if is_free_after_ad:
        return Price("free", 0)
    if sort == "service" and service_this_month < table.free_service_a_month:
        return Price("service", 0)
    amount: int = getattr(table, sort if sort in SORTS else "utility")
    return Price(sort, amount)


@cache
def _tables() -> dict[tuple[str, str], PriceTable]:
    raw = tomllib.loads(Path(__file__).with_name("prices.toml").read_text(encoding="utf-8"))
    as_of, is_checked, source = raw.pop("as_of"), raw.pop("checked"), raw.pop("source")
    return {
        (kind, currency): PriceTable(**values, as_of=as_of, source=source, is_checked=is_checked)
        for kind, currencies in raw.items()
        for currency, values in currencies.items()
    }
