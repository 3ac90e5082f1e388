"""Satisfaction rose from 86 % to 89 % while hardly anybody came back: measuring the wrong thing (S2.74)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from tests.flows.shop import Bought, Who, bring, crowd, day, figures, write_orders, write_surveys

pytestmark = pytest.mark.django_db

NOW = day(182, "09:00")
"""6 July 2026: every buyer of January, February and March has 90 days behind them."""
MONTHS = {0: 86, 27: 88, 55: 89}
"""Day on which the first buyers of a month buy → how many of its hundred are content."""
RETURNED = 11


@pytest.fixture(scope="module")
def praised(story: Business, folder: Path) -> Business:
    orders: list[Bought] = []
    answers = []
    people = crowd(300)
    for month, (begin, content) in enumerate(MONTHS.items()):
        for number, who in enumerate(people[month * 100 : month * 100 + 100]):
            at = day(begin + number // 10, "10:00")
            orders.append(Bought(f"S-{begin}-{number}", who, at))
            if number < RETURNED:
                orders.append(Bought(f"S-{begin}-{number}-lagi", who, at + timedelta(days=20)))
            score, words = _answer(who, number, content)
            answers.append((at + timedelta(days=4), who, "csat", score, words))
    bring(
        story,
        NOW,
        write_orders(folder, "pesanan.csv", orders),
        write_surveys(folder, "survei kepuasan.csv", answers),
    )
    return story


def _answer(who: Who, number: int, content: int) -> tuple[int, str]:
    if number < content:
        return 4 + number % 2, "Pelayanannya ramah"
    return 3, f"Biasa saja, {who.name.split()[0]}"


def test_rising_satisfaction_without_return_is_a_warning_with_its_why(praised: Business) -> None:
    warning = figures(praised, NOW)["warning_csat_without_repeat"]
    assert warning.value is True
    assert warning.why == "Puas 86% → 89%; beli lagi 11% → 11%."
    assert (warning.sample_size, warning.why_not) == (300, None)
    assert warning.tomorrow.text


def test_the_figures_behind_it_are_those_planted(praised: Business) -> None:
    january = figures(praised, NOW, date(2026, 1, 1), date(2026, 1, 31))
    march = figures(praised, NOW, date(2026, 3, 1), date(2026, 3, 31))
    assert (january["csat"].value, march["csat"].value) == (0.86, 0.89)
    assert january["repeat_order_90d"].value == march["repeat_order_90d"].value == 0.11
    assert january["repeat_order_90d"].sample_size == 100


def test_care_that_nobody_returns_for_has_not_paid(praised: Business) -> None:
    found = figures(praised, NOW)
    assert found["roi"].value == "not_up"
    assert [point.sample_size for point in found["roi"].months] == [100, 100, 100]
    assert found["organic_referrals"].value == 0
