"""The lean intake, driven as an ASGI server would drive it."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import find_or_make_channel, issue_write_key, withdraw_write_key
from sapa.gateway import committer as committer_module
from sapa.gateway.committer import Committer
from sapa.gateway.edge import Edge
from sapa.gateway.intake import digest_payloads, drop_digested
from sapa.gateway.models import Payload
from sapa.gateway.reading import MOST_BYTES
from sapa.gateway.storing import store_arrivals
from sapa.timeline.models import Touchpoint

pytestmark = pytest.mark.django_db(transaction=True)

VIEW = {
    "type": "track",
    "event": "Product Viewed",
    "anonymousId": "pengunjung-1",
    "messageId": "m-1",
    "timestamp": "2026-11-21T07:00:00Z",
    "properties": {"name": "Sage L"},
}


@pytest.fixture
def edge() -> Iterator[Edge]:
    committer = Committer()
    made = Edge(committer)
    yield made
    committer.end()
    made.end()


@pytest.fixture
def web(transactional_db: None, now: datetime) -> Channel:
    from sapa.accounts.operations import make_business

    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    return find_or_make_channel(business=shop, kind="web", now=now)


@pytest.fixture
def key(web: Channel, now: datetime) -> str:
    return issue_write_key(channel=web, by=None, now=now)


def basic(key: str) -> tuple[bytes, bytes]:
    return b"authorization", b"Basic " + base64.b64encode(f"{key}:".encode())


async def call(
    edge: Edge, path: str, body: bytes, *headers: tuple[bytes, bytes], method: str = "POST", parts: int = 1
) -> tuple[int, dict[str, Any]]:
    size = max(1, -(-len(body) // parts))
    pieces = [body[start : start + size] for start in range(0, len(body), size)] or [b""]
    incoming = iter(
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    )
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(incoming, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    await edge(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"] or b"{}")


def post(
    edge: Edge, path: str, content: Any, *headers: tuple[bytes, bytes], **more: Any
) -> tuple[int, dict[str, Any]]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return asyncio.run(call(edge, path, body, *headers, **more))


def test_an_answer_of_200_means_that_the_body_is_stored(edge: Edge, web: Channel, key: str) -> None:
    assert post(edge, "/v1/track", VIEW, basic(key), parts=3) == (200, {"success": True})
    payload = Payload.objects.get()
    assert (payload.business, payload.channel, payload.digested_at) == (web.business, web, None)
    assert bytes(payload.body).split(b"\n", 1) == [b"track browser", json.dumps(VIEW).encode()]


def test_the_same_bytes_again_are_answered_and_not_stored_twice(edge: Edge, key: str) -> None:
    for _again in range(3):
        assert post(edge, "/v1/track", VIEW, basic(key))[0] == 200
    assert Payload.objects.count() == 1


def _wait_for(comes_true: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not comes_true() and time.monotonic() < until:
        time.sleep(0.01)


def test_many_at_once_are_all_stored_in_few_transactions(edge: Edge, key: str, monkeypatch: Any) -> None:
    sizes: list[int] = []
    stored = store_arrivals

    def count(arrivals: list[Any], *, now: datetime) -> None:
        sizes.append(len(arrivals))
        _wait_for(lambda: edge._committer.count_waiting() + sum(sizes) == 200)  # a slow disk
        stored(arrivals, now=now)

    monkeypatch.setattr(committer_module, "store_arrivals", count)

    async def together() -> list[tuple[int, dict[str, Any]]]:
        bodies = [json.dumps({**VIEW, "messageId": f"m-{number}"}).encode() for number in range(200)]
        return await asyncio.gather(*(call(edge, "/v1/track", body, basic(key)) for body in bodies))

    assert {status for status, _ in asyncio.run(together())} == {200}
    assert Payload.objects.count() == sum(sizes) == 200
    assert len(sizes) < 10


def test_a_browser_may_give_its_key_in_the_body_and_asks_first(edge: Edge, key: str) -> None:
    assert post(edge, "/v1/t", {**VIEW, "writeKey": key})[0] == 200
    assert post(edge, "/v1/track", b"", method="OPTIONS") == (204, {})
    assert Payload.objects.count() == 1


def test_gzip_is_unpacked(edge: Edge, key: str) -> None:
    packed = gzip.compress(json.dumps({"batch": [VIEW]}).encode())
    assert post(edge, "/v1/batch", packed, basic(key), (b"content-encoding", b"gzip"))[0] == 200
    assert b'"batch"' in bytes(Payload.objects.get().body)


@pytest.mark.parametrize(
    ("path", "content", "headers", "status"),
    [
        ("/v1/track", VIEW, [basic("salah")], 401),
        ("/v1/track", VIEW, [], 401),
        ("/v1/track", VIEW, [(b"authorization", b"Basic %%%")], 401),
        ("/v1/terbang", VIEW, [], 404),
        ("/v1/track", b"{", [], 400),
        ("/v1/track", b"\xff\xfe", [], 400),
        ("/v1/track", [VIEW], [], 400),
        ("/v1/batch", {"batch": "banyak"}, [], 400),
        ("/v1/track", b"bukan gzip", [(b"content-encoding", b"gzip")], 400),
        ("/v1/track", VIEW, [(b"content-encoding", b"br")], 415),
        ("/v1/track", b"x" * (MOST_BYTES + 1), [], 413),
        ("/v1/track", b"", [(b"content-length", str(MOST_BYTES + 1).encode())], 413),
        ("/v1/track", gzip.compress(b" " * (MOST_BYTES + 1)), [(b"content-encoding", b"gzip")], 413),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence_and_leaves_nothing(
    edge: Edge, key: str, path: str, content: Any, headers: list[tuple[bytes, bytes]], status: int
) -> None:
    answered, said = post(edge, path, content, *headers)
    assert (answered, said["success"]) == (status, False)
    assert said["message"].endswith((".", "group, identify, import, page, screen, track."))
    assert not Payload.objects.exists()


def test_only_post_sends_events(edge: Edge, key: str) -> None:
    assert post(edge, "/v1/track", b"", basic(key), method="GET")[0] == 405


def test_a_withdrawn_key_ends_within_seconds(
    edge: Edge, web: Channel, key: str, now: datetime, monkeypatch: Any
) -> None:
    assert post(edge, "/v1/track", VIEW, basic(key))[0] == 200
    withdraw_write_key(channel=web, by=None, now=now)
    moment = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: moment + 6)
    assert post(edge, "/v1/track", VIEW, basic(key))[0] == 401


def test_a_busy_database_is_answered_503_never_200(edge: Edge, key: str, monkeypatch: Any) -> None:
    def locked(arrivals: Any, *, now: datetime) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(committer_module, "store_arrivals", locked)
    status, said = post(edge, "/v1/track", VIEW, basic(key))
    assert (status, said["success"]) == (503, False)
    monkeypatch.undo()
    assert post(edge, "/v1/track", VIEW, basic(key))[0] == 200


def test_what_came_in_is_understood_once(edge: Edge, web: Channel, key: str, now: datetime) -> None:
    post(edge, "/v1/track", VIEW, basic(key))
    post(edge, "/v1/batch", {"batch": [VIEW, {**VIEW, "messageId": "m-2"}, "bukan kejadian"]}, basic(key))
    shop: Business = web.business
    assert digest_payloads(business=shop, now=now) == 2
    assert digest_payloads(business=shop, now=now) == 0
    assert list(Touchpoint.objects.values_list("kind", flat=True)) == ["web.product"] * 2
    assert set(Payload.objects.values_list("digested_at", flat=True)) == {now}
    assert drop_digested(business=shop, now=now) == 0
    assert drop_digested(business=shop, now=now.replace(year=2027)) == 2
    assert Touchpoint.objects.count() == 2


@pytest.mark.parametrize(("for_server", "joined"), [(True, True), (False, False)])
def test_only_a_servers_key_vouches_for_the_people_it_names(
    edge: Edge, web: Channel, now: datetime, for_server: bool, joined: bool
) -> None:
    key = issue_write_key(channel=web, by=None, now=now, for_server=for_server)
    identify = {"userId": "77", "traits": {"name": "Rina Wulandari", "phone": "0812-3456-7890"}}
    post(edge, "/v1/identify", {**identify, "messageId": "i-1", "timestamp": VIEW["timestamp"]}, basic(key))
    digest_payloads(business=web.business, now=now)
    keys = web.business.identities.filter(kind="phone", contact__isnull=False)
    assert [identity.value for identity in keys] == (["+6281234567890"] if joined else [])
