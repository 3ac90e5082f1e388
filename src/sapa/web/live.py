"""Server-sent events at `/live/`: tells open screens what changed, as a plain ASGI callable beside the pages.

One hub a process follows the stirs of every shop that is looked at; each open screen costs a task that sleeps. Screens
are told *that* a conversation changed and fetch what they show themselves. Form: HTML Living Standard, 9.2.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

import structlog
from django.conf import settings
from django.contrib.auth import get_user
from django.db import Error, close_old_connections, connection

from sapa.lib import clock, json
from sapa.web.access import SapaRequest
from sapa.web.following import AT_ONCE, Follower, Row, is_kept, read_after, read_since
from sapa.web.middleware import find_seat

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

log = structlog.get_logger(__name__)

PREFIX = "/live/"
BEAT_SECONDS = 25.0
CHECK_SECONDS = 60.0
SLOW_SECONDS = 10.0
RETRY_MS = 3000
MOST_PENDING = 256
_TURN_SECONDS = 1.0
_IDLE_SECONDS = 30.0
_DRAWN_BEFORE = timedelta(seconds=3)
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_BEAT = b":\n\n"
_ANYTHING = b'event: stir\ndata: {"conversation":null,"what":"message"}\n\n'


class Listener:
    """One open screen: whose it is, and what waits to be written to it."""

    __slots__ = ("_pending", "_wake", "beat_at", "business_id", "ended", "pass_")

    def __init__(self, business_id: int, pass_: Pass, beat_at: float) -> None:
        self.business_id, self.pass_, self.beat_at = business_id, pass_, beat_at
        self.ended = False
        self._pending: deque[bytes] = deque()
        self._wake: asyncio.Future[None] | None = None

    def tell(self, words: bytes) -> None:
        """Put something on its way; a screen that takes nothing any more is let go."""
        self._pending.append(words)
        if len(self._pending) > MOST_PENDING:
            self._pending.clear()
            self.ended = True
        self._rouse()

    def end(self) -> None:
        self.ended = True
        self._rouse()

    async def take(self) -> bytes:
        """Everything that waits, as soon as something does; b"" at the end."""
        if not self._pending and not self.ended:
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
        words = b"".join(self._pending)
        self._pending.clear()
        return words

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


class Pass:
    """What lets screens in: one cookie from one address. All its screens are checked at once."""

    __slots__ = ("address", "business_id", "check_at", "cookies", "teammate_id", "uses")

    def __init__(self, cookies: dict[str, str], address: str, found: tuple[int, int]) -> None:
        self.cookies, self.address = cookies, address
        self.business_id, self.teammate_id = found
        self.check_at = time.monotonic() + CHECK_SECONDS
        self.uses = 0


class Hub:
    """The ASGI callable for `/live/`, and the one task that tells all its screens."""

    def __init__(self) -> None:
        self._listeners: dict[int, set[Listener]] = {}
        self._passes: dict[tuple[str, str, int, int], Pass] = {}
        self._follower = Follower()
        self._following = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sapa-live")
        self._reading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sapa-live-door")
        self._task: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != PREFIX or scope["method"] != "GET":
            await _refuse(send, 404 if scope["path"] != PREFIX else 405)
            return
        try:
            pass_ = await self._let_in(scope)
            if pass_ is None:
                await _refuse(send, 401)
                return
            await self._stay(pass_, _last_heard(scope), receive, send)
        except (Error, TimeoutError) as error:
            log.info("a live screen was let go", error=str(error))

    def count(self) -> int:
        """How many screens are open."""
        return sum(len(some) for some in self._listeners.values())

    async def end(self) -> None:
        """Lets every screen go and ends the threads."""
        for listener in self._everybody():
            listener.end()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._following.submit(self._follower.end)
        self._reading.submit(_close_own_connection)
        self._following.shutdown(wait=True)
        self._reading.shutdown(wait=True)

    async def _let_in(self, scope: Scope) -> Pass | None:
        cookies, address = _cookies(scope), (scope.get("client") or ("",))[0]
        found: tuple[int, int] | None = await self._read(find_place, cookies, address)
        if found is None:
            return None
        key = (cookies.get(settings.SESSION_COOKIE_NAME, ""), address, *found)
        return self._passes.setdefault(key, Pass(cookies, address, found))

    async def _read(self, question: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._reading, _asked, question, *given)

    async def _stay(self, pass_: Pass, heard: int | None, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        # Beats are spread over time: all at once they would hold up what matters.
        first_beat = time.monotonic() + BEAT_SECONDS * (0.5 + (id(receive) >> 6) % 64 / 128)
        listener = Listener(pass_.business_id, pass_, first_beat)
        self._add(listener, loop)
        gone = loop.create_task(_wait_until_gone(receive, listener))
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                await self._begun.wait()
            hello = f"retry: {RETRY_MS}\n\n".encode() + await self._missed(pass_.business_id, heard)
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await _write_all(listener, hello, send)
        finally:
            gone.cancel()
            self._drop(listener)

    def _add(self, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        listener.pass_.uses += 1
        self._listeners.setdefault(listener.business_id, set()).add(listener)
        if self._task is None or self._task.done():
            self._begun.clear()
            self._task = loop.create_task(self._run(), name="sapa-live-hub")

    def _drop(self, listener: Listener) -> None:
        some = self._listeners.get(listener.business_id, set())
        some.discard(listener)
        if not some:
            self._listeners.pop(listener.business_id, None)
        listener.pass_.uses -= 1
        if not listener.pass_.uses:
            self._passes = {key: one for key, one in self._passes.items() if one is not listener.pass_}

    async def _missed(self, business_id: int, heard: int | None) -> bytes:
        """What a screen that comes back has not heard: each change, or that there were too many to say."""
        if heard is None:
            recent: list[Row] = await self._read(read_since, business_id, clock.now() - _DRAWN_BEFORE)
            return b"".join(words for _business, words in _worded(recent))
        rows: list[Row] = await self._read(read_after, [business_id], heard)
        if len(rows) >= AT_ONCE or not await self._read(is_kept, business_id, heard):
            return _ANYTHING
        return b"".join(words for _business, words in _worded(rows))

    async def _run(self) -> None:
        """Follows the stirs while a screen is open, and a little longer: who turns a page comes back at once."""
        loop = asyncio.get_running_loop()
        begin: Callable[[], object] = self._follower.begin
        left_at = time.monotonic()
        while self._listeners or time.monotonic() < left_at + _IDLE_SECONDS:
            left_at = time.monotonic() if self._listeners else left_at
            try:
                if not self._begun.is_set():
                    await loop.run_in_executor(self._following, begin)
                    self._begun.set()
                rows = await loop.run_in_executor(
                    self._following, self._follower.next_rows, list(self._listeners), _TURN_SECONDS
                )
            except Exception:
                log.warning("stirs cannot be followed", exc_info=True)
                await loop.run_in_executor(self._following, self._follower.end)
                await asyncio.sleep(_TURN_SECONDS)
                continue
            self._tell(rows)
            self._beat(time.monotonic())
            await self._check(time.monotonic())
        await loop.run_in_executor(self._following, self._follower.end)

    def _tell(self, rows: list[Row]) -> None:
        for business_id, words in _worded(rows):
            for listener in self._listeners.get(business_id, ()):
                listener.tell(words)

    def _beat(self, moment: float) -> None:
        for listener in self._everybody():
            if listener.beat_at <= moment:
                listener.beat_at = moment + BEAT_SECONDS
                listener.tell(_BEAT)

    async def _check(self, moment: float) -> None:
        """Whoever signed out, was removed or went to another shop hears no more of this one."""
        for one in [pass_ for pass_ in self._passes.values() if pass_.check_at <= moment]:
            one.check_at = moment + CHECK_SECONDS
            try:
                found = await self._read(find_place, one.cookies, one.address)
            except Error:
                continue  # the database is busy: asked again in a minute
            if found != (one.business_id, one.teammate_id):
                self._passes = {key: kept for key, kept in self._passes.items() if kept is not one}
                for listener in [held for held in self._everybody() if held.pass_ is one]:
                    listener.end()

    def _everybody(self) -> list[Listener]:
        return [listener for some in self._listeners.values() for listener in some]


async def _write_all(listener: Listener, words: bytes, send: Send) -> None:
    """Writes until the listener ends. A browser that takes nothing for ten seconds is let go; it comes back by itself."""
    while words:
        async with asyncio.timeout(SLOW_SECONDS):
            await send({"type": "http.response.body", "body": words, "more_body": True})
        words = await listener.take()
        if listener.ended:
            break
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _wait_until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


def _worded(rows: Iterable[Row]) -> list[tuple[int, bytes]]:
    """Business id and event of each row; the same said twice is said once, under the later id."""
    newest: dict[tuple[int, str, str], int] = {}
    for stir_id, business_id, conversation, what in rows:
        key = (business_id, str(conversation or ""), what)
        newest.pop(key, None)
        newest[key] = stir_id
    return [
        (
            business_id,
            b"id: %d\nevent: stir\ndata: %s\n\n"
            % (stir_id, json.encode_plain({"conversation": conversation or None, "what": what})),
        )
        for (business_id, conversation, what), stir_id in newest.items()
    ]


def find_place(cookies: dict[str, str], address: str) -> tuple[int, int] | None:
    """Business and teammate of a session cookie, as the pages know them; None where nobody is signed in."""
    request = SapaRequest()
    request.COOKIES, request.META["REMOTE_ADDR"] = cookies, address
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    request.user = get_user(request)
    request.moment = clock.now()
    seat = find_seat(request)
    return (seat.business.pk, seat.teammate.pk) if seat else None


def _asked(question: Callable[..., Any], *given: Any) -> Any:
    try:
        return question(*given)
    except Error:
        close_old_connections()
        raise


def _close_own_connection() -> None:
    """Of the thread that runs it."""
    connection.close()


def _cookies(scope: Scope) -> dict[str, str]:
    jar = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            with suppress(CookieError):
                jar.load(value.decode("latin-1"))
    return {name: morsel.value for name, morsel in jar.items()}


def _last_heard(scope: Scope) -> int | None:
    """The stir after which to go on: what the browser says when it comes back, else `?after=`."""
    said = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    said = said or (parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after") or [""])[0]
    return int(said) if said.isdecimal() and len(said) < 19 else None


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
