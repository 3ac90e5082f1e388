"""From the purchases of a shop to what its buyers are expected to buy: pure, on arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sapa.metrics.lifetime import gamma_gamma, pareto_nbd
from sapa.metrics.lifetime.fitting import Fit, NoFitError
from sapa.metrics.lifetime.histories import WEEK, Histories, Ints, coarsen, count_histories
from sapa.metrics.lifetime.judging import mean_ties, rank_quality
from sapa.metrics.lifetime.rules import widen
from sapa.metrics.lifetime.special import Floats
from sapa.metrics.lifetime.types import Calibration, Interval

YEAR = 52
EXACT_UP_TO = 20_000
"""With more buyers days are rounded to weeks for the fit; expected purchases always use exact days."""

_DAY_BITS = 20
_DAY_MASK = (1 << _DAY_BITS) - 1
_MOST_IN_TRIAL = 100_000
_TIED = 0.3
_LEANING = 1.0
_NUDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Purchases:
    """The buyers of a shop by the end of a day, one place each in every array, in the order of `contact`.

    `repeats` counts later days than the first; `first`, `last` and `today` are days since 1970; `times` and `spent` are the later purchase days with a known value and
    their sum in minor units.
    """

    contact: Ints
    repeats: Ints
    first: Ints
    last: Ints
    times: Ints
    spent: Ints
    today: int

    @property
    def recency(self) -> Ints:
        return self.last - self.first

    @property
    def age(self) -> Ints:
        return self.today - self.first

    def count(self) -> tuple[Histories, Ints]:
        return count_histories(self.repeats, self.recency, self.age)


def fold_purchases(columns: Mapping[str, NDArray[Any]], until: int) -> Purchases:
    """The buyers behind orders (`contact`, `day`, `value`) up to the day `until`; orders of one day are one purchase."""
    key = (columns["contact"].astype(np.int64) << _DAY_BITS) | columns["day"]
    value = columns["value"].astype(np.int64)
    known = columns["day"] <= until
    if not known.all():
        key, value = key[known], value[known]
    if not np.all(key[1:] >= key[:-1]):
        order = np.argsort(key, kind="stable")
        key, value = key[order], value[order]
    starts = np.flatnonzero(_changes(key))
    contact, day = key[starts] >> _DAY_BITS, key[starts] & _DAY_MASK
    value = np.add.reduceat(value, starts) if len(starts) else value
    first = np.flatnonzero(_changes(contact))
    last = np.append(first[1:], len(contact)) - 1
    value[first] = 0
    is_known = (value > 0).astype(np.int64)
    return Purchases(
        contact=contact[first],
        repeats=last - first,
        first=day[first],
        last=day[last[: len(first)]],
        times=np.add.reduceat(is_known, first) if len(first) else is_known,
        spent=np.add.reduceat(value, first) if len(first) else value,
        today=until,
    )


def _changes(values: Ints) -> NDArray[np.bool_]:
    """Where a value differs from the one before it; the first always does."""
    found = np.ones(len(values), dtype=np.bool_)
    found[1:] = values[1:] != values[:-1]
    return found


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted parameters; `value` is None where spending has no model, `value_doubt` says why by its code.

    `histories` are of exact days, `row` says which of them is each buyer's, `fitted_on` may be rounded to weeks.
    """

    purchases: Fit
    value: Fit | None
    value_doubt: str
    histories: Histories
    row: Ints
    fitted_on: Histories


def fit_model(purchases: Purchases) -> Model:
    """Raises `NoFitError` where the purchases have no model."""
    histories, row = purchases.count()
    value, doubt = _fit_value(purchases)
    fit, rows = _fit_purchases(histories)
    return Model(fit, value, doubt, histories, row, rows)


def _fit_purchases(histories: Histories) -> tuple[Fit, Histories]:
    if histories.buyers > EXACT_UP_TO:
        weekly = coarsen(histories, WEEK)
        return pareto_nbd.fit(weekly, pareto_nbd.fit(coarsen(weekly, 6 * WEEK))), weekly
    try:
        fit = pareto_nbd.fit(histories)
    except NoFitError:
        return pareto_nbd.fit(histories, leaning=_LEANING), histories
    return (fit if fit.covariance is not None else pareto_nbd.fit(histories, leaning=_LEANING)), histories


def _fit_value(purchases: Purchases) -> tuple[Fit | None, str]:
    spent = purchases.times > 0
    times = purchases.times[spent].astype(np.float64)
    if len(times) < 30:
        return None, "few_values"
    mean = purchases.spent[spent] / times
    if abs(mean_ties(times, mean) or 0.0) > _TIED:
        return None, "value_tied"
    times, mean, counts = _count_values(times, np.maximum(mean, 1.0))
    try:
        found = gamma_gamma.fit(times, mean, counts)
    except NoFitError:
        return None, "value_unfitted"
    return (found, "") if found.parameters[1] > 1.05 else (None, "value_unfitted")


def _count_values(times: Floats, mean: Floats) -> tuple[Floats, Floats, Floats]:
    """Equal pairs as one; with very many buyers means within one per cent of each other are equal."""
    if len(times) <= EXACT_UP_TO:
        return times, mean, np.ones_like(times)
    steps = np.round(np.log(mean) * 100).astype(np.int64)
    rows, counts = np.unique((times.astype(np.int64) << 20) | steps, return_counts=True)
    return (rows >> 20).astype(np.float64), np.exp((rows & ((1 << 20) - 1)) / 100), counts.astype(np.float64)


