"""What crosses the room: statuses of an order and the fold of what was stated of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

STATUSES = (
    "unpaid",
    "paid",
    "to_ship",
    "shipped",
    "delivered",
    "completed",
    "cancelled",
    "returned",
    "refunded",
)
INVALID_STATUSES = frozenset({"cancelled", "returned", "refunded"})


@dataclass(frozen=True, slots=True)
class Folded:
    """One order as the fold of its statements. Money in minor units; `ended_at`: cancelled, returned or refunded."""

    status: str
    placed_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    currency: str
    goods_total: int | None
    list_total: int | None
    discount_total: int | None
    voucher_codes: list[str]
    items: list[dict[str, Any]]
    tracking_number: str
    is_masked: bool
    buyer_hint: str
    other_number: str

    @property
    def is_valid(self) -> bool:
        """A cancelled or returned order is no order."""
        return self.status not in INVALID_STATUSES
