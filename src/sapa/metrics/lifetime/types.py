"""What is expected of buyers, and how the buyers of a month came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The model tried on weeks that it had not seen: `predicted` purchases against the `actual` ones.

    `deviation` is how far chance alone may put them apart (a standard deviation), `rank_quality` the chance that one
    who came back was ranked above one who did not.
    """

    weeks: int
    buyers: int
    predicted: float
    actual: int
    deviation: float
    rank_quality: float | None

    @property
    def error(self) -> float | None:
        """Of the total, as a share of what happened: -0.1 is ten per cent too few."""
        return self.predicted / self.actual - 1 if self.actual else None


@dataclass(frozen=True, slots=True)
class Expected:
    """What the coming `weeks` bring from the buyers known by now, or `why_not`.

    `purchases` and `value` (minor units) are of all `buyers` together; intervals are of 95 % and hold the error
    of the trial too. `value_why_not` says why there are purchases but no value.
    """

    weeks: int
    buyers: int
    purchases: float | None
    purchases_interval: Interval | None
    value: float | None
    value_interval: Interval | None
    calibration: Calibration | None
    why_not: str | None
    value_why_not: str | None
    came_back: int
    came_back_interval: Interval | None


@dataclass(frozen=True, slots=True)
class ExpectedBuyer:
    """One buyer in the order of expected purchases; without a model `expected` is None and the rhythm ranks.

    `rhythm_days` is their own median gap, None below three purchase days.
    """

    id: str
    name: str
    purchases: int
    last_day: date
    expected: float | None
    value: int | None
    rhythm_days: float | None
    due_day: date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of a cohort bought again in one period (or, by then, ever); `share` only from the honest sample on."""

    period: int
    back: int
    buyers: int
    share: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """The buyers whose first valid order lies in one month. `cells` ends with the last period that all of them
    have behind them; `ever` holds the same periods with those who have come back by then."""

    from_: date
    to: date
    buyers: int
    cells: tuple[Cell, ...]
    ever: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One period over all cohorts that have it behind them: who bought in it, and who has ever come back by then.

    `ever` follows each cohort for as long as it is old (the product-limit estimate), so it never falls.
    """

    period: int
    buyers: int
    back: int
    share: float | None
    interval: Interval | None
    ever: float | None
    ever_interval: Interval | None


@dataclass(frozen=True, slots=True)
class Retention:
    """Cohorts by month of first purchase, oldest first, and the curve over all of them."""

    buyers: int
    followed: int
    came_back: int
    masked_orders: int
    cohorts: tuple[Cohort, ...]
    curve: tuple[CurvePoint, ...]
    has_curve: bool


@dataclass(frozen=True, slots=True)
class CohortPerson:
    """One buyer behind a cell."""

    id: str
    name: str
