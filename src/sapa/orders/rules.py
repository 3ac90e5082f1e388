"""An order is the fold of what was stated of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sapa.orders.types import INVALID_STATUSES, STATUSES, Folded

_RANK = {status: rank for rank, status in enumerate(STATUSES)}
_TIMES = ("paid_at", "shipped_at", "delivered_at", "ended_at")
_NUMBERS = re.compile(r"(?<![\w+])(?=[A-Z0-9/-]*\d{3})[A-Z0-9][A-Z0-9/-]{7,39}(?!\w)", re.IGNORECASE)


def fold(steps: Iterable[Mapping[str, Any]]) -> Folded:
    """The order that these statements add up to, whatever the order in which they came.

    A step is what `gateway.digest` stores: times as ISO text, and `stated_at`. A later statement wins; among
    statements of one moment the one further on its way does. What a later one leaves out stays. A `partial` statement
    (a payment, a parcel) knows one side only: it may move the status forward, never back.

    Raises ValueError where nothing was stated.
    """
    ordered = sorted(steps, key=_place)
    if not ordered:
        raise ValueError("an order needs at least one statement")
    values: dict[str, Any] = {}
    for step in ordered:
        said = {name: value for name, value in step.items() if value not in (None, "", [])}
        if said.get("partial") and _RANK[said["status"]] < _RANK[values.get("status", STATUSES[0])]:
            del said["status"]
        values.update(said)
    times = {name: _time(values.get(name)) for name in _TIMES}
    if values["status"] not in INVALID_STATUSES:
        times["ended_at"] = None
    return Folded(
        status=values["status"],
        placed_at=min(datetime.fromisoformat(step["placed_at"]) for step in ordered),
        currency=values.get("currency", "IDR"),
        goods_total=values.get("goods_total"),
        list_total=values.get("list_total"),
        discount_total=values.get("discount_total"),
        voucher_codes=values.get("voucher_codes", []),
        items=values.get("items", []),
        tracking_number=values.get("tracking_number", ""),
        is_masked=bool(values.get("is_masked", False)),
        buyer_hint=values.get("buyer_hint", ""),
        other_number=values.get("other_number", ""),
        **times,
    )


def _place(step: Mapping[str, Any]) -> tuple[datetime, int]:
    """Moments, not texts: sources write them with unlike offsets."""
    return datetime.fromisoformat(step["stated_at"]), _RANK[step["status"]]


def milestones(order: Folded) -> list[tuple[str, datetime]]:
    """The touchpoints of an order, in order of the way: kind and time."""
    found = [("order.placed", order.placed_at)]
    for kind, at in (
        ("order.paid", order.paid_at),
        ("order.shipped", order.shipped_at),
        ("order.delivered", order.delivered_at),
    ):
        if at is not None:
            found.append((kind, at))
    if order.status in INVALID_STATUSES:
        found.append((f"order.{order.status}", order.ended_at or _latest(found)))
    return found


def written_numbers(text: str) -> list[str]:
    """What in a message may be an order number: eight characters or more with three digits in a row, in capitals."""
    return list(dict.fromkeys(match.upper() for match in _NUMBERS.findall(text)))[:10]


def _latest(found: Sequence[tuple[str, datetime]]) -> datetime:
    return max(at for _, at in found)


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


# How couriers of Indonesia number their parcels, as seen on labels; digits alone are told apart by length and beginning.
_COURIERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("jnt", re.compile(r"^J[A-Z]\d{10,13}$")),
    ("spx", re.compile(r"^SPXID\d{9,15}$")),
    ("ninja", re.compile(r"^(?:NLID|NVID|SHPE)[A-Z0-9]{6,16}$")),
    ("idexpress", re.compile(r"^IDE?\d{10,14}$")),
    ("lion", re.compile(r"^\d{2}LP\d{9,13}$")),
    ("pos", re.compile(r"^P\d{10,14}$")),
    ("anteraja", re.compile(r"^1000\d{10}$")),
    ("sicepat", re.compile(r"^00\d{10}$")),
    ("jne", re.compile(r"^\d{15,16}$|^(?:JNE|TLJR|CGK|BDO|SUB|SOC)[A-Z0-9]{8,14}$")),
)


def guess_courier(waybill: str) -> str:
    """The courier (as Biteship names it) whose waybills look like this, "" where several or none do."""
    found = [name for name, pattern in _COURIERS if pattern.match(waybill.strip().upper())]
    return found[0] if len(found) == 1 else ""
