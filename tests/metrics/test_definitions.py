"""Every metric says what it asks, how it is counted, whom it leaves out, and what is done tomorrow."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date

import pytest

import sapa.actions.rules
from sapa.metrics.definition import Metric, Statistic
from sapa.metrics.definitions import METRICS

KEYS = """first_contact_to_purchase hot_leads_within_72h slow_leads repeat_order_90d organic_repeat_90d unprompted_referral
repeat_order_value organic_repeat_revenue organic_referrals new_by_referral first_heard_to_purchase conversion churn retention
lifetime_value expected_purchases nps csat ces first_response next_response replied_within_target consistent_response resolution
resolution_time answered_once complaint_recovery promises_kept after_sales_coverage roi warning_csat_without_repeat"""


def test_the_register_holds_the_keys_of_the_public_interface() -> None:
    assert list(METRICS) == KEYS.split()


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.key)
class TestEachMetric:
    def test_it_is_a_question_with_an_answer_for_tomorrow(self, metric: Metric) -> None:
        assert str(metric.question).endswith("?")
        for words in (metric.formula, metric.tomorrow, metric.marketing, metric.sales, metric.service):
            assert str(words).endswith((".", "?"))

    def test_it_calls_for_rules_that_exist(self, metric: Metric) -> None:
        folder = sapa.actions.rules.__path__
        keys = {
            getattr(importlib.import_module(f"sapa.actions.rules.{module.name}"), "KEY", None)
            for module in pkgutil.iter_modules(folder)
        }
        assert metric.rules
        assert set(metric.rules) <= keys

    def test_it_is_counted_unless_it_is_a_verdict(self, metric: Metric) -> None:
        assert (metric.rows is None) == (metric.statistic in (Statistic.VERDICT, Statistic.EXPECTED))
        assert bool(metric.yes) == bool(metric.no)
        if metric.statistic is Statistic.SHARE:
            assert metric.yes
        assert metric.version >= 1
        assert metric.since <= date(2026, 11, 21)
