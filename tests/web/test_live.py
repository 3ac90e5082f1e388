"""Open screens hear what changed: their own shop's, at once, and only for as long as somebody may look."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import add_teammate, make_business, remove_teammate, set_password
from sapa.conversations.models import Conversation, Stir
from sapa.conversations.operations import note_stirs
from sapa.lib import clock
from sapa.web import live
from tests.web.conftest import BACKEND

pytestmark = pytest.mark.django_db(transaction=True)

Written = dict[str, Any]


@pytest.fixture(autouse=True)
def _short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ending a hub waits for the turn that runs."""
    monkeypatch.setattr(live, "_TURN_SECONDS", 0.1)


class Screen:
    """An open screen: what a browser would have been sent."""

    def __init__(self, hub: live.Hub, cookie: str, *, heard: int | None = None) -> None:
        headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())]
        if heard is not None:
            headers.append((b"last-event-id", str(heard).encode()))
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/live/",
            "headers": headers,
            "query_string": b"",
            "client": ("127.0.0.1", 40000),
        }
        self.status = 0
        self.words = b""
        self.is_slow = False
        self._closed = asyncio.Event()
        self.task = asyncio.create_task(hub(scope, self._receive, self._send))

    async def _receive(self) -> Written:
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Written) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        if self.is_slow and message.get("more_body"):
            await asyncio.sleep(60)
        self.words += message.get("body", b"")

    @property
    def stirs(self) -> list[Written]:
        blocks = self.words.decode().split("\n\n")
        lines = [dict(line.split(": ", 1) for line in one.split("\n") if ": " in line) for one in blocks]
        return [json.loads(one["data"]) | {"id": int(one["id"])} for one in lines if "id" in one]

    def close(self) -> None:
        self._closed.set()


async def until(true: Callable[[], object], seconds: float = 5.0) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < end, "it did not come so far"
        await asyncio.sleep(0.01)


