"""What a WhatsApp message costs: each number that the documents name (partners' pages on the change of 1 October 2026)."""

from __future__ import annotations

from datetime import date

import pytest

from sapa.gateway.dispatch.estimating import Volume, estimate_month
from sapa.gateway.dispatch.prices import SORTS, PriceTable, find_prices, price_of


@pytest.fixture
def table() -> PriceTable:
    found = find_prices("whatsapp", "IDR")
    assert found is not None
    return found


def cost(table: PriceTable, sort: str, used: int, *, after_ad: bool = False) -> int:
    found = price_of(table, sort=sort, service_this_month=used, is_free_after_ad=after_ad)
    assert found.amount is not None
    return found.amount


def test_the_table_says_from_when_and_by_whom_and_that_nobody_compared_it(table: PriceTable) -> None:
    assert table.as_of == date(2026, 11, 21)
    assert "hello-charles" in table.source
    assert not table.is_checked


def test_a_service_message_costs_what_a_utility_template_does(table: PriceTable) -> None:
    assert table.service == table.utility > 0


@pytest.mark.parametrize(("used", "is_free"), [(0, True), (999, True), (1000, False), (5000, False)])
def test_the_first_thousand_service_messages_of_a_month_are_free(
    table: PriceTable, used: int, is_free: bool
) -> None:
    assert cost(table, "service", used) == (0 if is_free else table.service)


@pytest.mark.parametrize("sort", [sort for sort in SORTS if sort != "service"])
def test_templates_are_billed_from_the_first_one_inside_the_window_too(table: PriceTable, sort: str) -> None:
    assert cost(table, sort, 0) == getattr(table, sort) > 0


@pytest.mark.parametrize("sort", SORTS)
def test_everything_is_free_in_the_72_hours_after_a_click_on_an_ad(table: PriceTable, sort: str) -> None:
    assert table.free_hours_after_ad == 72
    assert cost(table, sort, 5000, after_ad=True) == 0


def test_marketing_is_the_dearest_sort(table: PriceTable) -> None:
    assert table.marketing == max(getattr(table, sort) for sort in SORTS)


@pytest.mark.parametrize(
    ("volume", "rupiah"),
    [(Volume(1000, 0), 0), (Volume(1001, 0), 357), (Volume(1500, 100), 500 * 357 + 100 * 357)],
)
def test_a_month_counts_what_is_past_the_free_ones_and_each_template(
    table: PriceTable, volume: Volume, rupiah: int
) -> None:
    found = estimate_month([volume, volume], table)
    assert found is not None
    assert (found.low, found.high) == (rupiah, rupiah)
    assert found.as_promotion == rupiah + volume.outside * (table.marketing - table.utility)


def test_a_country_without_a_table_is_told_nothing_rather_than_something_wrong() -> None:
    assert find_prices("whatsapp", "USD") is None
    assert find_prices("telegram", "IDR") is None


def test_the_owners_own_prices_stand_over_the_table(table: PriceTable) -> None:
    own = find_prices("whatsapp", "IDR", {"utility": 400, "source": "x", "as_of": 1})
    assert own is not None
    assert (own.utility, own.marketing, own.source, own.is_checked) == (
        400,
        table.marketing,
        table.source,
        True,
    )
