"""Background work: what came in is followed to what is derived, and one shop's trouble is not another's."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from sapa.accounts.models import Business
from sapa.accounts.operations import make_business
from sapa.config import worker as worker_module
from sapa.config.worker import Every, Pulse, Worker, work_until
from sapa.upkeep.living import is_worker_alive

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

    monkeypatch.setattr(worker_module, "digest_payloads", note("digest"))
    monkeypatch.setattr(worker_module, "drop_digested", note("drop"))
    monkeypatch.setattr(worker_module.imports, "run_waiting_task", note("imports"))
    monkeypatch.setattr(worker_module.snapshots, "refresh_changed", note("changed"))
    monkeypatch.setattr(worker_module.snapshots, "refresh_due", note("due"))
    monkeypatch.setattr(worker_module.analytics, "build", note("build"))
    return taken


def test_the_first_turn_does_everything_in_order_and_the_next_nothing(
    toko_sage: Business, steps: list[str]
) -> None:
    worker = Worker()
    worker.turn()
    assert steps == [
        "imports",
        "digest toko-sage",
        "changed toko-sage",
        "due toko-sage",
        "drop toko-sage",
        "build toko-sage",
    ]
    steps.clear()
    if connection.vendor == "sqlite":
        assert worker.turn() is False
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

    monkeypatch.setattr(worker_module, "digest_payloads", digest)
    Worker().turn()
    assert "digest kopi-andi" in steps
    assert "changed toko-sage" in steps


def test_a_turn_that_another_process_has_is_no_trouble(
    toko_sage: Business, steps: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def taken(*given: Any, **named: Any) -> int:
        raise TimeoutError

    monkeypatch.setattr(worker_module.snapshots, "refresh_changed", taken)
    Worker().turn()
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
    assert pulse.beats()
    assert not pulse.beats()


def test_every_says_yes_once_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 100.0
    monkeypatch.setattr(worker_module.time, "monotonic", lambda: moment)
    minute = Every(60)
    assert [minute.is_due(), minute.is_due()] == [True, False]
    moment = 159.0
    assert not minute.is_due()
    moment = 160.0
    assert minute.is_due()


def test_others_know_that_a_worker_is_alive_until_it_stops(toko_sage: Business, steps: list[str]) -> None:
    stop, alive = threading.Event(), []

    def look() -> None:
        alive.append(is_worker_alive())
        stop.set()

    threading.Timer(0.3, look).start()
    work_until(stop)
    assert alive == [True]
    assert not is_worker_alive()
