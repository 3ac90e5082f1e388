"""Decisions about repeat purchases as pure functions: what may be said, and how buyers rank without a model."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt

from sapa.lib.intervals import Z
from sapa.metrics.lifetime.types import Calibration, Interval

ENOUGH_BUYERS = 200
"""Below it four parameters of chance say less than each buyer's own rhythm."""

ENOUGH_REPEATS = 50
ENOUGH_WEEKS = 26
ENOUGH_IN_TRIAL = 20
LARGEST_ERROR, NEVER_OVER = 0.25, 0.6
LEAST_RANK_QUALITY = 0.6


def choose_trial_weeks(weeks_known: int) -> int:
    """How many of the last weeks are held out for the trial: a third, at most half a year."""
    return max(4, min(26, weeks_known // 3))


def doubt_history(buyers: int, repeats: int, weeks_known: int) -> str:
    """The code of why these purchases are too few for a model; empty where they are enough."""
    if buyers < ENOUGH_BUYERS:
        return "few_buyers"
    if weeks_known < ENOUGH_WEEKS:
        return "short_history"
    if repeats < ENOUGH_REPEATS:
        return "few_repeats"
    return ""


def doubt_trial(trial: Calibration) -> str:
    """The code of why the trial speaks against the model; empty where it stood."""
    if trial.actual < ENOUGH_IN_TRIAL:
        return "quiet_trial"
    if _is_missed(trial):
        return "trial_missed"
    if trial.rank_quality is None or trial.rank_quality < LEAST_RANK_QUALITY:
        return "trial_unranked"
    return ""


def _is_missed(trial: Calibration) -> bool:
    """Off by more than a quarter, and by more than chance can explain; by more than 60 per cent in any case."""
    if trial.error is None or abs(trial.error) > NEVER_OVER:
        return True
    return abs(trial.error) > LARGEST_ERROR and abs(trial.predicted - trial.actual) > Z * trial.deviation


def widen(value: float, variance: float, error: float | None) -> Interval:
    """The interval of a positive total on the scale of its logarithm: chance and parameters (`variance`), and the
    error that the trial has shown, as two sources that do not know of each other."""
    chance = Z * sqrt(variance) / value
    missed = abs(log(1 + error)) if error is not None else 0.0
    half = sqrt(chance * chance + missed * missed)
    return value * exp(-half), value * exp(half)


def follow_cohorts(counts: Sequence[tuple[int, Sequence[int]]]) -> list[tuple[float, Interval]]:
    """For each period the share who have ever come back by its end, with its interval.

    `counts` has for each cohort its buyers and how many first came back in period 1, 2, …, as far as the whole
    cohort has been followed. Source: E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete
    observations", JASA 53 (1958), 457-481; interval on the log-log scale, J. D. Kalbfleisch, R. L. Prentice,
    "The Statistical Analysis of Failure Time Data" (1980), 1.3.
    """
    found: list[tuple[float, Interval]] = []
    staying, spread = 1.0, 0.0
    for period in range(max((len(firsts) for _, firsts in counts), default=0)):
        risk = sum(size - sum(firsts[:period]) for size, firsts in counts if len(firsts) > period)
        came = sum(firsts[period] for _, firsts in counts if len(firsts) > period)
        if not risk:
            break
        staying *= 1 - came / risk
        if risk > came:
            spread += came / (risk * (risk - came))
        found.append((1 - staying, _log_log(staying, spread)))
    return found


def _log_log(staying: float, spread: float) -> Interval:
    if not 0 < staying < 1:
        return 1 - staying, 1 - staying
    half = Z * sqrt(spread) / abs(log(staying))
    return 1 - staying ** exp(-half), 1 - staying ** exp(half)


def rank_plainly(days_since: float, rhythm: float | None) -> tuple[int, float]:
    """The key by which a buyer ranks without a model, smallest first: within twice their own rhythm the nearest to
    the day when they usually buy; then those without a rhythm, latest buyers first; then those long silent."""
    if rhythm is None:
        return 1, days_since
    if days_since > 2 * rhythm:
        return 2, days_since
    return 0, abs(rhythm - days_since)