def expect(model: Model, weeks: float = YEAR) -> Floats:
    """Expected purchases of every buyer in the coming weeks: the key by which they rank."""
    return pareto_nbd.expect_purchases(model.purchases.parameters, model.histories, weeks)[model.row]


def expect_values(model: Model, purchases: Purchases) -> Floats | None:
    """What one purchase of every buyer is expected to be worth, None without a model of value."""
    if model.value is None:
        return None
    times = purchases.times.astype(np.float64)
    mean = np.divide(purchases.spent, times, out=np.zeros_like(times), where=times > 0)
    return gamma_gamma.expect_value(model.value.parameters, times, mean)


def try_out(before: Purchases, now: Purchases, weeks: int) -> Calibration | None:
    """The model of the buyers known `before`, held against what they did until `now`; None where it has no fit.

    Of very many buyers an even part is tried.
    """
    every = -(-len(before.contact) // _MOST_IN_TRIAL) if len(before.contact) else 1
    part = before.contact % every == 0
    tried = Purchases(
        contact=before.contact[part],
        repeats=before.repeats[part],
        first=before.first[part],
        last=before.last[part],
        times=before.times[part],
        spent=before.spent[part],
        today=before.today,
    )
    places = np.searchsorted(now.contact, tried.contact)
    later = now.repeats[np.minimum(places, len(now.contact) - 1)] - tried.repeats
    histories, row = tried.count()
    try:
        fit, fitted_on = _fit_purchases(histories)
    except NoFitError:
        return None
    said = pareto_nbd.expect_purchases(fit.parameters, histories, weeks)
    happened: NDArray[np.bool_] = later > 0
    chance = float(_chance(fit, histories, said, weeks) @ histories.weight)
    total = float(said @ histories.weight)
    return Calibration(
        weeks=weeks,
        buyers=len(tried.contact),
        predicted=total,
        actual=int(later.sum()),
        deviation=float(np.sqrt(chance + _from_parameters(fit, fitted_on, weeks) * total * total)),
        rank_quality=rank_quality(said[row], happened),
    )


def bound_purchases(
    model: Model, expected: Floats, error: float | None, weeks: float = YEAR
) -> Interval | None:
    """The interval of all expected purchases together; None where the parameters have no covariance."""
    if model.purchases.covariance is None:
        return None
    total = float(expected.sum())
    spread = _from_parameters(model.purchases, model.fitted_on, weeks) * total * total
    return widen(total, spread + float(_own_chance(model, weeks).sum()), error)


def bound_value(
    model: Model,
    purchases: Purchases,
    expected: Floats,
    each: Floats,
    error: float | None,
    weeks: float = YEAR,
) -> Interval | None:
    """The interval of what all expected purchases are worth together."""
    if model.value is None or model.value.covariance is None or model.purchases.covariance is None:
        return None
    p, q, _ = model.value.parameters
    total = float(expected @ each)
    chance = _own_chance(model, weeks)
    shape = np.maximum(p * purchases.times + q - 2, 0.5)
    own = each * each * (chance + expected / p + (chance + expected * expected) / shape)
    unknown = _from_parameters(model.purchases, model.fitted_on, weeks)
    spread = (unknown + _from_value(model, purchases, expected)) * total * total
    return widen(total, spread + float(own.sum()), error)


def _own_chance(model: Model, weeks: float) -> Floats:
    said = pareto_nbd.expect_purchases(model.purchases.parameters, model.histories, weeks)
    return _chance(model.purchases, model.histories, said, weeks)[model.row]


def _chance(fit: Fit, histories: Histories, said: Floats, weeks: float) -> Floats:
    """An upper bound of the variance of one buyer's purchases in each row: a Poisson count over a life and a rate
    not known. Of a buyer who is alive the rate is gamma(r + x, alpha + T), and the life no longer than `weeks`."""
    r, alpha, _, _ = fit.parameters
    ahead = weeks * (r + histories.repeats + 1) / (alpha + histories.age / WEEK)
    found: Floats = np.maximum(said * (1 + ahead) - said * said, said)
    return found


def _from_parameters(fit: Fit, rows: Histories, weeks: float) -> float:
    """The relative variance of all expected purchases that comes from not knowing the parameters (delta method)."""
    if fit.covariance is None:
        return 0.0
    logs = np.log(fit.parameters)

    def total(at: Floats) -> float:
        values = tuple(float(value) for value in np.exp(at))
        return float(np.log(pareto_nbd.expect_purchases(values, rows, weeks) @ rows.weight))

    slope = np.array([total(logs + one) - total(logs - one) for one in np.eye(4) * _NUDGE]) / (2 * _NUDGE)
    return float(slope @ fit.covariance @ slope)


def _from_value(model: Model, purchases: Purchases, expected: Floats) -> float:
    if model.value is None or model.value.covariance is None:
        return 0.0
    logs = np.log(model.value.parameters)
    times = purchases.times.astype(np.float64)
    mean = np.divide(purchases.spent, times, out=np.zeros_like(times), where=times > 0)

    def total(at: Floats) -> float:
        values = tuple(float(value) for value in np.exp(at))
        return float(np.log(expected @ gamma_gamma.expect_value(values, times, mean)))

    slope = np.array([total(logs + one) - total(logs - one) for one in np.eye(3) * _NUDGE]) / (2 * _NUDGE)
    return float(slope @ model.value.covariance @ slope)
