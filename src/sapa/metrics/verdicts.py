"""What is said from several figures together, month by month of buyers: does the work pay, does praise deceive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sapa.accounts.models import Business
from sapa.analytics.queries import Copy
from sapa.analytics.windows import Window, month_days, month_of, parameters, today
from sapa.lib.money import format_percent
from sapa.metrics import rules
from sapa.metrics.definition import ENOUGH_FOR_SHARE
from sapa.metrics.types import RoiMonth, TrendPoint

_MONTHS = 3
_FOLLOWED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said, from how many buyers, or why nothing is; `months` are what it rests on."""

    value: str | bool | None
    sample_size: int
    why_not: str | None
    why: str | None
    months: tuple[TrendPoint | RoiMonth, ...]


def _cohort_months(business: Business, window: Window, now: datetime) -> list[int]:
    """The last three months, oldest first, whose every buyer has 90 days behind them."""
    last = today(business, now) - _FOLLOWED
    if window.to is not None:
        last = min(last, window.to)
    newest = month_of(last + timedelta(days=1)) - 1
    return [newest - 2, newest - 1, newest]


def _by_month(copy: Copy, name: str, given: Mapping[str, int | str]) -> dict[int, dict[str, Any]]:
    return {int(row["bucket"]): row for row in copy.ask(name, given)}


def _given(business: Business, months: list[int], now: datetime) -> Mapping[str, int | str]:
    window = Window(month_days(months[0]).from_, month_days(months[-1]).to)
    return parameters(business, window, now)


def judge_roi(copy: Copy, business: Business, window: Window, now: datetime) -> Verdict:
    """`up` where return, value of repeat orders and unasked referrals all rose from month to month, else `not_up`."""
    numbers = _cohort_months(business, window, now)
    given = _given(business, numbers, now)
    returned = _by_month(copy, "metric.repeat_order_90d.month", given)
    values = _by_month(copy, "metric.repeat_order_value.month", given)
    referrals = _by_month(copy, "metric.organic_referrals.month", given)
    months = tuple(
        _roi_month(number, returned.get(number), values.get(number), referrals.get(number))
        for number in numbers
    )
    total = sum(month.sample_size for month in months)
    if any(month.sample_size < ENOUGH_FOR_SHARE for month in months):
        return Verdict(None, total, _too_few(), None, months)
    if any(month.repeat_order_value is None for month in months):
        why_not = _("Belum ada pesanan ulang di salah satu dari tiga bulan itu.")
        return Verdict(None, total, why_not, None, months)
    series: list[list[float]] = [
        [float(month.value or 0) for month in months],
        [float(month.repeat_order_value or 0) for month in months],
        [float(month.organic_referrals) for month in months],
    ]
    verdict = "up" if all(rules.rises(one) for one in series) else "not_up"
    return Verdict(verdict, total, None, _why_roi(series), months)


def _roi_month(
    number: int, back: dict[str, Any] | None, value: dict[str, Any] | None, given: dict[str, Any] | None
) -> RoiMonth:
    days = month_days(number)
    assert days.from_ is not None  # noqa: S101 - a month has both its ends
    assert days.to is not None  # noqa: S101
    return RoiMonth(
        days.from_,
        days.to,
        float(back["mean"]) if back else None,
        int(back["n"]) if back else 0,
        round(value["mean"]) if value else None,
        int(given["n"]) if given else 0,
    )


def _why_roi(series: list[list[float]]) -> str:
    words = (_("beli lagi"), _("nilai pesanan ulang"), _("ajakan tanpa diminta"))
    up = [word for word, one in zip(words, series, strict=True) if rules.rises(one)]
    flat = [word for word, one in zip(words, series, strict=True) if not rules.rises(one)]
    if not flat:
        return _("Ketiganya naik tiap bulan.")
    if not up:
        return _("Tidak satu pun naik tiap bulan.")
    return _("Naik tiap bulan: {up}. Tidak: {flat}.").format(up=", ".join(up), flat=", ".join(flat))


def _too_few() -> str:
    return _("Salah satu dari tiga bulan terakhir yang lengkap punya kurang dari {least} pembeli.").format(
        least=ENOUGH_FOR_SHARE
    )


def warn_of_satisfaction(copy: Copy, business: Business, window: Window, now: datetime) -> Verdict:
    """True where satisfaction rose over three cohort months while the share who return did not."""
    numbers = _cohort_months(business, window, now)
    given = _given(business, numbers, now)
    returned = _by_month(copy, "metric.repeat_order_90d.month", given)
    satisfied = _by_month(copy, "metric.csat.month", given)
    ends = (numbers[0], numbers[-1])
    buyers = sum(int(row["n"]) for row in returned.values())
    if any(number not in returned or returned[number]["n"] < ENOUGH_FOR_SHARE for number in ends):
        return Verdict(None, buyers, _too_few(), _too_few(), ())
    if any(number not in satisfied or satisfied[number]["n"] < ENOUGH_FOR_SHARE for number in ends):
        why_not = _(
            "Belum cukup jawaban survei kepuasan pada bulan-bulan yang sama (paling sedikit {least})."
        )
        return Verdict(None, buyers, why_not.format(least=ENOUGH_FOR_SHARE), why_not.format(least=ENOUGH_FOR_SHARE), ())  # fmt: skip
    praise = [float(satisfied[number]["mean"]) for number in ends]
    back = [float(returned[number]["mean"]) for number in ends]
    language = "en" if (get_language() or "id").startswith("en") else "id"
    why = _("Puas {before} → {after}; beli lagi {back_before} → {back_after}.").format(
        before=format_percent(praise[0], language),
        after=format_percent(praise[1], language),
        back_before=format_percent(back[0], language),
        back_after=format_percent(back[1], language),
    )
    return Verdict(rules.is_satisfied_without_return(praise, back), buyers, None, why, ())
