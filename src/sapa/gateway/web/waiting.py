"""Visitors who wait for a reply: each holds one request open, and one look at the stirs wakes those concerned."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog

from sapa.gateway.web.threads import Thread

LOOK_SECONDS = 0.3
MOST_WAITING = 5000
MOST_OF_VISITOR = 6
_REMEMBERED = 2000

log = structlog.get_logger(__name__)

Look = Callable[[int | None, list[int]], Awaitable[tuple[int, dict[int, Thread]]]]


class TooManyWaitError(Exception):
    """This visitor, or everybody together, holds as many requests open as may be."""


class Waiting:
    """Who waits for which thread. The looks run only while somebody waits."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._waits: dict[Thread, set[asyncio.Event]] = {}
        self._count = 0
        self._newest: int | None = None
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._looking: asyncio.Task[None] | None = None

    def begin(self, thread: Thread) -> asyncio.Event:
        """An event that is set when the thread moves; begin before reading the thread, so that nothing is missed."""
        mine = self._waits.setdefault(thread, set())
        if self._count >= MOST_WAITING or len(mine) >= MOST_OF_VISITOR:
            if not mine:
                del self._waits[thread]
            raise TooManyWaitError
        moved = asyncio.Event()
        mine.add(moved)
        self._count += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._follow())
        return moved

    def end(self, thread: Thread, moved: asyncio.Event) -> None:
        mine = self._waits.get(thread, set())
        if moved in mine:
            mine.discard(moved)
            self._count -= 1
        if not mine:
            self._waits.pop(thread, None)

    def stop(self) -> None:
        """Everybody is answered now: the process ends."""
        if self._looking is not None:
            self._looking.cancel()
        for events in self._waits.values():
            for moved in events:
                moved.set()

    async def _follow(self) -> None:
        while self._waits:
            try:
                self._newest, found = await self._look(self._newest, list(self._seen))
            except Exception:
                log.exception("the look at what moved failed")
                found = {}
            for pk, thread in found.items():
                self._seen[pk] = None
                for moved in self._waits.get(thread, ()):
                    moved.set()
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
            await asyncio.sleep(LOOK_SECONDS)
        self._newest = None
