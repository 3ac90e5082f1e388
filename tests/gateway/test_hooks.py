"""The address that providers call: verified, on disk, answered; everything else is said plainly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection

from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel, disconnect_channel, find_or_make_channel
from sapa.gateway import committer as committer_module
from sapa.gateway import hooks as hooks_module
from sapa.gateway.committer import Committer
from sapa.gateway.hooks import MOST_BYTES, Hooks
from sapa.gateway.models import Payload
from sapa.gateway.storing import Arrival, head_text, store_arrivals
from sapa.lib.database import write
from tests.gateway.plain import KIND, SECRET, body, signature, use_plain

pytestmark = pytest.mark.django_db(transaction=True)

HALO = body({"type": "message", "id": "m-1", "from": "+6281234567890", "text": "Halo", "at": 1795289176})


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    use_plain(monkeypatch)
    committer = Committer()
    made = Hooks(committer)
    yield made
    committer.end()
    made.end()


@pytest.fixture
def channel(transactional_db: None, now: datetime) -> Channel:
    from sapa.accounts.operations import make_business

    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    return connect_channel(
        business=shop,
        kind=KIND,
        name="",
        account="62811",
        settings={"secret": SECRET},
        by=None,
        now=now,
    )


async def call(
    hooks: Hooks,
    channel: Channel | str,
    content: bytes = b"",
    *,
    method: str = "POST",
    query: str = "",
    signed: str | None = None,
) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[dict[str, Any]] = []
    incoming = iter([{"type": "http.request", "body": content, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(incoming, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [
        (b"host", b"sapa.example"),
        (b"content-length", str(len(content)).encode()),
        (b"x-signature", (signature(content) if signed is None else signed).encode()),
    ]
    name = channel if isinstance(channel, str) else str(channel.public_id)
    scope = {
        "type": "http",
        "method": method,
        "scheme": "https",
        "path": f"/hooks/{name}/",
        "query_string": query.encode(),
        "headers": headers,
    }
    await hooks(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def ask(*arguments: Any, **more: Any) -> tuple[int, dict[bytes, bytes], bytes]:
    return asyncio.run(call(*arguments, **more))


def test_what_the_provider_signed_is_stored_and_answered(hooks: Hooks, channel: Channel) -> None:
    assert ask(hooks, channel, HALO)[0] == 200
    [row] = Payload.objects.all()
    assert bytes(row.body) == HALO
    assert (row.channel_id, row.business_id, row.head) == (channel.pk, channel.business_id, {})
    assert row.digested_at is None


def test_the_same_body_again_is_answered_and_stored_once(hooks: Hooks, channel: Channel) -> None:
    assert [ask(hooks, channel, HALO)[0] for _ in range(3)] == [200, 200, 200]
    assert Payload.objects.count() == 1


def test_a_forged_body_is_refused_and_not_stored(hooks: Hooks, channel: Channel) -> None:
    status, _, said = ask(hooks, channel, HALO, signed="0" * 64)
    assert (status, said) == (401, b"The signature is not ours.")
    assert ask(hooks, channel, HALO, signed="ñ")[0] == 401
    assert not Payload.objects.exists()


def test_what_verify_kept_stands_beside_the_body(hooks: Hooks, channel: Channel) -> None:
    ask(hooks, channel, b"with head")
    assert Payload.objects.get().head == {"by": "plain"}


def test_an_empty_body_may_be_a_test_of_the_address(hooks: Hooks, channel: Channel) -> None:
    assert ask(hooks, channel, b"")[0] == 200


def test_a_challenge_is_answered_and_nothing_stored(hooks: Hooks, channel: Channel) -> None:
    asked = {"method": "GET", "query": f"token={SECRET}&challenge=kode%2042"}
    status, headers, said = ask(hooks, channel, **asked)
    assert (status, said) == (200, b"kode 42")
    assert headers[b"content-type"] == b"text/plain"
    assert ask(hooks, channel, method="GET", query="token=tebakan&challenge=x")[0] == 403
    assert not Payload.objects.exists()


@pytest.mark.parametrize("name", ["x", "", "019a0000-0000-7000-8000-000000000000", "../v1", "ñ" * 300])
def test_nobody_answers_for_an_unknown_channel(hooks: Hooks, channel: Channel, name: str) -> None:
    assert ask(hooks, name, HALO)[0] == 404


def test_a_channel_that_is_only_filled_by_files_has_no_door(
    hooks: Hooks, channel: Channel, now: datetime
) -> None:
    other = find_or_make_channel(business=channel.business, kind=KIND, name="impor", now=now)
    assert ask(hooks, other, HALO)[0] == 404


def test_a_disconnected_channel_is_closed_within_seconds(
    hooks: Hooks, channel: Channel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(hooks, channel, HALO)[0] == 200
    disconnect_channel(channel=channel, by=None, now=now)
    moment = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: moment + 6)
    assert ask(hooks, channel, HALO)[0] == 404


def test_all_who_wait_for_a_channel_share_one_look(
    hooks: Hooks, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    look_up = hooks_module._look_up

    def counted(name: str) -> Any:
        looks.append(name)
        return look_up(name)

    monkeypatch.setattr(hooks_module, "_look_up", counted)

    async def many() -> list[int]:
        answers = await asyncio.gather(*(call(hooks, channel, b"body %d" % n) for n in range(50)))
        return [status for status, _, _ in answers]

    assert set(asyncio.run(many())) == {200}
    assert looks == [str(channel.public_id)]


def test_too_large_a_body_is_refused(hooks: Hooks, channel: Channel) -> None:
    assert ask(hooks, channel, b"x" * (MOST_BYTES + 1))[0] == 413


def test_only_posts_are_stored(hooks: Hooks, channel: Channel) -> None:
    assert ask(hooks, channel, HALO, method="DELETE")[0] == 405
    assert not Payload.objects.exists()


def test_a_busy_database_is_told_as_such_and_never_200(
    hooks: Hooks, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(committer_module, "store_arrivals", locked)
    status, headers, _ = ask(hooks, channel, HALO)
    assert status == 503
    assert headers[b"retry-after"] == b"2"


def test_too_many_waiting_is_told_as_such(
    hooks: Hooks, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer_module, "MOST_WAITING", 0)
    assert ask(hooks, channel, HALO)[0] == 503


def test_an_adapters_mistake_is_no_200(
    hooks: Hooks, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = use_plain(monkeypatch)

    def broken(*_: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(adapter, "verify", broken)
    assert ask(hooks, channel, HALO)[0] == 500
    assert not Payload.objects.exists()


def test_one_that_cannot_be_stored_takes_no_other_with_it(
    hooks: Hooks, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = store_arrivals

    def picky(arrivals: Any, *, now: datetime) -> None:
        if any(b"busuk" in one.body for one in arrivals):
            raise IntegrityError("FOREIGN KEY constraint failed")
        stored(arrivals, now=now)

    monkeypatch.setattr(committer_module, "store_arrivals", picky)

    async def many() -> list[int]:
        bodies = [b"busuk" if n == 7 else b"body %d" % n for n in range(20)]
        answers = await asyncio.gather(*(call(hooks, channel, one) for one in bodies))
        return [status for status, _, _ in answers]

    statuses = asyncio.run(many())
    assert statuses.count(200) == 19
    assert statuses[7] == 500
    assert Payload.objects.count() == 19


def test_many_at_once_are_all_there_once(hooks: Hooks, channel: Channel) -> None:
    async def many() -> list[int]:
        answers = await asyncio.gather(*(call(hooks, channel, b"body %d" % (n % 150)) for n in range(200)))
        return [status for status, _, _ in answers]

    assert set(asyncio.run(many())) == {200}
    assert Payload.objects.count() == 150


def test_a_crowd_is_stored_in_parts_side_by_side_where_the_database_can(
    hooks: Hooks, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bodies come in either direction, so that two commits may bring the same rows at once."""
    sizes: list[int] = []
    stored = store_arrivals

    def counted(arrivals: Any, *, now: datetime) -> None:
        sizes.append(len(arrivals))
        stored(arrivals, now=now)

    monkeypatch.setattr(committer_module, "store_arrivals", counted)
    bodies = [b"body %d" % number for number in range(200)]

    async def many() -> list[int]:
        found: list[int] = []
        for _ in range(4):
            answers = await asyncio.gather(*(call(hooks, channel, one) for one in bodies + bodies[::-1]))
            found += [status for status, _, _ in answers]
        return found

    assert set(asyncio.run(many())) == {200}
    assert Payload.objects.count() == 200
    assert sum(sizes) == 1600
    assert connection.vendor == "sqlite" or max(sizes[1:]) < 400


