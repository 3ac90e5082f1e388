"""What uvicorn serves: the lean intake and the live screens first, pages by Django's WSGI handler in four threads behind it."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from sapa.config.wsgi import application as pages
from sapa.gateway import doorway, hooks
from sapa.gateway.committer import Committer
from sapa.gateway.edge import PREFIX, Edge
from sapa.gateway.web import front as visitors
from sapa.lib import clock
from sapa.web.live import PREFIX as LIVE
from sapa.web.live import Hub

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

PAGE_THREADS = 4
_NEW_BEFORE_COLLECTING = 20_000
_TURN_SECONDS = 0.001


class Front:
    """Sends each request to the part that answers it."""

    def __init__(self) -> None:
        self._committer = Committer()
        self._edge = Edge(self._committer)
        self._hooks = hooks.Hooks(self._committer)
        self._visitors = visitors.Front(self._hooks, clock.now)
        self._hub = Hub()
        self._pages: Any = WSGIMiddleware(cast(Any, pages), workers=PAGE_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope.get("state", {})[doorway.STATE] = self._hooks
            await self._live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].startswith(hooks.PREFIX):
            await self._hooks(scope, receive, send)
        elif scope["path"].startswith(visitors.PREFIX):
            await self._visitors(scope, receive, send)
        elif scope["path"].startswith(PREFIX):
            await self._edge(scope, receive, send)
        elif scope["path"].startswith(LIVE):
            await self._hub(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                _collect_seldom()
                # A thread that draws a page gives way to the loop, and the loop to the thread that commits, five times sooner.
                sys.setswitchinterval(_TURN_SECONDS)
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._hub.end()
                self._visitors.stop_waiting()
                for part in (self._committer, self._edge, self._hooks, self._visitors):
                    await asyncio.to_thread(part.end)
                await send({"type": "lifespan.shutdown.complete"})
                return


def _collect_seldom() -> None:
    """What is loaded by now stays: the collector of cycles need not walk over it again, nor after every few requests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_BEFORE_COLLECTING, 20, 20)


application = Front()
