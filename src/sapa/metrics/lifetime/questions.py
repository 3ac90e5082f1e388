"""What cohorts and forecasts ask of the copy. Purchases of one day are one; a return is a purchase on a later day."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sapa.analytics.questions import register
from sapa.metrics.definition import within
from sapa.metrics.definitions.repeat_order_90d import masked

PERIOD = 30
"""Days of one period of a cohort's life, counted from each buyer's own first purchase."""


def _valid(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    return t.purchase.filter(t.purchase.nth.notnull() & (t.purchase.day < a.to_day))


def purchases(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """Every valid order of a known buyer before `to_day`, as it lies: `forecasting.fold_purchases` makes buyers of them."""
    orders = _valid(t, a)
    return orders.select(contact=orders.contact, day=orders.day, value=orders.value.fill_null(0))


def mark(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """One row that differs wherever the purchases differ."""
    orders = _valid(t, a)
    return orders.aggregate(
        n=orders.count(),
        orders=orders["order"].sum(),
        days=orders.day.sum(),
        people=orders.contact.sum(),
        value=orders.value.sum(),
    )


def rhythms(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """Days between purchases of those who have a rhythm of their own: three purchase days or more."""
    people = t.cust.filter(t.cust.rhythm.notnull() & (t.cust.first_order_day < a.to_day))
    return people.select(contact=people.contact, days=people.rhythm / (86_400 * 1_000_000.0))


def sizes(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.first_order_day, a)
    found = people.group_by("first_order_month").aggregate(n=people.count())
    return found.rename(month="first_order_month").order_by("month")


def _returns(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """Contact, month of first purchase and period, once for each period in which the buyer came back."""
    people = within(t.cust, t.cust.first_order_day, a)
    people = people.select("contact", month=people.first_order_month, began=people.first_order_day)
    orders = t.purchase.filter(t.purchase.nth.notnull() & (t.purchase.nth > 1)).select("contact", "day")
    joined = orders.join(people, "contact")
    later = joined.filter(joined.day > joined.began)
    period = (later.day - later.began + (PERIOD - 1)).cast("int64") // PERIOD
    return later.select(contact=later.contact, month=later.month, period=period).distinct()


def cells(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    found = _returns(t, a)
    return found.group_by(["month", "period"]).aggregate(n=found.count()).order_by(["month", "period"])


def firsts(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    found = _returns(t, a)
    each = found.group_by(["contact", "month"]).aggregate(period=found.period.min())
    return each.group_by(["month", "period"]).aggregate(n=each.count()).order_by(["month", "period"])


def members(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.first_order_day, a)
    found = people.select(contact=people.contact, value=people.order_value)
    return found.order_by([found.value.desc(), found.contact])


def returns(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    found = _returns(t, a)
    return found.select("contact", "period").order_by(["contact", "period"])


register("lifetime.purchases", purchases)
register("lifetime.mark", mark)
register("lifetime.rhythms", rhythms)
register("cohort.sizes", sizes)
register("cohort.cells", cells)
register("cohort.firsts", firsts)
register("cohort.members", members)
register("cohort.returns", returns)
register("cohort.masked", masked)