def session_of(mate: Teammate) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(mate.user.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = mate.user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def thread_of(business: Business) -> Conversation:
    channel = business.channels.create(kind="whatsapp", created_at=clock.now())
    return Conversation.objects.create(business=business, channel=channel, key="Rina Wulandari")


def stir(business: Business, thread: Conversation | None, what: str = "message", ago: float = 0.0) -> int:
    now = clock.now() - timedelta(seconds=ago)
    note_stirs(business=business, conversation_ids=[thread.pk if thread else None], what=what, now=now)
    return Stir.objects.latest("id").pk


def _close_own_connection() -> None:
    """Of the thread that runs it: `connection` is another one in each thread."""
    connection.close()


def live_story(story: Callable[[live.Hub], Awaitable[None]]) -> None:
    """Runs one story on a hub of its own, and ends it."""

    async def tell() -> None:
        hub = live.Hub()
        try:
            await story(hub)
        finally:
            await hub.end()
            await sync_to_async(_close_own_connection)()

    asyncio.run(tell())


def test_a_message_reaches_every_open_screen_of_the_shop_and_no_other(
    toko_sage: Business, bu_tuti: Teammate, dina: Teammate, now: datetime
) -> None:
    other = make_business(
        name="Kopi Andi", owner_email="andi@kopi.example", owner_name="Andi Wijaya", now=now
    )
    thread = thread_of(toko_sage)
    cookies = [session_of(mate) for mate in (bu_tuti, dina, other.teammates.get())]

    async def story(hub: live.Hub) -> None:
        tuti, her_teammate, stranger = (Screen(hub, cookie) for cookie in cookies)
        await until(lambda: all(one.status == 200 for one in (tuti, her_teammate, stranger)))
        number = await sync_to_async(stir)(toko_sage, thread)
        await until(lambda: tuti.stirs and her_teammate.stirs)
        expected = {"conversation": str(thread.public_id), "what": "message", "id": number}
        assert tuti.stirs == her_teammate.stirs == [expected]
        await sync_to_async(stir)(other, None, "channel")
        await until(lambda: stranger.stirs)
        assert [one["what"] for one in stranger.stirs] == ["channel"]
        assert len(tuti.stirs) == 1

    live_story(story)


def test_the_stream_says_when_to_come_back(toko_sage: Business, bu_tuti: Teammate) -> None:
    cookie = session_of(bu_tuti)

    async def story(hub: live.Hub) -> None:
        screen = Screen(hub, cookie)
        await until(lambda: screen.words)
        assert screen.words == b"retry: 3000\n\n"

    live_story(story)


def test_a_screen_that_comes_back_hears_what_it_missed(toko_sage: Business, bu_tuti: Teammate) -> None:
    thread, cookie = thread_of(toko_sage), session_of(bu_tuti)
    heard = stir(toko_sage, thread, ago=60)
    missed = stir(toko_sage, thread, "state", ago=50)

    async def story(hub: live.Hub) -> None:
        screen = Screen(hub, cookie, heard=heard)
        await until(lambda: screen.stirs)
        assert [(one["id"], one["what"]) for one in screen.stirs] == [(missed, "state")]

    live_story(story)


def test_a_screen_that_was_away_too_long_is_told_that_anything_may_have_changed(
    toko_sage: Business, bu_tuti: Teammate
) -> None:
    thread, cookie = thread_of(toko_sage), session_of(bu_tuti)
    heard = stir(toko_sage, thread, ago=600)
    stir(toko_sage, thread, "state", ago=50)
    Stir.objects.filter(pk=heard).delete()

    async def story(hub: live.Hub) -> None:
        screen = Screen(hub, cookie, heard=heard)
        await until(lambda: b"stir" in screen.words)
        assert b'{"conversation":null,"what":"message"}' in screen.words

    live_story(story)


def test_what_changed_between_the_page_and_its_stream_is_told(toko_sage: Business, bu_tuti: Teammate) -> None:
    thread, cookie = thread_of(toko_sage), session_of(bu_tuti)
    stir(toko_sage, thread, "state", ago=60)
    just_now = stir(toko_sage, thread, ago=1)

    async def story(hub: live.Hub) -> None:
        screen = Screen(hub, cookie)
        await until(lambda: screen.stirs)
        assert [one["id"] for one in screen.stirs] == [just_now]

    live_story(story)


@pytest.mark.parametrize("cookie", ["", "tidak-ada"])
def test_somebody_signed_out_hears_nothing(toko_sage: Business, cookie: str) -> None:
    async def story(hub: live.Hub) -> None:
        screen = Screen(hub, cookie)
        await screen.task
        assert screen.status == 401

    live_story(story)


LEAVING: dict[str, Callable[[Teammate, str], object]] = {
    "signs out": lambda mate, cookie: SessionStore(cookie).delete(),
    "is removed": lambda mate, cookie: remove_teammate(teammate=mate, by=None, now=clock.now()),
    "changes the password elsewhere": lambda mate, cookie: set_password(
        user=mate.user, password="kemeja sage baru"
    ),
}


@pytest.mark.parametrize("how", LEAVING)
def test_the_stream_ends_when_somebody(
    how: str, toko_sage: Business, dina: Teammate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.0)
    cookie = session_of(dina)

    async def story(hub: live.Hub) -> None:
        screen = Screen(hub, cookie)
        await until(lambda: screen.status == 200)
        await asyncio.sleep(0.5)
        assert not screen.task.done()
        await sync_to_async(LEAVING[how])(dina, cookie)
        await until(screen.task.done)
        assert hub.count() == 0

    live_story(story)


def test_a_screen_that_takes_nothing_is_let_go_and_holds_up_nobody(
    toko_sage: Business, bu_tuti: Teammate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SLOW_SECONDS", 0.3)
    thread, cookie = thread_of(toko_sage), session_of(bu_tuti)

    async def story(hub: live.Hub) -> None:
        slow, quick = Screen(hub, cookie), Screen(hub, cookie)
        await until(lambda: slow.status == quick.status == 200)
        slow.is_slow = True
        await sync_to_async(stir)(toko_sage, thread)
        await until(lambda: quick.stirs)
        await until(slow.task.done)
        assert hub.count() == 1

    live_story(story)


def test_too_much_for_one_screen_ends_it() -> None:
    async def story() -> None:
        pass_ = live.Pass({}, "", (1, 1))
        listener = live.Listener(1, pass_, 0.0)
        for _ in range(live.MOST_PENDING + 1):
            listener.tell(b"x")
        assert listener.ended
        assert await listener.take() == b""

    asyncio.run(story())


def test_a_screen_that_goes_is_forgotten(toko_sage: Business, bu_tuti: Teammate) -> None:
    cookie = session_of(bu_tuti)

    async def story(hub: live.Hub) -> None:
        screen = Screen(hub, cookie)
        await until(lambda: screen.status == 200)
        assert hub.count() == 1
        screen.close()
        await until(screen.task.done)
        assert hub.count() == 0

    live_story(story)


def test_an_idle_stream_is_kept_alive_by_beats(
    toko_sage: Business, bu_tuti: Teammate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    cookie = session_of(bu_tuti)

    async def story(hub: live.Hub) -> None:
        screen = Screen(hub, cookie)
        await until(lambda: screen.words.endswith(b"\n\n:\n\n"))

    live_story(story)


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/live/", 405), ("GET", "/live/lain", 404)])
def test_other_calls_are_refused(method: str, path: str, status: int) -> None:
    answers: list[Written] = []

    async def send(message: Written) -> None:
        answers.append(message)

    async def receive() -> Written:
        return {"type": "http.disconnect"}

    async def story(hub: live.Hub) -> None:
        await hub({"type": "http", "method": method, "path": path, "headers": []}, receive, send)

    live_story(story)
    assert answers[0]["status"] == status


def test_the_same_said_twice_is_said_once_under_the_later_id() -> None:
    rows = [(1, 7, "a", "message"), (2, 7, "a", "state"), (3, 7, "a", "message"), (4, 8, None, "channel")]
    told = live._worded(rows)
    assert [business for business, _ in told] == [7, 7, 8]
    assert [words.split(b"\n")[0] for _, words in told] == [b"id: 2", b"id: 3", b"id: 4"]


def test_a_teammate_of_two_shops_hears_the_one_that_is_open(
    toko_sage: Business, dina: Teammate, now: datetime
) -> None:
    other = make_business(
        name="Kopi Andi", owner_email="andi@kopi.example", owner_name="Andi Wijaya", now=now
    )
    add_teammate(business=other, email=dina.user.email, name="Dina", role="member", now=now)
    store = SessionStore(session_of(dina))
    assert live.find_place({settings.SESSION_COOKIE_NAME: str(store.session_key)}, "") == (
        toko_sage.pk,
        dina.pk,
    )
    store["business"] = other.slug
    store.save()
    found = live.find_place({settings.SESSION_COOKIE_NAME: str(store.session_key)}, "")
    assert found is not None
    assert found[0] == other.pk
