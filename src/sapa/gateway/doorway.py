"""uvicorn's own HTTP protocol, with a short way for webhooks: no task, no scope and no event for each.

Only what is plain goes the short way: a POST of known length to a live channel that was looked up a moment ago, and its
answer of 200. All else (a question, a forged body, a busy database) is answered by the ASGI callable, as on any server.
The bytes are read by the same parser on both ways.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from sapa.gateway.hooks import PREFIX, Hooks, refuse

STATE = "sapa.hooks"
"""Where the lifespan's state holds the `Hooks` of this process."""

_LONGEST = 60_000
_PREFIX = PREFIX.encode()


class _Nobody:
    """Who would wait for more of a body; nobody waits on the short way."""

    def set(self) -> None:
        """There is nobody to wake."""


class _Webhook:
    """A request on the short way; the protocol asks of it what it asks of its own cycles."""

    __slots__ = ("body", "disconnected", "headers", "keep_alive", "response_complete", "url")
    message_event = _Nobody()

    def __init__(self, url: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        self.url, self.headers, self.body = url, headers, b""
        self.keep_alive = True
        self.disconnected = self.response_complete = False


class DoorwayProtocol(HttpToolsProtocol):
    """Reads a request as uvicorn does; a webhook waits in the connection itself until it is on disk."""

    _hook: _Webhook | None = None
    _is_resting = False
    _rested_at = 0.0
    _bell: asyncio.TimerHandle | None = None
    _taken: tuple[Any, bytes] = (None, b"")

    def on_message_begin(self) -> None:
        self._is_resting = False
        self._hook = None
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        if self.url.startswith(_PREFIX) and self._may_take():
            self._hook = self.cycle = _Webhook(self.url, self.headers)  # type: ignore[assignment]
        else:
            self._go_the_long_way()

    def on_body(self, body: bytes) -> None:
        hook = self._hook
        if hook is None:
            super().on_body(body)
        else:
            hook.body += body

    def on_message_complete(self) -> None:
        hook = self._hook
        if hook is None:
            super().on_message_complete()
            return
        self._hook = None
        hook.keep_alive = self.parser.should_keep_alive()
        hooks: Hooks = self.app_state[STATE]
        if not hooks.take(
            self.scheme or "http", hook.url, hook.headers, hook.body, partial(self._stored, hook)
        ):
            hook.response_complete = True
            self._go_the_long_way()
            super().on_body(hook.body)
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._bell is not None:
            self._bell.cancel()
            self._bell = None
        super().connection_lost(exc)

    def _go_the_long_way(self) -> None:
        """What uvicorn prepares for each request when it begins is made only here."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()

    def _may_take(self) -> bool:
        """Beyond some size uvicorn stops reading until somebody receives; a length that is not told may be any."""
        cycle, parser = self.cycle, self.parser
        if cycle is not None and not cycle.response_complete:
            return False
        if STATE not in self.app_state or self.root_path or self.limit_concurrency is not None:
            return False
        if parser.get_method() != b"POST" or self.expect_100_continue or parser.should_upgrade():
            return False
        for name, value in self.headers:
            if name == b"content-length":
                return len(value) < 6 and int(value) <= _LONGEST
        return False

    def _stored(self, hook: _Webhook, problem: BaseException | None) -> None:
        if hook.disconnected or self.transport.is_closing():
            return
        if problem is not None:
            self._refuse(hook, problem)
            return
        hook.response_complete = True
        if hook.keep_alive:
            self.transport.write(self._answer())
        else:
            self.transport.write(self._answer()[:-2] + b"connection: close\r\n\r\n")
            self.transport.close()
        if self.pipeline or self.flow.read_paused or not hook.keep_alive:
            self.on_response_complete()
        else:
            self.server_state.total_requests += 1
            self._rest()

    def _refuse(self, hook: _Webhook, problem: BaseException) -> None:
        """Answered as any request is, by a task of its own."""
        cycle = RequestResponseCycle(
            scope={"type": "http", "method": "POST", "path": hook.url.decode("latin-1")},  # type: ignore[typeddict-item]
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=hook.keep_alive,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        if self.cycle is hook:  # type: ignore[comparison-overlap]
            self.cycle = cycle
        self._start_asgi_task(cycle, partial(_refused, problem))

    def _rest(self) -> None:
        """A line on which nothing comes is closed in the end, as uvicorn does; its bell goes on ringing instead of being set
        anew for each webhook."""
        self._is_resting, self._rested_at = True, self.loop.time()
        if self._bell is None:
            self._bell = self.loop.call_later(self.timeout_keep_alive, self._ring)

    def _ring(self) -> None:
        self._bell = None
        if not self._is_resting or self.transport.is_closing():
            return
        left = self._rested_at + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._bell = self.loop.call_later(left, self._ring)
        else:
            self.transport.close()

    def _answer(self) -> bytes:
        """The empty 200, with the headers that uvicorn makes anew each second."""
        usual = self.server_state.default_headers
        if DoorwayProtocol._taken[0] is not usual:
            lines = b"".join([name + b": " + value + b"\r\n" for name, value in usual])
            DoorwayProtocol._taken = (usual, b"HTTP/1.1 200 OK\r\n" + lines + b"content-length: 0\r\n\r\n")
        return DoorwayProtocol._taken[1]


async def _refused(problem: BaseException, scope: Any, receive: Any, send: Any) -> None:
    await refuse(send, scope["path"], problem)
