"""Windows in days of the shop's zone, and the weeks and months in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sapa.accounts.models import Business

_EPOCH = date(1970, 1, 1)
_MONDAY = date(1969, 12, 29)
_FOREVER = 2**31 - 1
_WEEKS_UP_TO = 92
_DAY = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `from_` to `to`, both included; None is open."""

    from_: date | None
    to: date | None

    @property
    def in_weeks(self) -> bool:
        """Whether its trend is told in weeks: about three months and shorter."""
        return self.from_ is not None and self.to is not None and (self.to - self.from_).days <= _WEEKS_UP_TO


def parameters(business: Business, window: Window, now: datetime) -> dict[str, int | str]:
    """What every question may ask for, in the copy's units."""
    return {
        "from_day": -_FOREVER if window.from_ is None else (window.from_ - _EPOCH).days,
        "to_day": _FOREVER if window.to is None else (window.to - _EPOCH).days + 1,
        "now": round(now.timestamp() * 1_000_000),
        "leave_after": business.leave_after_days * _DAY,
        "churn_after": business.churn_after_days * _DAY,
        "registers": int(business.goal == Business.Goal.REGISTRATION),
    }


def today(business: Business, now: datetime) -> date:
    """The shop's own day at that moment."""
    return now.astimezone(ZoneInfo(business.timezone)).date()


def month_days(month: int) -> Window:
    """The days of a month given as year * 12 + month - 1."""
    first, following = (date(number // 12, number % 12 + 1, 1) for number in (month, month + 1))
    return Window(first, following - timedelta(days=1))


def week_days(week: int) -> Window:
    """The days of a week given in weeks since Monday, 29 December 1969."""
    first = _MONDAY + timedelta(weeks=week)
    return Window(first, first + timedelta(days=6))


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def clip(days: Window, window: Window, last: date) -> Window:
    """The part of a week or month that lies in the window and not after `last`."""
    from_, to = days.from_ or date.min, days.to or date.max
    return Window(max(from_, window.from_ or from_), max(from_, min(to, window.to or to, last)))


def list_buckets(found: Mapping[int, object], most: int = 12) -> list[int]:
    """The last weeks or months up to the newest with anything in it, those with nothing among them."""
    if not found:
        return []
    last = max(found)
    return list(range(max(min(found), last - most + 1), last + 1))
