"""What invented customers buy: orders that move on, and parcels that travel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sapa.demo.providers.people import Customer


@dataclass(frozen=True, slots=True)
class Goods:
    """One thing of the shop with its price in rupiah."""

    sku: str
    name: str
    variant: str
    price: int


GOODS = (
    Goods("KL-SAGE-L", "Kemeja Linen", "Sage, L", 185_000),
    Goods("TK-KREM-XL", "Tunik Katun", "Krem, XL", 165_000),
    Goods("CL-KHAKI-L", "Celana Linen", "Khaki, L", 210_000),
    Goods("SC-NAVY-XL", "Set Couple Linen", "Navy, XL", 385_000),
)


@dataclass
class Bought:
    """An order as a marketplace keeps it; `status` is the marketplace's own word."""

    number: str
    customer: Customer
    goods: Goods
    status: str
    at: datetime
    changed_at: datetime
    waybill: str = ""
    times: dict[str, datetime] = field(default_factory=dict)

    def move(self, status: str, at: datetime) -> None:
        self.status, self.changed_at = status, at
        self.times[status] = at
