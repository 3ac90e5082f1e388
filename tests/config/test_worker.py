"""Background work: what came in is followed to what is derived, and one shop's or provider's trouble is not another's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from sapa.accounts.models import Business
from sapa.accounts.operations import make_business
from sapa.config.background import Building, Digesting, Every, Following, Importing, Pulse, Stale, run_rounds
from sapa.config.background import digesting as digesting_module
from sapa.config.background import following as following_module
from sapa.config.background import pulse as pulse_module
from sapa.config.background.rounds import Jobs
from sapa.config.worker import work_until
from sapa.contacts.models import Change
from sapa.contacts.operations import keep_for_consumer, settle_changes
from sapa.upkeep.living import is_worker_alive
from tests.processes import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps taken, in order; each answers that it did something."""
    taken: list[str] = []

    def note(name: str) -> Any:
        def step(*given: Any, **named: Any) -> int:
            business = named.get("business") or (given[0] if given else None)
            taken.append(f"{name} {business.slug}" if business else name)
            return 1

        return step

    monkeypatch.setattr(digesting_module, "digest_payloads", note("digest"))
    monkeypatch.setattr(following_module, "drop_digested", note("drop"))
    monkeypatch.setattr(following_module.imports, "run_waiting_task", note("imports"))
    monkeypatch.setattr(following_module.snapshots, "refresh_changed", note("changed"))
    monkeypatch.setattr(following_module.snapshots, "refresh_due", note("due"))
    monkeypatch.setattr(following_module.analytics, "build", note("build"))
    return taken


def test_the_first_turns_do_everything_and_the_next_nothing(toko_sage: Business, steps: list[str]) -> None:
    Change.objects.create(business=toko_sage)
    stale = Stale()
    rounds = [Digesting(), Importing(), Following(stale), Building(stale)]
    for one in rounds:
        one.turn()
    assert steps == [
        "digest toko-sage",
        "imports",
        "changed toko-sage",
        "due toko-sage",
        "drop toko-sage",
        "build toko-sage",
    ]
    steps.clear()
    keep_for_consumer(toko_sage, "derived", settle_changes(toko_sage))
    if connection.vendor == "sqlite":
        assert [one.turn() for one in rounds] == [False] * 4
        assert steps == []


def test_one_shop_in_trouble_does_not_stop_another(
    toko_sage: Business, now: datetime, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_business(name="Kopi Andi", owner_email="andi@kopi.example", now=now)

    def digest(*, business: Business, now: datetime) -> int:
        if business == toko_sage:
            raise ZeroDivisionError
        steps.append("digest kopi-andi")
        return 1

    monkeypatch.setattr(digesting_module, "digest_payloads", digest)
    Digesting().turn()
    assert steps == ["digest kopi-andi"]


def test_a_turn_that_another_process_has_is_no_trouble(
    toko_sage: Business, steps: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def taken(*given: Any, **named: Any) -> int:
        raise TimeoutError

    monkeypatch.setattr(following_module.snapshots, "refresh_changed", taken)
    Following(Stale()).turn()
    assert "due toko-sage" in steps
    assert not caplog.records


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="data_version is SQLite's")
def test_the_pulse_beats_when_another_connection_wrote(toko_sage: Business) -> None:
    pulse = Pulse()
    assert pulse.beats()
    assert not pulse.beats()

    def write() -> None:
        Business.objects.filter(id=toko_sage.id).update(name="Toko Sage Baru")
        connection.close()

    other = threading.Thread(target=write)
    other.start()
    other.join()
    assert until(pulse.beats)  # a look is kept for a fiftieth of a second
    assert not pulse.beats()


def test_every_says_yes_once_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 100.0
    monkeypatch.setattr(pulse_module.time, "monotonic", lambda: moment)
    minute = Every(60)
    assert [minute.is_due(), minute.is_due()] == [True, False]
    moment = 159.0
    assert not minute.is_due()
    moment = 160.0
    assert minute.is_due()


class _Told:
    """A round that a test tells what to do."""

    pause = 0.01

    def __init__(self, name: str, turn: Callable[[], bool]) -> None:
        self.name, self._turn, self.ended = name, turn, False

    def turn(self) -> bool:
        return self._turn()

    def end(self) -> None:
        self.ended = True


def test_a_round_that_hangs_or_breaks_delays_no_other(caplog: pytest.LogCaptureFixture) -> None:
    stop, hangs = threading.Event(), threading.Event()
    turns: list[float] = []

    def first() -> bool:
        turns.append(time.monotonic())
        if len(turns) == 20:
            stop.set()
            hangs.set()
        return False

    def breaks() -> bool:
        raise ZeroDivisionError

    rounds = [
        _Told("first", first),
        _Told("hangs", lambda: hangs.wait(10)),
        _Told("breaks", breaks),
    ]
    run_rounds(rounds, stop)
    assert len(turns) == 20
    assert turns[-1] - turns[0] < 5
    assert all(one.ended for one in rounds)
    assert "turn failed" in caplog.text


def test_what_has_begun_is_finished_before_the_end() -> None:
    jobs, begun, done = Jobs("try", 2), threading.Event(), []

    def slow() -> None:
        begun.set()
        time.sleep(0.2)
        done.append("slow")

    jobs.begin("a", slow)
    begun.wait(5)
    assert (jobs.free(), jobs.free("a", 1), jobs.runs("a")) == (1, 0, True)
    jobs.end()
    assert done == ["slow"]
    assert (jobs.free(), jobs.runs("a")) == (2, False)


def test_others_know_that_a_worker_is_alive_until_it_stops(toko_sage: Business, steps: list[str]) -> None:
    stop, alive = threading.Event(), []

    def look() -> None:
        alive.append(is_worker_alive())
        stop.set()

    threading.Timer(0.5, look).start()
    work_until(stop)
    assert alive == [True]
    assert not is_worker_alive()
    assert "digest toko-sage" in steps
