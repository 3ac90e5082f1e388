"""uvicorn's own HTTP protocol, with a short way for webhooks: no task for each, all of a commit answered at once.

Only what is plain goes the short way: a POST of known length to a live channel that was looked up a moment ago, and its
answer of 200. All else (a question, a forged body, a busy database) is answered by the ASGI callable, as on any server.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from sapa.gateway.hooks import PREFIX, Hooks, refuse

STATE = "sapa.hooks"
"""Where the lifespan's state holds the `Hooks` of this process."""

_LONGEST = 60_000


class DoorwayProtocol(HttpToolsProtocol):
    """Reads a request as uvicorn does; a webhook waits in the connection itself until it is on disk."""

    _held: tuple[RequestResponseCycle, Any] | None = None
    _taken: tuple[Any, bytes] = (None, b"")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        scope = cycle.scope
        if scope["method"] == "POST" and scope["path"].startswith(PREFIX) and self._may_hold(cycle):
            if cycle.more_body:
                self._held = (cycle, app)
            else:
                self._take(cycle, app)
        else:
            super()._start_asgi_task(cycle, app)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        held = self._held
        if held is not None:
            self._held = None
            self._take(*held)

    def _may_hold(self, cycle: RequestResponseCycle) -> bool:
        """Beyond some size uvicorn stops reading until somebody receives; a length that is not told may be any."""
        if cycle.waiting_for_100_continue:
            return False
        for name, value in cycle.scope["headers"]:
            if name == b"content-length":
                return len(value) < 6 and int(value) <= _LONGEST
        return False

    def _take(self, cycle: RequestResponseCycle, app: Any) -> None:
        hooks: Hooks | None = self.app_state.get(STATE)
        scope: Any = cycle.scope
        if hooks is None or not hooks.take(scope, bytes(cycle.body), partial(self._stored, cycle)):
            super()._start_asgi_task(cycle, app)

    def _stored(self, cycle: RequestResponseCycle, problem: BaseException | None) -> None:
        if problem is not None:
            super()._start_asgi_task(cycle, partial(_refused, problem))
            return
        if cycle.disconnected or cycle.response_complete:
            return
        if cycle.keep_alive:
            self.transport.write(self._answer())
        else:
            self.transport.write(self._answer()[:-2] + b"connection: close\r\n\r\n")
            self.transport.close()
        cycle.response_started = cycle.response_complete = True
        cycle.on_response()

    def _answer(self) -> bytes:
        """The empty 200, with the headers that uvicorn makes anew each second."""
        usual = self.server_state.default_headers
        if DoorwayProtocol._taken[0] is not usual:
            lines = b"".join([name + b": " + value + b"\r\n" for name, value in usual])
            DoorwayProtocol._taken = (usual, b"HTTP/1.1 200 OK\r\n" + lines + b"content-length: 0\r\n\r\n")
        return DoorwayProtocol._taken[1]


async def _refused(problem: BaseException, scope: Any, receive: Any, send: Any) -> None:
    await refuse(send, scope["path"], problem)
