"""Many shops in one installation: each has its turn, whatever one of them brings, and sees nothing of the others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from sapa.accounts.models import Business
from sapa.accounts.operations import make_business
from sapa.analytics import copies, operations, places
from sapa.config.background import Building, Following, Stale
from sapa.config.background import following as following_module
from sapa.contacts.queries import list_behind
from sapa.gateway.digest import digest_events
from sapa.gateway.types import ChannelRef, ConversationRef, MessageReceived, Person
from sapa.snapshots.operations import refresh_changed
from sapa.standings.models import Standing

pytestmark = pytest.mark.django_db(transaction=True)

SHOPS = 12
GIANT = 60


def talk(business: Business, number: int, at: datetime) -> MessageReceived:
    person = Person(("chat", f"whatsapp:{business.slug}-{number}"), f"Orang {number}")
    thread = ConversationRef(f"{number}", f"Orang {number}", party=person)
    return MessageReceived(ChannelRef("whatsapp"), thread, f"m{number}", person, "masih ada kak?", at)


@pytest.fixture
def shops(toko_sage: Business, now: datetime) -> list[Business]:
    """One giant, which is the oldest, and many small ones behind it."""
    operations.drop_all()  # of other tests' shops, which bear the same names
    others = [
        make_business(name=f"Kopi {number}", owner_email=f"kopi{number}@kopi.example", now=now)
        for number in range(SHOPS)
    ]
    for business, people in [(toko_sage, GIANT), *((one, 1) for one in others)]:
        events = [talk(business, number, now - timedelta(minutes=number + 5)) for number in range(people)]
        digest_events(business=business, events=events, now=now)
    return [toko_sage, *others]


def count_derived(business: Business) -> int:
    return Standing.objects.filter(business=business).count()


def test_the_log_of_a_giant_is_read_in_pieces(shops: list[Business], monkeypatch: pytest.MonkeyPatch) -> None:
    """After one turn everybody's change has been followed, though the giant's are not all done."""
    monkeypatch.setattr(following_module, "_MOST_CONTACTS", 10)
    monkeypatch.setattr("sapa.snapshots.operations.refresh.CHUNK", 10)
    giant, *others = shops
    stale = Stale()
    following = Following(stale)
    assert following.turn()
    assert [count_derived(one) for one in others] == [1] * SHOPS
    assert 0 < count_derived(giant) < GIANT
    assert {one.pk for one in stale.list_all()} == {one.pk for one in shops}
    assert list_behind("derived") == [giant]
    for _ in range(GIANT):
        if not following.turn():
            break
    assert count_derived(giant) == GIANT
    assert list_behind("derived") == []


def test_no_shop_waits_for_the_rebuild_of_another(
    shops: list[Business], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the giant's copy is being built, the others' are; and the giant is built once, not at every turn."""
    giant, *others = shops
    for one in shops:
        refresh_changed(one, now=now)
    release, begun = threading.Event(), threading.Event()
    built: list[str] = []
    build: Callable[[Business], Any] = operations.build

    def build_slowly(business: Business) -> Any:
        built.append(business.slug)
        if business == giant:
            begun.set()
            assert release.wait(30)
        return build(business)

    monkeypatch.setattr(operations, "LIGHT_TOUCHPOINTS", GIANT - 1)
    monkeypatch.setattr(operations, "build", build_slowly)
    stale = Stale()
    building = Building(stale)
    for one in shops:
        stale.add(one)
    building.turn()
    assert begun.wait(30)
    stale.add(giant)
    building.turn()
    assert sorted(built) == sorted(one.slug for one in shops)
    assert all(places.find_pointer(one) is not None for one in others)
    assert places.find_pointer(giant) is None
    release.set()
    building.end()
    assert places.find_pointer(giant) is not None
    assert stale.list_all() == [giant]  # what came meanwhile is not forgotten


def test_a_copy_holds_its_own_shop_only(shops: list[Business], now: datetime) -> None:
    for one in shops[:3]:
        refresh_changed(one, now=now)
        seen = copies.reader(one, operations.build(one)).cursor()
        mine = {row[0] for row in seen.execute("SELECT contact FROM cust").fetchall()}
        assert mine == set(one.contacts.values_list("id", flat=True))
    before = operations.build(shops[0])
    digest_events(business=shops[1], events=[talk(shops[1], 900, now)], now=now)
    assert operations.build(shops[0]) == before  # what happens elsewhere makes no copy old
    assert operations.build(shops[1]).mark.head > before.mark.head


def test_only_a_few_copies_are_held_open(shops: list[Business], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "_MOST_OPEN", 3)
    for one in shops[1:8]:
        copies.reader(one, operations.build(one))
    assert len(copies._open) == 3
    copies.reader(shops[1], operations.build(shops[1])).cursor().execute("SELECT * FROM ev").fetchall()


def test_an_asker_takes_the_older_copy_rather_than_wait(
    shops: list[Business], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four people who look at the figures of a shop that is being built anew must not hold up every other screen."""
    giant = shops[0]
    older = operations.build(giant)
    digest_events(business=giant, events=[talk(giant, 900, now)], now=now)
    monkeypatch.setattr(operations, "ASK_SECONDS", 0.01)
    with operations.renewing(giant):
        found: list[Any] = []

        def ask() -> None:
            found.append(operations.build_or_older(giant))
            connection.close()

        asker = threading.Thread(target=ask)
        asker.start()
        asker.join()
        assert found == [older]
    assert operations.build_or_older(giant) != older
