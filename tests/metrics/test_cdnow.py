"""Real purchases (CDNOW, Fader & Hardie): figures equal those counted from the file itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.models import Change, Contact, Identity
from sapa.metrics.queries import get_metric_figure
from sapa.orders.models import Order
from tests.world import JAKARTA

pytestmark = pytest.mark.django_db

NOW = datetime(1998, 7, 1, tzinfo=JAKARTA)
Purchases = dict[str, list[tuple[date, int]]]


def read_purchases(path: Path) -> Purchases:
    """Per customer the days and cents of their orders."""
    found: Purchases = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        customer, _, day, _, dollars = line.split()
        at = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
        found.setdefault(customer, []).append((at, round(float(dollars) * 100)))
    return {customer: sorted(orders) for customer, orders in found.items()}


@pytest.fixture
def purchases(shared: Path, toko_sage: Business) -> Purchases:
    found = read_purchases(shared / "data" / "cdnow" / "CDNOW_sample.txt")
    channel = Channel.objects.create(business=toko_sage, kind="shop", created_at=NOW)
    people = Contact.objects.bulk_create(
        Contact(business=toko_sage, name=name, created_at=NOW) for name in found
    )
    identities = Identity.objects.bulk_create(
        Identity(business=toko_sage, kind="external", value=person.name, learned_at=NOW, contact=person)
        for person in people
    )
    Order.objects.bulk_create(
        Order(
            business=toko_sage,
            channel=channel,
            number=f"{identity.value}-{number}",
            identity=identity,
            status="completed",
            placed_at=datetime(at.year, at.month, at.day, 12, tzinfo=JAKARTA),
            goods_total=cents,
        )
        for identity in identities
        for number, (at, cents) in enumerate(found[identity.value])
    )
    Change.objects.create(business=toko_sage)
    return found


def test_figures_of_real_purchases(toko_sage: Business, purchases: Purchases) -> None:
    end = date(1997, 12, 31)
    began = {customer: orders for customer, orders in purchases.items() if orders[0][0] <= end}
    back = sum(
        len(orders) > 1 and orders[1][0] - orders[0][0] <= timedelta(days=90) for orders in began.values()
    )
    repeats = [cents for orders in purchases.values() for at, cents in orders[1:] if at <= end]
    gone = 0
    for orders in began.values():
        days = sorted({at for at, _ in orders})
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        patience = 2 * median(gaps) if len(gaps) >= 2 else 90
        gone += (NOW - datetime(days[-1].year, days[-1].month, days[-1].day, 12, tzinfo=JAKARTA)) > timedelta(
            days=patience
        )

    def value(key: str) -> object:
        return get_metric_figure(toko_sage, key, from_=None, to=end, now=NOW).value

    assert len(began) == 2357
    assert value("repeat_order_90d") == pytest.approx(back / len(began))
    assert value("organic_repeat_90d") == pytest.approx(back / len(began))
    assert value("repeat_order_value") == round(sum(repeats) / len(repeats))
    assert value("lifetime_value") == round(
        sum(cents for orders in began.values() for _, cents in orders) / len(began)
    )
    assert value("churn") == pytest.approx(gone / len(began))
    assert value("retention") == pytest.approx(1 - gone / len(began))
