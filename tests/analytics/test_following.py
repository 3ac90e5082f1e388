"""The copy follows the change log: whatever happens, in whatever order, it equals one built whole."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from sapa.accounts.models import Business
from sapa.analytics import copies, operations, places, updating
from sapa.analytics.tables import TABLES
from sapa.contacts.models import ToldOrigin
from sapa.contacts.operations import keep_for_consumer, note_changes, settle_changes
from sapa.gateway.digest import digest_events
from sapa.gateway.types import Behaved, ChannelRef, Key, Person
from sapa.snapshots.operations import refresh_changed
from tests.analytics.histories import History
from tests.world import World, day

pytestmark = pytest.mark.django_db


def rows_of(cursor: Any, table: str) -> list[str]:
    columns = ", ".join(f'"{column}"' for column in TABLES[table])
    return sorted(map(repr, cursor.execute(f"SELECT {columns} FROM {table}").fetchall()))


def assert_whole(business: Business, said: object = "") -> None:
    """Row by row, the copy as it is read is the one that a build from nothing makes."""
    kept = copies.reader(business, operations.build(business)).cursor()
    fresh = copies.make_private(business, None)
    for table in TABLES:
        assert rows_of(kept, table) == rows_of(fresh, table), (table, said)


@pytest.fixture
def follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few people there are, a change is followed and nothing is built whole behind our back."""
    monkeypatch.setattr(updating, "_MOST_LEAST", 10_000)
    monkeypatch.setattr("sapa.upkeep.operations.forgetting.analytics.rebuild", lambda business: None)


@pytest.mark.parametrize("seed", range(int(os.environ.get("HISTORIES", "3"))))
def test_a_random_history_is_followed_row_by_row(
    toko_sage: Business, now: datetime, tmp_path: Path, seed: int, follows: None
) -> None:
    history = History(toko_sage, seed, now, tmp_path)
    history.go_on(25)
    history.derive()
    first = operations.build(toko_sage)
    done: list[list[str]] = []
    for number in range(6):
        done.append(history.go_on(4))
        if number % 3:  # else the copy reads what is stored before anything is derived of it
            history.derive()
        assert_whole(toko_sage, done)
        if number == 3:
            assert operations.lay_together(toko_sage)
            assert_whole(toko_sage, done)
    last = places.find_pointer(toko_sage)
    assert last is not None
    assert last.base == first.base + 1  # laid together once, built whole never
    assert last.delta > first.delta


@pytest.mark.django_db(transaction=True)
def test_several_writers_lose_nothing(toko_sage: Business, now: datetime, follows: None) -> None:
    """Four write, one derives and one copies, all at once: afterwards nobody's touchpoint is missing (property 8)."""
    digest_events(business=toko_sage, events=[visit(now, "first")], now=now)
    refresh_changed(toko_sage, now=now)
    base = operations.build(toko_sage).base
    writing = [threading.Event() for _ in range(4)]
    failed: list[BaseException] = []

    def do(work: Callable[[], object], done: threading.Event | None = None) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failed.append(error)
        finally:
            connection.close()
            if done:
                done.set()

    def write(number: int) -> None:
        for turn in range(12):
            digest_events(business=toko_sage, events=[visit(now, f"{number}-{turn}")], now=now)

    def follow() -> None:
        while not all(done.is_set() for done in writing):
            with suppress(TimeoutError):
                refresh_changed(toko_sage, now=now, wait_seconds=1)
            operations.build(toko_sage)

    threads = [
        threading.Thread(target=do, args=(partial(write, number), writing[number])) for number in range(4)
    ]
    threads.append(threading.Thread(target=do, args=(follow,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    refresh_changed(toko_sage, now=now)
    assert_whole(toko_sage)
    pointer = operations.build(toko_sage)
    assert pointer.base == base
    seen = copies.reader(toko_sage, pointer).cursor()
    assert seen.execute("SELECT count(*) FROM ev").fetchall() == [(49,)]


def visit(now: datetime, key: str) -> Behaved:
    person = Person(
        ("row", f"tamu:{key[:1]}"), f"Tamu {key[:1]}", (Key("phone", f"+62812000{ord(key[0]):05d}"),)
    )
    return Behaved(ChannelRef("web"), key, person, now, "web.page")


def test_what_is_removed_leaves_the_disk(toko_sage: Business, now: datetime, follows: None) -> None:
    """An erased word stands in the old base until it is laid together with what came since, which then is due."""
    world = World(toko_sage)
    rina = world.someone("Rina Wulandari")
    world.tells_origin(rina, day(1), "instagram", "rahasia-dari-rina")
    for one in world.someones(3):
        world.buys(one, day(2))
    keep_for_consumer(toko_sage, "derived", settle_changes(toko_sage))
    operations.build(toko_sage)
    assert words_on_disk(toko_sage, b"rahasia-dari-rina")

    ToldOrigin.objects.all().delete()
    note_changes(toko_sage, [rina.pk])
    keep_for_consumer(toko_sage, "derived", settle_changes(toko_sage))
    operations.build(toko_sage)
    assert operations.is_heavy_with_old(toko_sage)
    assert operations.lay_together(toko_sage)
    assert not words_on_disk(toko_sage, b"rahasia-dari-rina")
    assert not operations.is_heavy_with_old(toko_sage)
    assert_whole(toko_sage)


def words_on_disk(business: Business, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in places.list_files(business))


def test_what_came_while_two_files_were_laid_together_is_kept(
    toko_sage: Business, monkeypatch: pytest.MonkeyPatch, follows: None
) -> None:
    world = World(toko_sage)
    people = world.someones(4)

    def go_on(number: int) -> None:
        world.asks(people[number], day(3 + number), "price")
        world.answers(people[number], day(3 + number, "11:00"))
        keep_for_consumer(toko_sage, "derived", settle_changes(toko_sage))
        operations.build(toko_sage)

    for number in (0, 1):
        go_on(number)
    first = operations.build(toko_sage).base
    whole = updating.lay_together

    def lay_while_the_shop_goes_on(business: Business, pointer: places.Pointer) -> int:
        base = whole(business, pointer)
        go_on(2)
        return base

    monkeypatch.setattr(updating, "lay_together", lay_while_the_shop_goes_on)
    assert operations.lay_together(toko_sage)
    assert_whole(toko_sage)
    pointer = places.find_pointer(toko_sage)
    assert pointer is not None
    assert (pointer.base, pointer.dead) == (
        first + 1,
        1,
    )  # only the one who came meanwhile stands over the new base
    go_on(3)
    assert_whole(toko_sage)


def test_a_copy_that_the_log_no_longer_reaches_is_built_whole(toko_sage: Business) -> None:
    """Another machine's copy advanced the cursor, or the file is an old one: what was pruned cannot be followed."""
    world = World(toko_sage)
    world.buys(world.someone(), day(1))
    first = operations.build(toko_sage)
    world.buys(world.someone(), day(2))
    keep_for_consumer(toko_sage, operations.CONSUMER, first.mark.head + 1)
    assert operations.build(toko_sage).base == first.base + 1
    assert_whole(toko_sage)
