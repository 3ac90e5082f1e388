"""The whole of it, with real processes: providers call a served shop, its worker understands and sends, a teammate answers.

The one story that no test by steps can tell: receipts that come before the send is answered, calls that meet a web process
that was just killed, and a person who is the same on three channels.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.db import connection

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.models import Contact
from sapa.conversations.models import Conversation, Message
from sapa.demo.providers import Simulator, join
from sapa.demo.providers.dialects import Telegram
from sapa.gateway.dispatch import send_message
from sapa.gateway.models import Dispatch
from sapa.lib import clock
from tests.processes import Home, Server, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
KINDS = ("whatsapp", "messenger", "telegram", "line")


@pytest.fixture
def served() -> Iterator[Server]:
    """A server on the database of the test."""
    home = _SameDatabase(Path(settings.HOME))
    with home.serving() as server:
        yield server


class _SameDatabase(Home):
    @property
    def environment(self) -> dict[str, str]:
        name = str(connection.settings_dict["NAME"])
        url = os.environ.get("SAPA_TEST_DATABASE_URL", "")
        address = f"{url.rsplit('/', 1)[0]}/{name}" if url else f"sqlite:///{name}"
        return {**super().environment, "SAPA_DATABASE_URL": address}


@pytest.fixture
def simulator(served: Server, toko_sage: Business) -> Iterator[Simulator]:
    with Simulator(seed=21, now=clock.now, speed=4.0) as found:
        join(found, business=toko_sage, hook_base=served.address, by=None, now=clock.now(), kinds=list(KINDS))
        found.start()
        yield found


def _reply(business: Business, kind: str, text: str) -> Dispatch:
    thread = Conversation.objects.select_related("channel", "identity").get(
        business=business, channel__kind=kind
    )
    return send_message(
        business=business, conversation=thread, text=text, by=None, idempotency_key=text, now=clock.now()
    )


def _said(business: Business, kind: str) -> list[tuple[str, str]]:
    rows = Message.objects.filter(business=business, conversation__channel__kind=kind)
    return list(rows.order_by("happened_at", "rank", "id").values_list("direction", "text"))


def test_messages_come_in_are_answered_and_read_on_a_bad_day(
    simulator: Simulator, toko_sage: Business
) -> None:
    simulator.faults(duplicate=0.4, reorder=0.4, hold=3.0, delay=0.5, early=0.5, shuffled=True)
    rina = simulator.customer("Rina")
    said = [("in", f"pesan {number}") for number in range(4)]
    for kind in KINDS:
        for _way, text in said:
            rina.says(text, by=kind)
    simulator.provider(Telegram).shares_number(rina.customer)
    assert until(lambda: all(len(_said(toko_sage, kind)) >= 4 for kind in KINDS), 60)
    for kind in KINDS:
        _reply(toko_sage, kind, f"jawaban lewat {kind}")
    assert until(lambda: len(rina.heard()) == len(KINDS), 60)
    wanted = {"whatsapp": "read", "messenger": "read", "telegram": "sent", "line": "sent"}
    assert until(lambda: _states(toko_sage) == wanted, 60), _states(toko_sage)
    assert until(lambda: simulator.agenda.is_idle, 60)
    for kind in KINDS:
        told = [line for line in _said(toko_sage, kind) if line[1].startswith(("pesan", "jawaban"))]
        assert sorted(told) == sorted([*said, ("out", f"jawaban lewat {kind}")])
        assert [line for line in told if line[0] == "in"] == said
    assert sorted(rina.heard()) == sorted(f"jawaban lewat {kind}" for kind in KINDS)
    assert _names_joined(toko_sage) == {"whatsapp", "telegram"}


def _states(business: Business) -> dict[str, str]:
    rows = Message.objects.filter(business=business, direction="out")
    return dict(rows.values_list("conversation__channel__kind", "send_status"))


def _names_joined(business: Business) -> set[str]:
    """The channels of the contact who is known by phone: the bot was told the number by its owner."""
    joined = (
        Contact.objects.filter(business=business, identities__kind="phone", merged_into=None).distinct().get()
    )
    kinds = Channel.objects.filter(conversations__identity__contact=joined).values_list("kind", flat=True)
    return set(kinds)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_what_was_acknowledged_outlives_the_processes(
    simulator: Simulator, served: Server, toko_sage: Business
) -> None:
    rina = simulator.customer("Rina")
    simulator.faults(duplicate=0.5, reorder=0.5, hold=4.0)
    texts = [f"pesan {number}" for number in range(20)]
    for text in texts[:10]:
        rina.says(text)
    assert until(lambda: len(simulator.postman.acknowledged) >= 3, 30)
    served.process.send_signal(signal.SIGKILL)
    served.process.wait(timeout=30)
    for text in texts[10:]:
        rina.says(text)
    with _again(served):
        assert until(lambda: len(_said(toko_sage, "whatsapp")) == 20, 90)
        assert until(lambda: simulator.agenda.is_idle, 60)
        assert _said(toko_sage, "whatsapp") == [("in", text) for text in texts]


@contextmanager
def _again(served: Server) -> Iterator[None]:
    """Another server on the same port, as whoever watches over processes starts it."""
    words = ["serve", "--host", "127.0.0.1", "--port", str(served.port)]
    with served.log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "sapa", *words],
            env=_SameDatabase(Path(settings.HOME)).environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        assert until(lambda: _answers(served.address), 60)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        httpx.get(f"{address}/v1/", timeout=5.0)
    except httpx.HTTPError:
        return False
    return True
