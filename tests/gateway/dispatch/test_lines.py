"""Polls, open lines and tokens: nothing lost, nothing doubled, a rotating token used once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import connection

from sapa.channels.models import Channel
from sapa.channels.operations import mark_broken, save_settings
from sapa.channels.queries import get_settings
from sapa.config.background import Digesting, Polling, Refreshing, Sending
from sapa.conversations.models import Message
from sapa.gateway import intake
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Polled, ProviderDownError, RawItem, TokenDeadError
from sapa.gateway.dispatch import poll_due_channels, polling, refresh_due_tokens
from sapa.gateway.dispatch.tokens import refresh_channel
from sapa.gateway.intake import digest_payloads
from sapa.gateway.models import Dispatch, Payload
from tests.gateway.dispatch.conftest import Desk

pytestmark = pytest.mark.django_db


def _item(key: str, text: str = "halo") -> RawItem:
    return RawItem(key, f"08110001111|{text} {key}".encode())


def _fresh(desk: Desk) -> Channel:
    return Channel.objects.select_related("business").get(pk=desk.channel.pk)


def test_what_a_poll_finds_is_stored_once_with_the_place_where_the_next_begins(desk: Desk) -> None:
    desk.provider.polls = [
        Polled((_item("a"), _item("b")), {"uid": 2}),
        Polled((_item("b"), _item("c")), {"uid": 3}),
    ]
    assert poll_due_channels(now=desk.now, http=desk.http) == 2
    assert poll_due_channels(now=desk.now + timedelta(seconds=29), http=desk.http) == 0
    poll_due_channels(now=desk.now + timedelta(seconds=30), http=desk.http)
    assert desk.provider.asked_from == [{}, {"uid": 2}]
    assert _fresh(desk).poll_cursor == {"uid": 3}
    digest_payloads(business=desk.business, now=desk.now)
    texts = Message.objects.filter(direction="in").order_by("id").values_list("text", flat=True)
    assert list(texts) == ["halo a", "halo b", "halo c"]


def test_a_crash_while_storing_a_poll_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    polled = Polled((_item("a"),), {"uid": 1})
    desk.provider.polls = [polled, polled]

    def breaks(**_given: Any) -> None:
        intake.store_items(**_given)
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(polling, "store_items", breaks)
        with pytest.raises(OSError, match="disk full"):
            poll_due_channels(now=desk.now, http=desk.http)
    assert _fresh(desk).poll_cursor == {}
    assert not Payload.objects.exists()
    assert poll_due_channels(now=desk.now + polling.LEASE, http=desk.http) == 1
    assert desk.provider.asked_from[-1] == {}
    assert Payload.objects.count() == 1


def test_a_provider_that_is_down_is_left_alone_for_a_while(desk: Desk) -> None:
    desk.provider.polls = [ProviderDownError(after=timedelta(minutes=3)), Polled((_item("a"),), {})]
    poll_due_channels(now=desk.now, http=desk.http)
    assert poll_due_channels(now=desk.now + timedelta(minutes=2), http=desk.http) == 0
    assert poll_due_channels(now=desk.now + timedelta(minutes=3), http=desk.http) == 1


def test_a_dead_token_stops_the_polls_until_the_channel_is_connected_again(desk: Desk) -> None:
    desk.provider.polls = [TokenDeadError()]
    poll_due_channels(now=desk.now, http=desk.http)
    assert _fresh(desk).broken_since == desk.now
    poll_due_channels(now=desk.now + timedelta(hours=1), http=desk.http)
    assert len(desk.provider.asked_from) == 1


def test_two_pollers_ask_a_channel_once(desk: Desk) -> None:
    first, second = _fresh(desk), _fresh(desk)
    asked = []

    def slow_poll(cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        asked.append(cursor)
        assert polling.poll_channel(channel=second, now=desk.now, http=http) == 0
        return Polled((_item("a"),), {"uid": 1})

    desk.provider.poll = slow_poll  # type: ignore[method-assign]
    assert polling.poll_channel(channel=first, now=desk.now, http=desk.http) == 1
    assert len(asked) == 1


def test_a_token_is_renewed_before_it_ends_and_not_sooner(desk: Desk) -> None:
    ends = desk.now + timedelta(days=6)
    save_settings(channel=desk.channel, settings={"token_expires_at": ends.isoformat()}, now=desk.now)
    assert refresh_due_tokens(now=desk.now, http=desk.http) == 0
    desk.now += timedelta(days=1)
    assert refresh_due_tokens(now=desk.now, http=desk.http) == 1
    settings = get_settings(_fresh(desk))
    assert (settings["token"], settings["refresh_token"]) == ("r0-a", "r0+1")
    assert _fresh(desk).token_expires_at == desk.now + timedelta(days=60)
    assert refresh_due_tokens(now=desk.now, http=desk.http) == 0


def test_a_refused_token_is_renewed_and_the_channel_works_again(desk: Desk) -> None:
    mark_broken(channel=desk.channel, why="token_dead", now=desk.now)
    assert refresh_due_tokens(now=desk.now, http=desk.http) == 1
    assert _fresh(desk).broken_since is None


def test_a_refresh_that_is_refused_breaks_the_channel_and_is_not_hammered(desk: Desk) -> None:
    def dead(token: str) -> dict[str, Any]:
        raise TokenDeadError

    desk.provider.refresh_with = dead
    soon = (desk.now + timedelta(hours=1)).isoformat()
    save_settings(channel=desk.channel, settings={"token_expires_at": soon}, now=desk.now)
    for minute in range(10):
        refresh_due_tokens(now=desk.now + timedelta(minutes=minute), http=desk.http)
    assert len(desk.provider.refresh_tokens) == 1
    assert _fresh(desk).broken_why == "token_dead"
    assert get_settings(_fresh(desk))["refresh_token"] == "r0"


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_the_same_moment_use_a_rotating_token_once(desk: Desk) -> None:
    soon = (desk.now + timedelta(hours=1)).isoformat()
    save_settings(channel=desk.channel, settings={"token_expires_at": soon}, now=desk.now)
    start, renewed = threading.Barrier(2), []

    def work() -> None:
        channel = _fresh(desk)
        start.wait()
        renewed.append(refresh_channel(channel=channel, now=desk.now, http=desk.http))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(renewed) == [False, True]
    assert desk.provider.refresh_tokens == ["r0"]
    assert get_settings(_fresh(desk))["refresh_token"] == "r0+1"


def _until(told: Callable[[], bool], *, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if told():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.django_db(transaction=True)
def test_an_open_line_hands_on_what_it_hears_until_it_is_told_to_stop(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.provider.can(listens=True, poll_seconds=None)
    stopped = threading.Event()

    def listen(
        cursor: Mapping[str, Any], account: Account, keep: Callable[[Polled], None], stop: threading.Event
    ) -> None:
        keep(Polled((_item("a"),), {"uid": 1}))
        stop.wait(10)
        stopped.set()

    desk.provider.listen = listen  # type: ignore[method-assign]
    rounds = Polling()
    rounds.turn()
    assert _until(lambda: Payload.objects.count() == 1)
    rounds.end()
    assert stopped.is_set()
    assert _fresh(desk).poll_cursor == {"uid": 1}


@pytest.fixture
def worker(desk: Desk) -> Iterator[Sending]:
    found = Sending()
    yield found
    found.end()


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_side_by_side_and_a_slow_answer_delays_no_digest(
    desk: Desk, worker: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sapa.config.background.sending.clock.now", lambda: desk.now + timedelta(seconds=1))
    go = threading.Event()
    send = desk.provider.send

    def slow_send(*given: Any) -> Any:
        go.wait(10)
        return send(*given)

    desk.provider.send = slow_send  # type: ignore[method-assign]
    for number in range(6):
        desk.writes(desk.thread(f"Orang {number}"))
    assert worker.turn()
    assert not worker.turn(), "four of one channel at a time"
    assert Dispatch.objects.filter(state="taken").count() == 4
    Payload.objects.create(
        business=desk.business,
        channel=desk.channel,
        dedupe_key="hook",
        head={"x": "y"},
        body=b"08110002222|ada kak?",
        received_at=desk.now,
    )
    assert Digesting().turn()
    assert Message.objects.filter(text="ada kak?").exists()
    go.set()

    def all_sent() -> bool:
        worker.turn()
        return Dispatch.objects.filter(state="sent").count() == 6

    assert _until(all_sent)
    assert len(desk.provider.sent) == 6


def test_a_round_over_tokens_finds_nothing_to_do(desk: Desk) -> None:
    assert Refreshing().turn() is False