def test_bodies_keep_the_order_in_which_they_came(channel: Channel, now: datetime) -> None:
    bodies = [b"body %d" % number for number in range(50)]
    store_arrivals([Arrival(channel.business_id, channel.pk, one) for one in bodies], now=now)
    assert [bytes(row.body) for row in Payload.objects.order_by("id")] == bodies


def test_storing_belongs_to_the_transaction_that_is_open(channel: Channel, now: datetime) -> None:
    arrival = Arrival(channel.business_id, channel.pk, HALO, head_text({"nama": "Rina \u2028 é"}))

    def stored_and_broken_off() -> None:
        with write():
            store_arrivals([arrival], now=now)
            raise RuntimeError("something else went wrong")

    with pytest.raises(RuntimeError):
        stored_and_broken_off()
    assert not Payload.objects.exists()
    with write():
        store_arrivals([arrival], now=now)
    stored = Payload.objects.get()
    assert (bytes(stored.body), stored.head) == (HALO, {"nama": "Rina \u2028 é"})
    assert stored.received_at == now


def test_a_channel_that_is_gone_is_told_as_such(channel: Channel, now: datetime) -> None:
    with pytest.raises(IntegrityError):
        store_arrivals([Arrival(channel.business_id, channel.pk + 1, HALO)], now=now)
    assert not Payload.objects.exists()
    store_arrivals([Arrival(channel.business_id, channel.pk, HALO)], now=now)
    assert Payload.objects.count() == 1


def test_a_database_that_went_and_came_back_is_asked_again(
    hooks: Hooks, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that looks channels up kept its dead line: every call was refused until the process was started anew."""
    dropped: list[bool] = []
    gone = iter([True])
    found = hooks_module._find_door

    def find(*given: Any) -> Any:
        if next(gone, False):
            raise OperationalError("the connection is closed")
        return found(*given)

    monkeypatch.setattr(hooks_module, "_find_door", find)
    monkeypatch.setattr(hooks_module, "close_old_connections", lambda: dropped.append(True))
    assert ask(hooks, channel, HALO)[0] == 503
    assert dropped == [True]
    assert ask(hooks, channel, HALO)[0] == 200
