"""The short way of webhooks through uvicorn's own protocol, on a real socket: the same answers, and the same rows."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
import uvicorn
from django.db import OperationalError

from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.config.asgi import Front
from sapa.config.serving import AS_SERVED
from sapa.gateway import committer as committer_module
from sapa.gateway import doorway
from sapa.gateway.hooks import Hooks
from sapa.gateway.models import Payload
from sapa.gateway.storing import store_arrivals
from tests.gateway.plain import KIND, SECRET, signature, use_plain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def channel(transactional_db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Channel:
    from sapa.accounts.operations import make_business

    use_plain(monkeypatch)
    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    return connect_channel(
        business=shop, kind=KIND, name="", account="62811", settings={"secret": SECRET}, by=None, now=now
    )


@pytest.fixture
def short_ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What `Hooks.take` said each time: whether the body went the short way."""
    said: list[bool] = []
    take = Hooks.take

    def noted(self: Hooks, *given: Any) -> bool:
        said.append(take(self, *given))
        return said[-1]

    monkeypatch.setattr(Hooks, "take", noted)
    return said


@pytest.fixture
def port(channel: Channel) -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = uvicorn.Server(uvicorn.Config(Front(), **AS_SERVED, timeout_keep_alive=1))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        _wait_for(lambda: server.started)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(timeout=30)
    assert not thread.is_alive()


def _wait_for(comes_true: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not comes_true() and time.monotonic() < until:
        time.sleep(0.01)


class Provider:
    """One kept connection."""

    def __init__(self, port: int, channel: Channel) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._path = f"/hooks/{channel.public_id}/"

    def post(self, content: Any, signed: str = "", **headers: str) -> tuple[int, bytes]:
        raw = content if isinstance(content, bytes) else b"".join(content)
        given = {"X-Signature": signed or signature(raw), **headers}
        chunked = content if isinstance(content, bytes) else iter(content)
        self._line.request("POST", self._path, chunked, given, encode_chunked=chunked is not content)
        answer = self._line.getresponse()
        return answer.status, answer.read()

    def end(self) -> None:
        self._line.close()


@pytest.fixture
def provider(port: int, channel: Channel) -> Iterator[Provider]:
    made = Provider(port, channel)
    yield made
    made.end()


def test_known_channels_go_the_short_way(provider: Provider, short_ways: list[bool]) -> None:
    assert [provider.post(b"body %d" % number) for number in (1, 2, 2, 3)] == [(200, b"")] * 4
    assert short_ways == [False, True, True, True]
    assert sorted(bytes(row.body) for row in Payload.objects.all()) == [b"body 1", b"body 2", b"body 3"]


def test_a_forged_body_is_refused_on_either_way(provider: Provider, short_ways: list[bool]) -> None:
    provider.post(b"first")
    assert provider.post(b"forged", signed="0" * 64) == (401, b"The signature is not ours.")
    assert provider.post(b"second") == (200, b"")
    assert short_ways == [False, False, True]
    assert Payload.objects.count() == 2


def test_what_has_no_length_or_is_long_goes_the_long_way(provider: Provider, short_ways: list[bool]) -> None:
    provider.post(b"first")
    assert provider.post([b"in ", b"parts"])[0] == 200
    assert provider.post(b"x" * 200_000)[0] == 200
    assert provider.post(b"x" * (6 * 1024 * 1024))[0] == 413
    assert short_ways == [False]
    assert sorted(len(row.body) for row in Payload.objects.all()) == [5, 8, 200_000]


def test_a_busy_database_is_told_after_the_body_was_taken(
    provider: Provider, short_ways: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.post(b"first")

    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(committer_module, "store_arrivals", locked)
        assert provider.post(b"second")[0] == 503
    assert provider.post(b"second")[0] == 200
    assert short_ways == [False, True, True]
    assert Payload.objects.count() == 2


def test_nothing_is_answered_before_its_commit(
    provider: Provider, port: int, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.post(b"first")
    may_store = threading.Event()

    def slow(*given: Any, **more: Any) -> None:
        may_store.wait(30)
        store_arrivals(*given, **more)

    monkeypatch.setattr(committer_module, "store_arrivals", slow)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(provider.post, b"second")
        time.sleep(0.2)
        assert not answer.done()
        may_store.set()
        assert answer.result(timeout=30) == (200, b"")
    assert Payload.objects.count() == 2


def test_who_asks_for_the_line_to_be_closed_gets_it_closed(port: int, channel: Channel) -> None:
    for content in (b"first", b"second"):
        with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as line:
            line.sendall(_raw(channel, content, b"Connection: close\r\n"))
            answer = b"".join(iter(lambda: line.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"connection: close" in answer


def test_requests_sent_at_once_on_one_line_are_answered_one_by_one(port: int, channel: Channel) -> None:
    bodies = [b"body %d" % number for number in range(20)]
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as line:
        line.sendall(b"".join(_raw(channel, one) for one in bodies))
        answers = b""
        _wait_for(lambda: Payload.objects.count() == 20)
        while answers.count(b"HTTP/1.1 200 ") < 20:
            answers += line.recv(4096)
    assert {bytes(row.body) for row in Payload.objects.all()} == set(bodies)


def test_what_follows_a_webhook_on_its_line_is_answered_after_it(port: int, channel: Channel) -> None:
    path = f"/hooks/{channel.public_id}/".encode()
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as line:
        line.sendall(_raw(channel, b"first"))
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
        asked = b"DELETE " + path + b" HTTP/1.1\r\nHost: sapa.example\r\n\r\n"
        # In pieces, so that a head is broken off in its middle.
        line.sendall(_raw(channel, b"second") + asked + _raw(channel, b"third")[:30])
        line.sendall(_raw(channel, b"third", b"Connection: close\r\n")[30:])
        answers = b"".join(iter(lambda: line.recv(4096), b""))
    assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == [b"200", b"405", b"200"]
    assert Payload.objects.count() == 3


def test_a_line_on_which_nothing_comes_is_closed_and_one_in_use_is_not(port: int, channel: Channel) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as line:
        for number in range(8):
            line.sendall(_raw(channel, b"body %d" % number))
            assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
            time.sleep(0.2)
        assert line.recv(4096) == b""
    assert Payload.objects.count() == 8


def test_who_hangs_up_after_sending_is_stored_all_the_same(
    provider: Provider, port: int, channel: Channel
) -> None:
    provider.post(b"first")
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as line:
        line.sendall(_raw(channel, b"second"))
    _wait_for(lambda: Payload.objects.count() == 2)
    assert provider.post(b"third") == (200, b"")
    assert Payload.objects.count() == 3


def test_without_hooks_of_its_own_the_protocol_is_as_any_other(
    provider: Provider, short_ways: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorway, "STATE", "nobody")
    assert [provider.post(b"body %d" % number)[0] for number in range(3)] == [200] * 3
    assert short_ways == []
    assert Payload.objects.count() == 3


def _raw(channel: Channel, content: bytes, more: bytes = b"") -> bytes:
    head = f"POST /hooks/{channel.public_id}/ HTTP/1.1\r\nHost: sapa.example\r\nX-Signature: {signature(content)}\r\n"
    return head.encode() + more + b"Content-Length: %d\r\n\r\n" % len(content) + content
