"""Spending beside those who came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SpendGiven:
    """One line as it is entered or imported; `amount` in the shop's own currency."""

    since: date
    to: date
    channel: str
    campaign: str
    amount: int


@dataclass(frozen=True, slots=True)
class ChannelReturn:
    """One place in a window: `channel` None is everybody whose origin nobody knows.

    `spent` is the part of each entry whose days lie in the window. `cost` is what one new buyer cost, `returned` how many
    rupiah of goods these buyers have brought by now for each rupiah spent; both None where they cannot be said. The
    interval of `cost` holds the chance in the number of buyers.
    """

    channel: str | None
    spent: int
    contacts: int
    buyers: int
    value: int
    cost: float | None
    cost_interval: Interval | None
    returned: float | None
