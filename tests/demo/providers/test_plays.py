"""How invented customers behave, and that the same seed tells the same story."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.demo.live import live_play
from sapa.demo.providers import CAST, PLAYS, Play, Simulator
from sapa.demo.providers.agenda import Agenda
from sapa.demo.providers.plays import Says, Waits, react_to
from tests.demo.providers.stage import Stage

RINA = CAST[0]
PLAY = Play("whatsapp", (Says("kak, sage L ada?"), Waits(60, "kak?"), Says("oke kak, makasih")))


@pytest.mark.django_db
def test_a_customer_who_is_answered_reacts_and_goes_on(stage: Stage) -> None:
    stage.open("whatsapp")
    stage.simulator.actors.begin(RINA, PLAY)
    stage.pass_time(0.5)
    stage.reply("whatsapp", "Maaf kak, sage L habis")
    for _ in range(3):
        stage.pass_time(0.5)
    assert [text for way, text in stage.told("whatsapp") if way == "in"] == [
        "kak, sage L ada?",
        "yah sayang banget kak 😢 kalau warna lain yang mirip ada?",
        "oke kak, makasih",
    ]
    assert stage.simulator.actors.is_idle


@pytest.mark.django_db
def test_a_customer_whom_nobody_answers_asks_once_more_and_leaves(stage: Stage) -> None:
    stage.open("whatsapp")
    stage.simulator.actors.begin(RINA, PLAY)
    for _ in range(6):
        stage.pass_time(1)
    assert stage.told("whatsapp") == [("in", "kak, sage L ada?"), ("in", "kak?")]
    assert stage.simulator.actors.is_idle


@pytest.mark.django_db
def test_every_play_ends_with_nothing_misunderstood(stage: Stage) -> None:
    stage.open(*dict.fromkeys(play.kind for play in PLAYS), "marketplace:tiktokshop", "payment:midtrans", "shipping:biteship", "google")  # fmt: skip
    for customer, play in zip(CAST, PLAYS, strict=False):
        stage.simulator.actors.begin(customer, play)
    for _ in range(4):
        stage.pass_time(8)
    assert stage.simulator.actors.is_idle
    assert not stage.refused
    assert not stage.simulator.postman.given_up
    assert not [one for one in stage.business.payloads.all() if one.problem]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Resinya JNE 00112 ya kak", "ditunggu"),
        ("Totalnya Rp 185.000 kak", "transfer"),
        ("Boleh minta alamatnya?", "Kenanga"),
        ("Baik kak", "makasih"),
    ],
)
def test_customers_react_to_what_they_hear(said: str, answer: str) -> None:
    assert answer in react_to(said)


def test_the_same_seed_tells_the_same_story_and_another_one_does_not(now: datetime) -> None:
    def tell(seed: int) -> list[tuple[str, bytes]]:
        calls: list[tuple[str, bytes]] = []

        def door(method: str, address: str, headers: object, body: bytes) -> tuple[int, bytes]:
            calls.append((address, body))
            return 200, b""

        with Simulator(seed=seed, now=lambda: now, door=door) as simulator:
            for kind in ("whatsapp", "line", "tiktok"):
                simulator.dialect(kind).hook_url = f"https://sapa.example/hooks/{kind}/"
            simulator.faults(duplicate=0.5, reorder=0.5, delay=3.0)
            for number in range(10):
                for kind in ("whatsapp", "line", "tiktok"):
                    simulator.customer("Rina").says(f"pesan {number}", by=kind)
            simulator.run()
        return calls

    assert tell(3) == tell(3)
    assert tell(3) != tell(4)
    assert len(tell(3)) > 30


def test_a_fast_clock_shortens_waits_and_keeps_their_order() -> None:
    done: list[str] = []
    ended = threading.Event()
    agenda = Agenda(speed=100.0)
    agenda.start(1)
    agenda.after(20.0, ended.set)
    agenda.after(10.0, lambda: done.append("kedua"))
    agenda.after(1.0, lambda: done.append("pertama"))
    assert ended.wait(5.0)
    agenda.stop()
    assert done == ["pertama", "kedua"]


def test_what_fails_is_no_end_of_the_story() -> None:
    done = threading.Event()
    agenda = Agenda()
    agenda.start(1)
    agenda.after(0.0, lambda: 1 / 0)
    agenda.after(0.01, done.set)
    assert done.wait(5.0)
    agenda.stop()


@pytest.mark.django_db
def test_a_quiet_demo_connects_nothing(
    toko_sage: Business, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAPA_DEMO_QUIET", "1")
    with live_play(toko_sage, host="127.0.0.1", port=9, now=lambda: now + timedelta(0)):
        assert "sapa-live-play" not in {one.name for one in threading.enumerate()}
    assert not Channel.objects.filter(is_live=True)
